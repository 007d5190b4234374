"""Readings that wait for a person, as the desk sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.metering.queries import StoredReading
from lk.period import Period


@dataclass(frozen=True, slots=True)
class HeldReading:
    """A held reading, its account and its meter. `p*_kwh`: the last real reading of an earlier period, if any."""

    id: int
    account_id: int
    account_public_id: str
    account_number: str
    power_kw: int
    meter_id: int
    serial_number: str
    zones: int
    digits: int
    kind: str
    period: Period
    taken_on: date
    received_at: datetime
    source: str
    status: str
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None
    problems: str
    decision: str
    p1_kwh: int | None
    p2_kwh: int | None
    p3_kwh: int | None
    has_photo: bool

    @property
    def reading(self) -> StoredReading:
        return StoredReading(**{name: getattr(self, name) for name in StoredReading.__dataclass_fields__})

    @property
    def previous(self) -> tuple[int | None, ...]:
        return (self.p1_kwh, self.p2_kwh, self.p3_kwh)[: self.zones]

    @property
    def is_lower(self) -> bool:
        """Whether some dial stands lower than before."""
        pairs = zip(self.previous, self.reading.values, strict=True)
        return any(was is not None and now < was for was, now in pairs)


async def held_readings(limit: int) -> list[HeldReading]:
    """Those that wait longest."""
    sql = f"{_HELD} WHERE r.status = 'held' ORDER BY r.received_at, r.id LIMIT {{}}"
    return await db.read_as(HeldReading, sql, limit)


async def held_count() -> int:
    rows = await db.read("SELECT count(*) AS waiting FROM readings WHERE status = 'held'")
    return int(rows[0]["waiting"])


async def once_held(reading_id: int) -> HeldReading | None:
    """Whatever became of it since; None for one that never waited for a person."""
    found = await db.read_one_as(HeldReading, f"{_HELD} WHERE r.id = {{}}", reading_id)
    return found if found and (found.status == "held" or found.decision) else None


_HELD = """
    SELECT r.id, r.account_id, a.public_id AS account_public_id, a.number AS account_number, a.power_kw, r.meter_id,
           m.serial_number, m.zones, m.digits, r.kind, r.period, r.taken_on, r.received_at, r.source, r.status,
           r.t1_kwh, r.t2_kwh, r.t3_kwh, r.problems, r.decision,
           p.t1_kwh AS p1_kwh, p.t2_kwh AS p2_kwh, p.t3_kwh AS p3_kwh,
           EXISTS (SELECT 1 FROM reading_photos f WHERE f.reading_id = r.id) AS has_photo
    FROM readings r
    JOIN accounts a ON a.id = r.account_id
    JOIN meters m ON m.id = r.meter_id
    LEFT JOIN readings p ON p.id = (
        SELECT e.id FROM readings e
        WHERE e.account_id = r.account_id AND e.meter_id = r.meter_id AND e.status = 'accepted'
              AND (e.period < r.period OR e.kind = 'initial')
        ORDER BY CASE e.kind WHEN 'initial' THEN 0 ELSE 1 END DESC, e.period DESC, e.taken_on DESC, e.id DESC LIMIT 1)
"""
