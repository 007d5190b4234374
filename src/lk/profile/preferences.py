"""Which letters a user wants and in which language; one kind called off by the link of any letter of it."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass

from lk import db
from lk.actor import Actor
from lk.history.actions import record
from lk.notifications.letters import off_token
from lk.notifications.queries import language_of, unwanted_kinds
from lk.notifications.rules import OPTIONAL, is_optional
from lk.profile.rules import Preferences

_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class SentLetter:
    """An optional letter by whose link its kind is called off."""

    kind: str
    user_id: int


async def preferences_of(user_id: int) -> Preferences:
    unwanted = await unwanted_kinds([user_id])
    wanted = frozenset(kind for kind in OPTIONAL if (user_id, kind) not in unwanted)
    return Preferences(await language_of(user_id), wanted)


async def choose_preferences(user_id: int, chosen: Preferences, actor: Actor) -> None:
    """Nothing is written down where nothing changes."""
    async with db.write(f"user {user_id}"):
        if await preferences_of(user_id) == chosen:
            return
        await db.execute("UPDATE users SET language = {} WHERE id = {}", chosen.language, user_id)
        await _want(user_id, OPTIONAL, chosen.wanted)
        await record("letters_changed", user_id=user_id, actor=actor)


async def letter_by(text: str) -> SentLetter | None:
    """`text` is what stands in the letter's link; None for a link that no letter carries, or of a cabinet closed."""
    number, _, token = text.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID):
        return None
    if not hmac.compare_digest(token.encode(), off_token(int(number)).encode()):
        return None
    found = await db.read_one_as(
        SentLetter,
        "SELECT m.kind, m.user_id FROM messages m JOIN users u ON u.id = m.user_id "
        "WHERE m.id = {} AND u.closed_at IS NULL",
        int(number),
    )
    return found if found is not None and is_optional(found.kind) else None


async def call_off(letter: SentLetter, actor: Actor) -> None:
    """No more letters of this kind; once more changes nothing."""
    async with db.write(f"user {letter.user_id}"):
        if (letter.user_id, letter.kind) in await unwanted_kinds([letter.user_id]):
            return
        await _want(letter.user_id, [letter.kind], ())
        await record("letters_changed", user_id=letter.user_id, actor=actor)


async def _want(user_id: int, kinds: Collection[str], wanted: Collection[str]) -> None:
    await db.write_many(
        "INSERT INTO letter_preferences (user_id, kind, is_wanted) VALUES ({}, {}, {}) "
        "ON CONFLICT (user_id, kind) DO UPDATE SET is_wanted = excluded.is_wanted",
        [(user_id, kind, kind in wanted) for kind in kinds],
    )
