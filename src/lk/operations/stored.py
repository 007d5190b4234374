"""What is stored already, and files are checked against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence, Sized
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.metering.decisions import ROLLED_OVER
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period
from lk.tariffs.rules import Billed, Calendar, calendar_for, period_of_reading


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as it stands; `first_billed` and `last_billed` are the periods of its live bills."""

    id: int
    number: str
    premises_id: int
    address: str
    region: str
    postcode: str
    route: str
    holder_name: str
    tariff_category: str
    residents: int
    power_kw: int
    has_paper_bill: bool
    email: str | None
    opened_on: date
    closed_on: date | None
    first_billed: Period | None
    last_billed: Period | None
    has_cabinet: bool

    @property
    def is_billed(self) -> bool:
        return self.last_billed is not None

    def period_for(self, day: date, calendars: Sequence[Calendar]) -> Period:
        """For which period a reading of that day counts; a billed one gives way as `Billed` says."""
        calendar = calendar_for(calendars, Period.of(day))
        period = period_of_reading(day, calendar, first_unbilled=LONG_AGO)
        return Billed(self.first_billed, self.last_billed, self.closed_on).unbilled(period, calendars)


LONG_AGO = Period(1970, 1)


_ACCOUNTS = """
    SELECT a.id, a.number, a.premises_id, p.address, p.region, p.postcode, p.route, a.holder_name, a.tariff_category,
           a.residents, a.power_kw, a.has_paper_bill, a.email, a.opened_on, a.closed_on,
           (SELECT MIN(b.period) FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed') AS first_billed,
           (SELECT MAX(b.period) FROM bills b WHERE b.account_id = a.id AND b.status <> 'reversed') AS last_billed,
           EXISTS (SELECT 1 FROM accesses x WHERE x.account_id = a.id AND x.ended_at IS NULL) AS has_cabinet
    FROM accounts a
    JOIN premises p ON p.id = a.premises_id
"""


async def accounts_by_number(numbers: Collection[str]) -> dict[str, StoredAccount]:
    if not numbers:
        return {}
    rows = await db.read_as(
        StoredAccount,
        _ACCOUNTS + "WHERE a.number IN " + listed(numbers),
        *numbers,
    )
    return {row.number: row for row in rows}


@dataclass(frozen=True, slots=True)
class StoredPremises:
    id: int
    address: str
    address_key: str
    region: str


_PREMISES = "SELECT id, address, address_key, region FROM premises "


async def premises_by_key(keys: Collection[str]) -> dict[tuple[str, str], StoredPremises]:
    """By folded address and region; of several the oldest."""
    if not keys:
        return {}
    rows = await db.read_as(
        StoredPremises,
        _PREMISES + "WHERE address_key IN " + listed(keys) + " ORDER BY id DESC",
        *keys,
    )
    return {(row.address_key, row.region): row for row in rows}


@dataclass(frozen=True, slots=True)
class StoredMeter:
    account_id: int
    id: int
    serial_number: str
    serial_key: str
    zones: int
    digits: int
    ratio: int
    installed_on: date
    removed_on: date | None
    verified_until: date | None
    power_kw: int

    def is_in_place(self, day: date) -> bool:
        return self.installed_on <= day and (self.removed_on is None or day < self.removed_on)

    @property
    def facts(self) -> MeterFacts:
        return MeterFacts(
            self.id,
            self.serial_number,
            self.zones,
            self.digits,
            self.ratio,
            self.installed_on,
            self.removed_on,
            self.verified_until,
            self.power_kw,
        )


_METERS = (
    "SELECT m.account_id, m.id, m.serial_number, m.serial_key, m.zones, m.digits, m.ratio, m.installed_on, "
    "m.removed_on, m.verified_until, a.power_kw FROM meters m JOIN accounts a ON a.id = m.account_id "
)


async def meters_of_accounts(account_ids: Collection[int]) -> dict[int, list[StoredMeter]]:
    """By account, the oldest meter first."""
    grouped: dict[int, list[StoredMeter]] = defaultdict(list)
    if not account_ids:
        return grouped
    rows = await db.read_as(
        StoredMeter,
        _METERS + "WHERE m.account_id IN " + listed(account_ids) + " ORDER BY m.installed_on, m.id",
        *account_ids,
    )
    for row in rows:
        grouped[row.account_id].append(row)
    return grouped


@dataclass(slots=True)
class KnownReading:
    """A reading that is stored, or about to be: then `id` is None."""

    id: int | None
    account_id: int
    meter_id: int
    kind: str
    period: Period
    taken_on: date
    source: str
    status: str
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None
    decision: str = ""

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(value for value in (self.t1_kwh, self.t2_kwh, self.t3_kwh) if value is not None)

    @property
    def facts(self) -> ReadingFacts:
        is_rolled_over = self.decision == ROLLED_OVER
        return ReadingFacts(
            self.id, self.meter_id, self.values, self.taken_on, self.period, self.source, self.kind, is_rolled_over
        )


_READINGS = (
    "SELECT id, account_id, meter_id, kind, period, taken_on, source, status, t1_kwh, t2_kwh, t3_kwh, decision "
    "FROM readings WHERE status <> 'rejected' "
)


async def readings_of_accounts(account_ids: Collection[int]) -> dict[int, list[KnownReading]]:
    """By account: every reading that was not rejected, ordered by period, in one period as they were taken."""
    grouped: dict[int, list[KnownReading]] = defaultdict(list)
    if not account_ids:
        return grouped
    rows = await db.read_as(
        KnownReading,
        _READINGS + "AND account_id IN " + listed(account_ids) + " ORDER BY period, taken_on, id",
        *account_ids,
    )
    for row in rows:
        grouped[row.account_id].append(row)
    return grouped


async def is_used_after_verification() -> bool:
    """Whether readings of a meter past its verification count unseen."""
    rows = await db.read("SELECT value FROM settings WHERE name = 'is_used_after_verification'")
    return not rows or rows[0]["value"] != "no"


def listed(values: Sized) -> str:
    """What stands behind IN."""
    return f"({db.placeholders(values)})"
