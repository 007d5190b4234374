"""Devices from which a user signed in before: strangers' failures do not shut them out, and a new one is told of."""

from __future__ import annotations

from lk import clock, db
from lk.identity.devices import device_words
from lk.identity.tables import KnownDevice
from lk.language import spoken
from lk.notifications.actions import Link, queue
from lk.notifications.queries import language_of
from lk.tokens import new_token, token_hash


async def is_known(user_id: int | None, device_token: str | None) -> bool:
    """The same question to the database whoever asks, known or not."""
    rows = await db.read(
        "SELECT id FROM known_devices WHERE user_id = {} AND token_hash = {}",
        user_id or 0,
        token_hash(device_token or ""),
    )
    return bool(rows)


async def remember(user_id: int, device_token: str | None, *, device: str, address: str) -> str:
    """This device is the user's from now on: its cookie's token. The user is told of every device but the first."""
    token, now = device_token or new_token(), clock.now()
    async with db.write(f"devices of {user_id}"):
        known = await db.read("SELECT token_hash FROM known_devices WHERE user_id = {}", user_id)
        if token_hash(token) in {row["token_hash"] for row in known}:
            await db.execute(
                "UPDATE known_devices SET used_at = {} WHERE user_id = {} AND token_hash = {}",
                now,
                user_id,
                token_hash(token),
            )
            return token
        await KnownDevice.insert(
            KnownDevice(user_id=user_id, token_hash=token_hash(token), created_at=now, used_at=now)
        )
        if known:
            await _tell(user_id, token, device=device, address=address)
    return token


async def _tell(user_id: int, token: str, *, device: str, address: str) -> None:
    rows = await db.read("SELECT email FROM users WHERE id = {}", user_id)
    if not rows[0]["email"]:
        return
    with spoken(await language_of(user_id)):
        words = device_words(device)
    await queue(
        "new_sign_in",
        rows[0]["email"],
        key=f"new device {token_hash(token)[:32]} of {user_id}",
        user_id=user_id,
        link=Link("/password-reset"),
        device=words,
        address=address,
        at=clock.now().isoformat(),
    )
