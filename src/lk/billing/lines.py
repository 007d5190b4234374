"""What a bill is computed from, and what it consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lk.billing.penalty import Credit, Debt, PenaltyLine
from lk.energy import Register, Zone
from lk.metering.rules import AVERAGE_PERIODS_AT_MOST, MeterFacts, ReadingFacts
from lk.outcome import Problem
from lk.period import Period


class BookedLine(NamedTuple):
    """An energy line of a live earlier bill. `kwh` as it was billed, `credited_kwh` what adjustments took back since.

    `meter_id` None: billed by the norm without a meter, never settled.
    """

    id: int
    period: Period
    meter_id: int | None
    register: Register
    band: int
    kwh: int
    price_kopecks: int
    method: str
    credited_kwh: int = 0
    legal_act: str = ""
    tariff_from: date | None = None

    @property
    def open_kwh(self) -> int:
        """What is booked still."""
        return self.kwh - self.credited_kwh


@dataclass(frozen=True, slots=True)
class BillFacts:
    """Everything about one account that its bill of one period depends on.

    `readings`: the accepted ones, ordered by period, in one period as they came; since the last billed one and six
    periods before it at least. `booked`: since the last billed real reading at least; earlier ones let a credit
    reach further back. `usual_totals`: sums of the last six bills in kopecks. `max_estimated_periods` None: no limit.
    `debts` and `credits` are those of the principal, needed where a penalty may have accrued through `billed_on`.
    """

    account_id: int
    region: str
    tariff_category: str
    residents: int
    power_kw: int | None
    opened_on: date
    closed_on: date | None = None
    meters: tuple[MeterFacts, ...] = ()
    readings: tuple[ReadingFacts, ...] = ()
    booked: tuple[BookedLine, ...] = ()
    usual_totals: tuple[int, ...] = ()
    away_until: date | None = None
    away_periods_used: int = 0
    missed_before: int = 0
    max_estimated_periods: int | None = AVERAGE_PERIODS_AT_MOST
    opening_balance_kopecks: int = 0
    opening_penalty_kopecks: int = 0
    billed_on: date | None = None
    debts: tuple[Debt, ...] = ()
    credits: tuple[Credit, ...] = ()


class ChargeLine(NamedTuple):
    """One line of a bill. `line` is energy or adjustment, `method` reading, average, norm or away.

    `previous_*` and `current_*` are the dial's readings, None where there is none (an estimate has no current one).
    `credits_id` names the earlier line that an adjustment takes back. `why` holds finished numbers for people, all fit
    for JSON: days as ISO text.
    """

    line: str
    register: Register
    zone: Zone
    zones: int
    meter_id: int | None
    serial_number: str
    band: int
    previous_kwh: int | None
    current_kwh: int | None
    previous_on: date | None
    current_on: date | None
    source: str
    consumption_kwh: int
    price_kopecks: int
    amount_kopecks: int
    method: str
    legal_act: str
    tariff_from: date | None
    credits_id: int | None
    why: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BillDraft:
    """One account's bill of one period. With `hold_reasons` it waits for a person.

    `method` is that of the whole bill. `missed` is the number of periods in a row without a reading, this one included,
    `away_periods` how many since the last reading were billed as nobody's.
    """

    account_id: int
    period: Period
    lines: tuple[ChargeLine, ...]
    energy_kopecks: int
    adjustment_kopecks: int
    vat_kopecks: int
    vat_percent: int
    opening_balance_kopecks: int
    method: str
    missed: int
    away_periods: int = 0
    hold_reasons: tuple[Problem, ...] = ()
    penalties: tuple[PenaltyLine, ...] = ()
    opening_penalty_kopecks: int = 0

    @property
    def total(self) -> int:
        """The period's sum in kopecks: energy and adjustments, without what was owed before."""
        return self.energy_kopecks + self.adjustment_kopecks

    @property
    def penalty_kopecks(self) -> int:
        """What this bill adds to the penalty, a sum apart."""
        return sum(each.amount_kopecks for each in self.penalties)
