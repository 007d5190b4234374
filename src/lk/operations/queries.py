"""Whether the database is there."""

from __future__ import annotations

from lk import db


async def database_answers() -> bool:
    try:
        return bool(await db.read("SELECT 1 AS one"))
    except db.DatabaseError:
        return False
