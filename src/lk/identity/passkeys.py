"""Passkeys (WebAuthn, W3C level 3): a phone's own lock instead of a password. The library judges what was signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lk import clock, db
from lk.actor import Actor
from lk.config import settings
from lk.history.actions import record
from lk.identity import known_devices, limits
from lk.identity.actions import SignedIn, begin_session
from lk.identity.challenges import bytes_of, new_challenge, text_of, used_challenge
from lk.identity.devices import device_name
from lk.identity.own import fresh_session
from lk.identity.queries import Viewer, email_of
from lk.identity.rules import PASSKEY_PER_ADDRESS
from lk.identity.tables import Agent, Passkey
from lk.notifications.actions import queue
from lk.outcome import refuse
from lk.tokens import derived_token, new_token, token_hash

log = structlog.get_logger()

PASSKEYS_MOST = 10
# What a browser sends is anybody's text: whatever is wrong with it, it is wrong.
_ODD = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


async def passkeys_of(user_id: int) -> list[PasskeyRow]:
    return await db.read_as(
        PasskeyRow, "SELECT id, name, created_at, used_at FROM passkeys WHERE user_id = {} ORDER BY id", user_id
    )


async def options_to_add(viewer: Viewer) -> str:
    """For `navigator.credentials.create()`, JSON. Raises Refused `too_many_passkeys`."""
    known = await db.read("SELECT credential_id FROM passkeys WHERE user_id = {}", viewer.user_id)
    if len(known) >= PASSKEYS_MOST:
        raise refuse("too_many_passkeys")
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=settings().company.short_name,
        user_id=derived_token("passkey user", viewer.user_id).encode(),
        user_name=viewer.login,
        challenge=await new_challenge("add", viewer.user_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes_of(row["credential_id"])) for row in known],
    )
    return webauthn.options_to_json(options)


async def add_passkey(viewer: Viewer, credential: str, *, device: str, address: str) -> None:
    """Raises Refused `passkey_wrong`."""
    parsed = _parsed(credential)
    challenge = await used_challenge("add", viewer.user_id, parsed)
    if challenge is None:
        raise _refused("challenge", viewer.user_id)
    try:
        verified = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except _ODD as odd:
        raise _refused(odd, viewer.user_id) from None
    async with db.write(f"user {viewer.user_id}"):
        await db.insert_once(
            Passkey(
                user_id=viewer.user_id,
                credential_id=text_of(verified.credential_id),
                public_key=text_of(verified.credential_public_key),
                sign_count=verified.sign_count,
                name=device_name(device),
                created_at=clock.now(),
            )
        )
        await _note_change("passkey_added", viewer, address)


async def remove_passkey(viewer: Viewer, passkey_id: int, *, address: str) -> None:
    """One of the user's own; nobody else's, whatever the number."""
    async with db.write(f"user {viewer.user_id}"):
        removed = await db.execute("DELETE FROM passkeys WHERE id = {} AND user_id = {}", passkey_id, viewer.user_id)
        if removed:
            await _note_change("passkey_removed", viewer, address)


async def options_to_show(purpose: str, user_id: int | None, *, address: str) -> str:
    """For `navigator.credentials.get()`, JSON; whose passkey it will be only its owner's device knows.

    `purpose` sign_in|confirm. Raises Refused `too_many_tries`.
    """
    async with db.write(f"passkeys from {address}"):
        if await limits.is_over(PASSKEY_PER_ADDRESS, "passkey", address=address):
            raise refuse("too_many_tries")
        await limits.note("passkey", address=address)
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        challenge=await new_challenge(purpose, user_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


async def sign_in_by_passkey(credential: str, *, address: str, device: str, device_token: str | None) -> SignedIn:
    """The device has seen its owner's finger, face or code: for an agent that is the second factor too.

    Raises Refused `passkey_wrong`.
    """
    user_id = await _shown("sign_in", None, credential)
    async with db.write(f"user {user_id}"):
        agent = await Agent.objects().where(Agent.user_id == user_id).first()
        if agent is not None and agent.is_disabled:
            raise refuse("passkey_wrong")
        token = await begin_session(user_id, address=address, device=device, is_agent=agent is not None, way="passkey")
        if agent is not None:
            await db.execute(
                "UPDATE sessions SET second_factor_at = {} WHERE token_hash = {}", clock.now(), token_hash(token)
            )
        await record("signed_in", user_id=user_id, actor=Actor(user_id, agent.id if agent else None))
        remembered = await known_devices.remember(user_id, device_token, device=device, address=address)
    return SignedIn(token, user_id, wants_code=False, device_token=remembered, is_agent=agent is not None)


async def confirm_by_passkey(viewer: Viewer, credential: str) -> str:
    """Instead of the password once more: the session's new token. Raises Refused `passkey_wrong`."""
    await _shown("confirm", viewer.user_id, credential)
    async with db.write(f"user {viewer.user_id}"):
        return await fresh_session(viewer)


async def _shown(purpose: str, user_id: int | None, credential: str) -> int:
    """Whose passkey it is. Raises Refused `passkey_wrong`."""
    parsed = _parsed(credential)
    challenge = await used_challenge(purpose, user_id, parsed)
    if challenge is None:
        raise _refused("challenge", user_id)
    passkey = await Passkey.objects().where(Passkey.credential_id == str(parsed.get("id"))).first()
    if passkey is None or (user_id is not None and passkey.user_id != user_id):
        raise _refused("unknown", user_id)
    try:
        verified = webauthn.verify_authentication_response(
            credential=dict(parsed),
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=bytes_of(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _ODD as odd:
        raise _refused(odd, passkey.user_id) from None
    async with db.write():
        await db.execute(
            "UPDATE passkeys SET sign_count = {}, used_at = {} WHERE id = {}",
            verified.new_sign_count,
            clock.now(),
            passkey.id,
        )
    return int(passkey.user_id)


async def _note_change(kind: str, viewer: Viewer, address: str) -> None:
    await record(kind, user_id=viewer.user_id, actor=viewer.actor(address))
    email = await email_of(viewer.user_id)
    if email:
        await queue(kind, email, key=f"{kind} {viewer.user_id} {new_token()[:16]}", user_id=viewer.user_id)


def _parsed(credential: str) -> dict[str, Any]:
    try:
        parsed = json.loads(credential)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise refuse("passkey_wrong")
    return parsed


def _refused(why: object, user_id: int | None) -> Exception:
    log.info("passkey_refused", why=type(why).__name__ if isinstance(why, Exception) else why, user_id=user_id)
    return refuse("passkey_wrong")


def _site() -> str:
    return urlsplit(settings().public_url).hostname or ""


def _origin() -> str:
    parts = urlsplit(settings().public_url)
    return f"{parts.scheme}://{parts.netloc}"
