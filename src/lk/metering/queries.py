"""Meters, their readings, and what a new reading is judged by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.metering.decisions import ROLLED_OVER
from lk.metering.rules import JudgeFacts, MeterFacts, ReadingFacts, typical_monthly
from lk.outcome import Problem, Severity
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Billed, Window, calendar_for, period_of_reading

BY_DAY_TAKEN = ("agent", "import")
"""Sources whose readings count by the day on which they were taken; all others by the day they came."""

STANDING = ("accepted", "held")
"""A reading of such a status counts, or waits for a person."""


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading of any status. `problems` is JSON, `decision` what a person made of it."""

    id: int
    meter_id: int
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

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(value for value in (self.t1_kwh, self.t2_kwh, self.t3_kwh) if value is not None)

    @property
    def facts(self) -> ReadingFacts:
        is_rolled_over = self.decision == ROLLED_OVER
        return ReadingFacts(
            self.id, self.meter_id, self.values, self.taken_on, self.period, self.source, self.kind, is_rolled_over
        )

    @property
    def reasons(self) -> tuple[Problem, ...]:
        """What was odd about it when it came."""
        found = json.loads(self.problems)
        return tuple(Problem(each["code"], Severity(each["severity"]), each["field"], each["params"]) for each in found)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A meter about to be read: the period for which the reading counts, and what it is judged by.

    `previous` is the last real reading of an earlier period, or the meter's initial one.
    """

    meter: MeterFacts
    period: Period
    window: Window
    taken_on: date
    today: date
    source: str
    power_kw: int
    previous: ReadingFacts | None
    typical: tuple[int, ...] | None
    is_used_after_verification: bool = True
    closed_on: date | None = None

    @property
    def months(self) -> int:
        """Periods that the reading stands for, at least one."""
        return max(1, self.period - self.previous.period) if self.previous else 1

    def facts(self, values: Sequence[int | None]) -> JudgeFacts:
        meter, previous = self.meter, self.previous
        return JudgeFacts(
            zones=meter.zones,
            digits=meter.digits,
            values=tuple(values[: meter.zones]),
            taken_on=self.taken_on,
            today=self.today,
            ratio=meter.ratio,
            previous=previous.values if previous else None,
            previous_taken_on=previous.taken_on if previous else None,
            power_kw=self.power_kw,
            typical=self.typical,
            months=self.months,
            source=self.source,
            verified_until=meter.verified_until,
            is_used_after_verification=self.is_used_after_verification,
            closed_on=self.closed_on,
        )


async def meters_of(account_id: int) -> list[MeterFacts]:
    """All meters of an account, the oldest first."""
    return await db.read_as(
        MeterFacts,
        "SELECT m.id, m.serial_number, m.zones, m.digits, m.ratio, m.installed_on, m.removed_on, m.verified_until, "
        "a.power_kw FROM meters m JOIN accounts a ON a.id = m.account_id WHERE m.account_id = {} "
        "ORDER BY m.installed_on, m.id",
        account_id,
    )


async def readings_of(account_id: int) -> list[ReadingFacts]:
    """The accepted readings of an account, ordered by period, in one period as they were taken."""
    rows = await db.read_as(
        StoredReading,
        _READING + "WHERE account_id = {} AND status = 'accepted' "
        "ORDER BY period, taken_on, CASE kind WHEN 'initial' THEN 0 WHEN 'regular' THEN 1 ELSE 2 END, id",
        account_id,
    )
    return [row.facts for row in rows]


async def reading_history(account_id: int, since: date) -> list[StoredReading]:
    """Every reading taken since that day, whatever became of it, the newest first."""
    return await db.read_as(
        StoredReading,
        _READING + "WHERE account_id = {} AND taken_on >= {} ORDER BY taken_on DESC, id DESC",
        account_id,
        since,
    )


async def reading_of(account_id: int, reading_id: int) -> StoredReading | None:
    """None where this account has no such reading."""
    return await db.read_one_as(StoredReading, _READING + "WHERE account_id = {} AND id = {}", account_id, reading_id)


async def regular_readings(account_id: int, period: Period) -> list[StoredReading]:
    """Of a period, whatever became of them, the oldest first."""
    return await db.read_as(
        StoredReading,
        _READING + "WHERE account_id = {} AND period = {} AND kind = 'regular' ORDER BY id",
        account_id,
        period.number,
    )


async def standing_readings(account_id: int, period: Period) -> list[StoredReading]:
    """The regular readings of a period that count or wait for a person, the oldest first."""
    return [each for each in await regular_readings(account_id, period) if each.status in STANDING]


async def occasions(
    account_id: int,
    power_kw: int,
    *,
    taken_on: date,
    today: date,
    source: str,
    reopened: Period | None = None,
    is_carried: bool = False,
) -> list[Occasion]:
    """One for each meter that is in its place on `taken_on`, the oldest meter first.

    `reopened`: a period whose bill waits for a person and will be made anew; what is in time for it counts for it.
    `is_carried`: it was carried in a phone and counts by the day on which it was taken, whoever sends it.
    """
    meters = await meters_of(account_id)
    readings = await readings_of(account_id)
    day = taken_on if is_carried or source in BY_DAY_TAKEN else today
    dated, billed = await calendars(), await _billed(account_id)
    calendar = calendar_for(dated, Period.of(day))
    period = period_of_reading(day, calendar, first_unbilled=_LONG_AGO)
    if period != reopened:
        period = billed.unbilled(period, dated)
    earlier = [reading for reading in readings if reading.period < period or reading.kind == "initial"]
    is_used = await _is_used_after_verification(meters, taken_on)
    return [
        Occasion(
            meter=meter,
            period=period,
            window=calendar.window(period),
            taken_on=taken_on,
            today=today,
            source=source,
            power_kw=power_kw,
            previous=next((each for each in reversed(earlier) if each.meter_id == meter.id), None),
            typical=typical_monthly(earlier, _equal_meters_through(meters, meter)),
            is_used_after_verification=is_used,
            closed_on=billed.closed_on,
        )
        for meter in meters
        if meter.installed_on <= taken_on and (meter.removed_on is None or meter.removed_on > taken_on)
    ]


async def _is_used_after_verification(meters: Sequence[MeterFacts], day: date) -> bool:
    """Whether a reading still counts by itself once the meter's verification is over: a setting, seldom asked for."""
    if not any(meter.verified_until and meter.verified_until < day for meter in meters):
        return True
    rows = await db.read("SELECT value FROM settings WHERE name = 'is_used_after_verification'")
    return not rows or rows[0]["value"] != "no"


async def unbilled_period(account_id: int, period: Period) -> Period:
    """The period itself, or where it was billed already the one that `Billed` says."""
    return (await _billed(account_id)).unbilled(period, await calendars())


async def _billed(account_id: int) -> Billed:
    """Bills stand a floor above and are known here by their table alone."""
    (found,) = await db.read_as(
        Billed,
        "SELECT MIN(b.period) AS first, MAX(b.period) AS last, a.closed_on FROM accounts a LEFT JOIN bills b "
        "ON b.account_id = a.id AND b.status <> 'reversed' WHERE a.id = {} GROUP BY a.closed_on",
        account_id,
    )
    return found


def _equal_meters_through(meters: Sequence[MeterFacts], meter: MeterFacts) -> list[MeterFacts]:
    """The meter and those before it with as many zones: their usage is one history."""
    run: list[MeterFacts] = []
    for each in meters:
        if run and run[-1].zones != each.zones:
            run = []
        run.append(each)
        if each.id == meter.id:
            break
    return run


_LONG_AGO = Period(1970, 1)

_READING = (
    "SELECT id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, t2_kwh, t3_kwh, problems, "
    "decision FROM readings "
)
