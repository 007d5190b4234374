"""A user who closed the cabinet: a row without a name, to which books and history go on pointing."""

from __future__ import annotations

from lk import clock, db
from lk.identity.actions import end_sessions

_WAYS_IN = ("passkeys", "passkey_challenges", "recovery_codes", "known_devices", "password_resets", "email_changes")


async def forget_user(user_id: int) -> None:
    """Inside `write()`: nothing is left to sign in with or to write to."""
    await end_sessions(user_id)
    for table in _WAYS_IN:
        await db.execute(f"DELETE FROM {table} WHERE user_id = {{}}", user_id)  # noqa: S608
    await db.execute(
        "UPDATE users SET login = NULL, login_key = NULL, email = NULL, password_hash = NULL, language = NULL, "
        "closed_at = {} WHERE id = {}",
        clock.now(),
        user_id,
    )
