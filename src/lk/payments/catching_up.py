"""After a silence, or an older copy put back: the acquirer may know of money that we do not. It is asked first."""

from __future__ import annotations

from datetime import datetime, timedelta

from lk import clock, db
from lk.payments.reconciling import reconcile_since

LONGEST_QUIET = timedelta(minutes=3)
"""The beat is written every minute; a restart takes seconds."""
_MARGIN = timedelta(minutes=10)
_NAME = "compare_since"


async def note_silence(since: datetime) -> None:
    """Charges wait from here on until everything since then is compared with the acquirer. Inside `write()`."""
    began = min(filter(None, (await owed_since(), since - _MARGIN)))
    if not await db.execute("UPDATE settings SET value = {} WHERE name = {}", began.isoformat(), _NAME):
        await db.execute("INSERT INTO settings (name, value) VALUES ({}, {})", _NAME, began.isoformat())


async def owed_since() -> datetime | None:
    """None: nothing happened unseen."""
    rows = await db.read("SELECT value FROM settings WHERE name = {}", _NAME)
    return datetime.fromisoformat(rows[0]["value"]) if rows else None


async def catch_up() -> bool:
    """Compares what is owed; False while the acquirer does not answer to the end."""
    since = await owed_since()
    if since is None:
        return True
    if await reconcile_since(min(since, clock.now())) is None:
        return False
    async with db.write("outage"):
        await db.execute("DELETE FROM settings WHERE name = {} AND value = {}", _NAME, since.isoformat())
    return True
