"""Photos of readings, as they are kept: each a JPEG of our own making."""

from __future__ import annotations

from collections.abc import Collection

from lk import db


async def photographed(reading_ids: Collection[int]) -> frozenset[int]:
    """Those of them that have a photo."""
    if not reading_ids:
        return frozenset()
    marks = ", ".join(["{}"] * len(reading_ids))
    sql = f"SELECT reading_id FROM reading_photos WHERE reading_id IN ({marks})"  # noqa: S608
    return frozenset(row["reading_id"] for row in await db.read(sql, *reading_ids))


async def photo_of(account_id: int, reading_id: int) -> bytes | None:
    sql = "SELECT content FROM reading_photos WHERE account_id = {} AND reading_id = {}"
    found = await db.read(sql, account_id, reading_id)
    return bytes(found[0]["content"]) if found else None
