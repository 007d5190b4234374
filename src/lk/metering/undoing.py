"""Readings of a file that was loaded by mistake are taken back, as far as no bill counts them yet.

A file may be a city's: all of it is done in a few statements, off the loop.
"""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor
from lk.metering.decisions import UNDONE


@dataclass(frozen=True, slots=True)
class FileReadings:
    """What can be taken back of an import: `free` readings; `billed` ones stay."""

    free: int
    billed: int


_IS_BILLED = (
    "EXISTS (SELECT 1 FROM bills b WHERE b.account_id = r.account_id AND b.period >= r.period "
    "AND b.status <> 'reversed')"
)
_STANDS = "r.kind = 'regular' AND r.status IN ('accepted', 'held')"
_COUNT = (
    f"SELECT coalesce(sum(CASE WHEN {_IS_BILLED} THEN 0 ELSE 1 END), 0) AS free, "  # noqa: S608 - constants only
    f"coalesce(sum(CASE WHEN {_IS_BILLED} THEN 1 ELSE 0 END), 0) AS billed "
    f"FROM readings r WHERE r.import_id = {{}} AND {_STANDS}"
)


async def readings_of_import(import_id: int) -> FileReadings:
    """Inside `write()`."""
    ((free, billed),) = await db.read_rows(_COUNT, import_id)
    return FileReadings(int(free), int(billed))


async def readings_shown(import_id: int) -> FileReadings:
    """As they are committed, read aside."""
    ((found,),) = [rows async for rows in db.stream(FileReadings, _COUNT, import_id)]
    return found


async def take_back(import_id: int, actor: Actor) -> None:
    """What they displaced stands again, unless something newer does. Inside `write("import", "ledger")`."""
    now = clock.now()
    await db.write_many(_RECORD, [(now, actor.kind, actor.agent_id, import_id)])
    await db.write_many(_TAKE_BACK, [(now, actor.agent_id, UNDONE, import_id)])
    await db.write_many(_RESTORE, [(import_id,)])


_RECORD = (
    "INSERT INTO events (kind, account_id, at, actor_kind, actor_agent_id, params) "  # noqa: S608 - constants only
    "SELECT 'reading_undone', r.account_id, {}, {}, {}, "
    """'{"meter":' || r.meter_id || ',"period":"' || (r.period / 100)
    || CASE WHEN r.period % 100 < 10 THEN '-0' ELSE '-' END || (r.period % 100) || '","source":"' || r.source
    || '","t1":' || r.t1_kwh || coalesce(',"t2":' || r.t2_kwh, '') || coalesce(',"t3":' || r.t3_kwh, '') || '}' """
    f"FROM readings r WHERE r.import_id = {{}} AND {_STANDS} AND NOT {_IS_BILLED} "
    "AND EXISTS (SELECT 1 FROM accesses x WHERE x.account_id = r.account_id AND x.ended_at IS NULL)"
)
_TAKE_BACK = (
    "UPDATE readings AS r SET status = 'rejected', decided_at = {}, decided_by = {}, decision = {} "  # noqa: S608
    # What a later one displaced may never come back either.
    "WHERE r.import_id = {} AND r.kind = 'regular' AND r.status IN ('accepted', 'held', 'superseded') "
    f"AND NOT {_IS_BILLED}"
)
_RESTORE = (
    "UPDATE readings AS r SET status = r.displaced_status, displaced_by = NULL, displaced_status = NULL "  # noqa: S608
    f"WHERE r.displaced_by = {{}} AND r.status = 'superseded' AND NOT {_IS_BILLED} "
    "AND NOT EXISTS (SELECT 1 FROM readings s WHERE s.meter_id = r.meter_id AND s.kind = 'regular' "
    "AND s.period = r.period AND s.status IN ('accepted', 'held'))"
)
