"""What a bill was made of, as it is stored: the bill itself, readings with whoever sent them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.period import Period


@dataclass(frozen=True, slots=True)
class LiveBill:
    """The one bill of a period that counts, or waits for a person."""

    id: int
    account_id: int
    period: Period
    status: str
    method: str
    missed: int
    total_kopecks: int
    created_at: datetime
    issued_at: datetime | None


async def live_bill(account_id: int, period: Period) -> LiveBill | None:
    return await db.read_one_as(
        LiveBill,
        "SELECT id, account_id, period, status, method, missed, total_kopecks, created_at, issued_at FROM bills "
        "WHERE account_id = {} AND period = {} AND status <> 'reversed'",
        account_id,
        period.number,
    )


@dataclass(frozen=True, slots=True)
class SentReading:
    """A reading of any status; `agent_code` where an agent typed it in."""

    id: int
    serial_number: str
    kind: str
    period: Period
    taken_on: date
    received_at: datetime
    source: str
    status: str
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None
    agent_code: str | None
    has_photo: bool

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(value for value in (self.t1_kwh, self.t2_kwh, self.t3_kwh) if value is not None)


async def readings_between(account_id: int, since: date, period: Period) -> list[SentReading]:
    """Those taken since that day for this period or an earlier one, whatever became of them, the newest first."""
    return await db.read_as(
        SentReading,
        "SELECT r.id, m.serial_number, r.kind, r.period, r.taken_on, r.received_at, r.source, r.status, r.t1_kwh, "
        "r.t2_kwh, r.t3_kwh, g.code AS agent_code, "
        "EXISTS (SELECT 1 FROM reading_photos f WHERE f.reading_id = r.id) AS has_photo "
        "FROM readings r JOIN meters m ON m.id = r.meter_id LEFT JOIN agents g ON g.id = r.agent_id "
        "WHERE r.account_id = {} AND r.taken_on >= {} AND r.period <= {} "
        "ORDER BY r.period DESC, r.taken_on DESC, r.id DESC LIMIT 60",
        account_id,
        since,
        period.number,
    )


@dataclass(frozen=True, slots=True)
class NextReading:
    """The first real reading of a meter for a later month."""

    period: Period
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None
    decision: str

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(value for value in (self.t1_kwh, self.t2_kwh, self.t3_kwh) if value is not None)


async def next_reading(meter_id: int, period: Period) -> NextReading | None:
    return await db.read_one_as(
        NextReading,
        "SELECT period, t1_kwh, t2_kwh, t3_kwh, decision FROM readings WHERE meter_id = {} AND period > {} "
        "AND status = 'accepted' AND kind <> 'initial' ORDER BY period, taken_on, id LIMIT 1",
        meter_id,
        period.number,
    )
