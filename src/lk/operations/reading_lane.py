"""A chunk of readings beside what is stored of their accounts, all of it in a handful of statements.

The rows stand in temporary tables: looked up, judged and taken over from there, they need not travel one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from lk import clock, db
from lk.actor import PROGRAM
from lk.metering.rules import AVERAGE_MONTHS
from lk.operations.reading_rows import ReadingRow

ONLY, AFTER = 1, 2
SAME, OTHER = 1, 2
"""What stands in the row's period or later: this very reading, or another one; 0: nothing."""

Bare = tuple[int | None, str | None, int | None, int | None, int | None]
"""Period, ISO day and registers of a stored reading, as they come."""


class Found(NamedTuple):
    """A row's account and meter, and the readings it is judged by; None where the account or the meter is unknown.

    `alone`: the account is not closed, the meter is in its place, and is the account's ONLY one or came AFTER the
    removal of all others. `initial` is the meter's first reading, `last` the last regular one before the row's period,
    `first` the earliest regular one of the months before `last`, itself included.
    """

    line: int
    account_id: int | None
    meter_id: int | None
    period: int
    zones: int
    digits: int
    ratio: int
    power_kw: int
    alone: int
    has_cabinet: int
    standing: int
    verified_until: str | None
    initial: Bare
    last: Bare
    first: Bare

    @classmethod
    def of(cls, bare: Sequence[Any]) -> Found:
        return cls._make((*bare[:12], tuple(bare[12:17]), tuple(bare[17:22]), tuple(bare[22:27])))


async def open_lane() -> None:
    await db.execute(
        "CREATE TEMPORARY TABLE import_rows (line INTEGER PRIMARY KEY, number TEXT, serial_key TEXT, taken_on DATE, "
        "period INTEGER, t1_kwh BIGINT, t2_kwh BIGINT, t3_kwh BIGINT, source TEXT)"
    )
    await db.execute(
        "CREATE TEMPORARY TABLE import_found (line INTEGER PRIMARY KEY, account_id BIGINT, meter_id BIGINT, "
        "period INTEGER, zones INTEGER, digits INTEGER, ratio INTEGER, power_kw INTEGER, alone INTEGER, "
        "has_cabinet INTEGER, standing INTEGER, verified_until TEXT, taken_on DATE, t1_kwh BIGINT, t2_kwh BIGINT, "
        "t3_kwh BIGINT, source TEXT)"
    )

    if isinstance(db.engine(), db.PostgresEngine):
        # A chunk reaches a few rows of every index; a plan that reads whole tables, or is compiled first, costs more.
        await db.read_rows(
            "SELECT set_config('jit', 'off', TRUE), set_config('enable_hashjoin', 'off', TRUE), "
            "set_config('enable_mergejoin', 'off', TRUE), set_config('enable_seqscan', 'off', TRUE)"
        )


async def close_lane() -> None:
    await db.execute("DROP TABLE import_rows")
    await db.execute("DROP TABLE import_found")


async def look_up(rows: Sequence[ReadingRow]) -> Sequence[Sequence[Any]]:
    """What was found of each row, in their order, as `Found.of` takes it."""
    await db.execute("DELETE FROM import_rows")
    await db.execute("DELETE FROM import_found")
    await _stage(rows)
    await db.execute(_FIND)
    return await db.read_rows(_FOUND, AVERAGE_MONTHS, AVERAGE_MONTHS)


async def take_over(leaving_out: Iterable[int], import_id: int | None) -> None:
    """Stores the rows looked up last as accepted readings, but for those of these lines."""
    now = clock.now()
    await db.write_many("DELETE FROM import_found WHERE line = {}", [(line,) for line in leaving_out])
    await db.execute(_STORE, now, import_id)
    await db.execute(_RECORD, now, PROGRAM.kind)


async def _stage(rows: Sequence[ReadingRow]) -> None:
    if isinstance(db.engine(), db.PostgresEngine):
        await db.pg_connection().copy_records_to_table(
            "import_rows",
            records=[(r.line, r.number, r.serial_key, r.day.on, r.day.period, *r.values, r.source) for r in rows],
        )
        return
    await db.write_many(
        "INSERT INTO import_rows VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        [
            (line, number, key, day[1], day[2], t1, t2, t3, source)
            for line, number, key, day, t1, t2, t3, source, _ in rows
        ],
    )


_FIND = """
    INSERT INTO import_found
    SELECT i.line, a.id, m.id,
           CASE WHEN NOT EXISTS (SELECT 1 FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed'
                                 AND b.period >= i.period) THEN i.period
                WHEN NOT EXISTS (SELECT 1 FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed'
                                 AND b.period <= i.period) THEN i.period
                ELSE (SELECT MAX(b.period) + CASE WHEN MAX(b.period) % 100 = 12 THEN 89 ELSE 1 END
                      FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed') END,
           m.zones, m.digits, m.ratio, a.power_kw,
           CASE WHEN a.closed_on IS NOT NULL OR m.removed_on IS NOT NULL OR m.installed_on > i.taken_on THEN 0
                WHEN NOT EXISTS (SELECT 1 FROM meters o WHERE o.account_id = a.id AND o.id <> m.id) THEN 1
                WHEN NOT EXISTS (SELECT 1 FROM meters o WHERE o.account_id = a.id AND o.id <> m.id
                                 AND (o.removed_on IS NULL OR o.removed_on > m.installed_on)) THEN 2
                ELSE 0 END,
           CASE WHEN EXISTS (SELECT 1 FROM accesses x WHERE x.account_id = a.id AND x.ended_at IS NULL)
                THEN 1 ELSE 0 END,
           CASE WHEN NOT EXISTS (SELECT 1 FROM readings s WHERE s.account_id = a.id AND s.period >= i.period) THEN 0
                WHEN EXISTS (SELECT 1 FROM readings s WHERE s.account_id = a.id AND s.period >= i.period
                             AND s.meter_id = m.id AND s.kind = 'regular' AND s.status <> 'rejected'
                             AND s.taken_on = i.taken_on AND s.t1_kwh = i.t1_kwh
                             AND coalesce(s.t2_kwh, -1) = coalesce(i.t2_kwh, -1)
                             AND coalesce(s.t3_kwh, -1) = coalesce(i.t3_kwh, -1)) THEN 1
                ELSE 2 END,
           CAST(m.verified_until AS TEXT), i.taken_on, i.t1_kwh, i.t2_kwh, i.t3_kwh, i.source
    FROM import_rows i
    LEFT JOIN accounts a ON a.number = i.number
    LEFT JOIN meters m ON m.account_id = a.id AND m.serial_key = i.serial_key
"""

_FOUND = """
    SELECT f.line, f.account_id, f.meter_id, f.period, f.zones, f.digits, f.ratio, f.power_kw, f.alone,
           f.has_cabinet, f.standing, f.verified_until,
           n.period, CAST(n.taken_on AS TEXT), n.t1_kwh, n.t2_kwh, n.t3_kwh,
           p.period, CAST(p.taken_on AS TEXT), p.t1_kwh, p.t2_kwh, p.t3_kwh,
           e.period, CAST(e.taken_on AS TEXT), e.t1_kwh, e.t2_kwh, e.t3_kwh
    FROM import_found f
    LEFT JOIN readings n ON n.meter_id = f.meter_id AND n.kind = 'initial'
    LEFT JOIN readings p ON p.id = (
        SELECT r.id FROM readings r WHERE r.meter_id = f.meter_id AND r.status = 'accepted' AND r.kind = 'regular'
        AND r.period < f.period ORDER BY r.period DESC LIMIT 1)
    LEFT JOIN readings e ON e.id = (
        SELECT r.id FROM readings r WHERE r.meter_id = f.meter_id AND r.status = 'accepted' AND r.kind = 'regular'
        AND r.period >= p.period - {} - CASE WHEN p.period % 100 > {} THEN 0 ELSE 88 END
        ORDER BY r.period LIMIT 1)
    ORDER BY f.line
"""

_STORE = """
    INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, t2_kwh,
                          t3_kwh, problems, import_id)
    SELECT account_id, meter_id, 'regular', period, taken_on, {}, source, 'accepted', t1_kwh, t2_kwh, t3_kwh, '[]',
           CAST({} AS BIGINT)
    FROM import_found
"""

_RECORD = """
    INSERT INTO events (kind, account_id, at, actor_kind, params)
    SELECT 'reading_sent', account_id, {}, {},
           '{"meter":' || meter_id || ',"period":"' || (period / 100)
           || CASE WHEN period % 100 < 10 THEN '-0' ELSE '-' END || (period % 100) || '","source":"' || source
           || '","t1":' || t1_kwh || coalesce(',"t2":' || t2_kwh, '') || coalesce(',"t3":' || t3_kwh, '') || '}'
    FROM import_found WHERE has_cabinet = 1
"""
