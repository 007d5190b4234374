"""Every night what staff did is sealed: whoever changes it later breaks a chain of hashes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import structlog

from lk import clock, db
from lk.db.aside import Aside, aside
from lk.history.rules import BEFORE_ALL, STAFF, Digest, Seal, SealedEvent, made
from lk.history.tables import StaffSeal

log = structlog.get_logger()

FROM_HOUR = 5
"""After the night's verification: it looks first at what the day brought."""
CHUNK = 10_000
_DAY = timedelta(days=1)


async def seal_due() -> Seal | None:
    """Seals the days that have ended, once a night, whoever comes first; None where there is nothing to do now.

    The hash is logged: kept elsewhere, it proves the whole chain.
    """
    today = clock.today()
    day = today - _DAY
    if clock.now() < clock.start_of_day(today) + timedelta(hours=FROM_HOUR) or await _is_sealed(day):
        return None
    async with aside() as looking:
        previous = await last_seal(looking)
        since = previous.last_event_id if previous else BEFORE_ALL
        last = await looking.number(
            "SELECT max(id) FROM events WHERE id > {} AND at < {}", since, clock.start_of_day(today)
        )
        digest = Digest()
        async for events in staff_events(looking, since, max(last, since)):
            digest.add(events)
    seal = made(previous, day, max(last, since), digest)
    row = StaffSeal(
        day=day,
        last_event_id=seal.last_event_id,
        events=seal.events,
        events_hash=seal.events_hash,
        hash=seal.hash,
        sealed_at=clock.now(),
    )
    async with db.write("staff seals"):
        if not await db.insert_once(row):
            return None
    log.info("history_sealed", day=day.isoformat(), last_event_id=seal.last_event_id, hash=seal.hash)
    return seal


async def _is_sealed(day: date) -> bool:
    return bool(await db.read("SELECT id FROM staff_seals WHERE day = {}", day))


async def last_seal(looking: Aside) -> Seal | None:
    found = await looking.rows_as(Seal, _SEALS + "ORDER BY id DESC LIMIT 1")
    return found[0] if found else None


async def seals(looking: Aside) -> list[Seal]:
    """All of them, one a night, the oldest first."""
    return await looking.rows_as(Seal, _SEALS + "ORDER BY id")


_SEALS = "SELECT day, last_event_id, events, events_hash, hash FROM staff_seals "


async def staff_events(looking: Aside, after_id: int, last_id: int) -> AsyncIterator[list[SealedEvent]]:
    """In the order of their ids, by chunks: those with `after_id` < id ≤ `last_id`."""
    while after_id < last_id:
        rows = await looking.rows(_EVENTS, after_id, last_id, CHUNK)
        if not rows:
            return
        yield [SealedEvent(*row) for row in rows]
        after_id = rows[-1][0]


_EVENTS = (
    "SELECT e.id, e.account_id, e.user_id, e.kind, e.at, e.actor_kind, e.actor_user_id, e.actor_agent_id, "  # noqa: S608
    f"e.impersonation_id, e.params FROM events e WHERE {STAFF} AND e.id > {{}} AND e.id <= {{}} "
    "ORDER BY e.id LIMIT {}"
)
