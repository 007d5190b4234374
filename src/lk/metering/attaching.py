"""A photo is put beside a reading: one, until somebody has decided about the reading."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.metering.rules import PHOTOS_PER_ACCOUNT
from lk.outcome import refuse


async def add_photo(account_id: int, reading_id: int, jpeg: bytes, actor: Actor) -> None:
    """In the place of an earlier one. `jpeg` is of our own making.

    Raises Refused: `photo_too_late`, `too_many_photos`.
    """
    async with db.write(f"account {account_id}"):
        standing = await db.read(
            "SELECT id FROM readings WHERE account_id = {} AND id = {} AND decided_at IS NULL "
            "AND status IN ('accepted', 'held')",
            account_id,
            reading_id,
        )
        if not standing:
            raise refuse("photo_too_late", "photo")
        if await limits.is_over(PHOTOS_PER_ACCOUNT, "reading_photo", subject=str(account_id)):
            raise refuse("too_many_photos", "photo")
        await limits.note("reading_photo", subject=str(account_id), address=actor.address)
        await db.execute(
            "INSERT INTO reading_photos (reading_id, account_id, content, added_at) VALUES ({}, {}, {}, {}) "
            "ON CONFLICT (reading_id) DO UPDATE SET content = excluded.content, added_at = excluded.added_at",
            reading_id,
            account_id,
            jpeg,
            clock.now(),
        )
        await record("reading_photo_added", account_id=account_id, actor=actor, reading=reading_id)
