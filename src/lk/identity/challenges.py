"""What a browser is asked to sign: random, for one purpose and person, for five minutes, once."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lk import clock, db
from lk.identity.tables import PasskeyChallenge
from lk.tokens import new_token, token_hash

CHALLENGE_FOR = timedelta(minutes=5)


async def new_challenge(purpose: str, user_id: int | None) -> bytes:
    challenge, now = new_token().encode(), clock.now()
    async with db.write():
        await db.execute("DELETE FROM passkey_challenges WHERE ends_at <= {}", now)
        await PasskeyChallenge.insert(
            PasskeyChallenge(
                challenge_hash=token_hash(challenge.decode()),
                purpose=purpose,
                user_id=user_id,
                ends_at=now + CHALLENGE_FOR,
            )
        )
    return challenge


async def used_challenge(purpose: str, user_id: int | None, credential: Mapping[str, Any]) -> bytes | None:
    """The challenge that this answer names; None if it was not ours, not for this, too old, or used before."""
    try:
        client_data = json.loads(bytes_of(credential["response"]["clientDataJSON"]))
        challenge = bytes_of(client_data["challenge"])
        challenge_hash = token_hash(challenge.decode("ascii"))
    except (ValueError, KeyError, TypeError):
        return None
    whose = "user_id IS NULL" if user_id is None else "user_id = {}"
    async with db.write():
        used = await db.execute(
            f"DELETE FROM passkey_challenges WHERE challenge_hash = {{}} AND purpose = {{}} AND ends_at > {{}} AND {whose}",  # noqa: S608, E501
            challenge_hash,
            purpose,
            clock.now(),
            *([] if user_id is None else [user_id]),
        )
    return challenge if used == 1 else None


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
