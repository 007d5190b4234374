"""What is stored of many accounts, as the facts that bills are computed from: a few statements for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lk import db
from lk.billing.lines import BillFacts, BookedLine
from lk.energy import Register
from lk.metering.average_limit import max_estimated_periods
from lk.metering.decisions import ROLLED_OVER
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period

Row = Sequence[Any]

_REGISTERS = {register.value: register for register in Register}

_ACCOUNTS = """
    SELECT a.id, p.region, a.tariff_category, a.residents, a.power_kw, a.opened_on, a.closed_on, w.until_on
    FROM accounts a JOIN premises p ON p.id = a.premises_id
    LEFT JOIN away_declarations w ON w.account_id = a.id AND w.ended_at IS NULL
    WHERE a.id BETWEEN {} AND {} ORDER BY a.id
"""
_METERS = """
    SELECT m.account_id, m.id, m.serial_number, m.zones, m.digits, m.ratio, m.installed_on, m.removed_on, a.power_kw
    FROM meters m JOIN accounts a ON a.id = m.account_id
    WHERE m.account_id BETWEEN {} AND {} ORDER BY m.account_id, m.installed_on, m.id
"""
_READINGS = """
    SELECT account_id, id, meter_id, t1_kwh, t2_kwh, t3_kwh, taken_on, period, source, kind, decision
    FROM readings WHERE SPAN AND status = 'accepted' AND period >= {} AND period <= {}
    ORDER BY account_id, period, taken_on, CASE kind WHEN 'initial' THEN 0 WHEN 'regular' THEN 1 ELSE 2 END, id
"""
# `+ 0`: SQLite would rather go through all bills of the period, a city's, than through these accounts.
_BILLS = """
    SELECT account_id, method, missed, away_periods, opening_kopecks FROM bills
    WHERE account_id BETWEEN {} AND {} AND period + 0 = {} AND status <> 'reversed'
"""
_BOOKED = """
    SELECT b.account_id, c.id, b.period, c.meter_id, c.register, c.band, c.consumption_kwh, c.price_kopecks, c.method,
           c.legal_act, c.tariff_from, coalesce(-k.kwh, 0)
    FROM bills b
    JOIN charges c ON c.bill_id = b.id
    LEFT JOIN (
        SELECT a.credits_id, sum(a.consumption_kwh) AS kwh
        FROM bills ab
        JOIN charges a ON a.bill_id = ab.id
        WHERE ab.SPAN AND ab.status <> 'reversed' AND ab.period < {} AND a.credits_id IS NOT NULL
        GROUP BY a.credits_id
    ) k ON k.credits_id = c.id
    WHERE b.SPAN AND c.line = 'energy' AND b.status <> 'reversed' AND b.period >= {} AND b.period < {}
    ORDER BY b.account_id, b.period, c.id
"""
_OWED = """
    SELECT account_id,
           sum(CASE WHEN part <> 'principal' THEN 0 WHEN debit = 'receivable' THEN amount_kopecks
                    ELSE -amount_kopecks END),
           sum(CASE WHEN part = 'principal' THEN 0 WHEN debit = 'receivable' THEN amount_kopecks
                    ELSE -amount_kopecks END)
    FROM ledger_entries WHERE account_id BETWEEN {} AND {} GROUP BY account_id
"""
_TOTALS = """
    SELECT account_id, total_kopecks FROM bills
    WHERE SPAN AND status <> 'reversed' AND period >= {} AND period < {} ORDER BY account_id, period
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Accounts by the range of their ids, or by their ids; the same statements serve both."""

    condition: str
    args: tuple[object, ...]

    @classmethod
    def between(cls, first_id: int, last_id: int) -> Span:
        return cls("account_id BETWEEN {} AND {}", (first_id, last_id))

    @classmethod
    def of(cls, ids: Collection[int]) -> Span:
        return cls(f"account_id IN ({db.placeholders(ids)})", tuple(ids))

    def within(self, sql: str) -> str:
        return sql.replace("SPAN", self.condition)


@dataclass(frozen=True, slots=True)
class Before:
    """The bill of the period before."""

    method: str
    missed: int
    away_periods: int
    opening_kopecks: int


async def before_between(first_id: int, last_id: int, period: Period) -> dict[int, Before]:
    """By account, where there is a live one."""
    rows = await db.read_rows(_BILLS, first_id, last_id, period.previous.number)
    return {row[0]: Before(*row[1:]) for row in rows}


async def accounts_between(
    first_id: int, last_id: int, readings: dict[int, tuple[ReadingFacts, ...]], before: dict[int, Before]
) -> dict[int, BillFacts]:
    """Accounts with their meters and balance, the given readings, and nothing booked yet."""
    span = (first_id, last_id)
    meters = _grouped(await db.read_rows(_METERS, *span), _meter)
    owed = {row[0]: (int(row[1]), int(row[2])) for row in await db.read_rows(_OWED, *span)}
    most = await max_estimated_periods()
    return {
        row[0]: _facts(
            row, meters.get(row[0], ()), readings.get(row[0], ()), before.get(row[0]), owed.get(row[0]), most
        )
        for row in await db.read_rows(_ACCOUNTS, *span)
    }


async def readings_in(span: Span, since: Period, until: Period) -> dict[int, tuple[ReadingFacts, ...]]:
    """The accepted ones of these periods, ordered by period, in one period as they came."""
    rows = await db.read_rows(span.within(_READINGS), *span.args, since.number, until.number)
    return _grouped(rows, _reading)


async def booked_in(span: Span, since: Period, period: Period) -> dict[int, tuple[BookedLine, ...]]:
    """Energy lines of live bills from `since` on and before `period`."""
    rows = await db.read_rows(span.within(_BOOKED), *span.args, period.number, *span.args, since.number, period.number)
    return _grouped(rows, _booked)


async def totals_in(span: Span, since: Period, period: Period) -> dict[int, tuple[int, ...]]:
    """Kopecks of the bills from `since` on and before `period`."""
    return _grouped(await db.read_rows(span.within(_TOTALS), *span.args, since.number, period.number), _total)


def _facts(
    row: Row,
    meters: tuple[MeterFacts, ...],
    readings: tuple[ReadingFacts, ...],
    before: Before | None,
    owed: tuple[int, int] | None,
    max_estimated_periods: int | None,
) -> BillFacts:
    principal, penalty = owed or (0, 0)
    return BillFacts(
        account_id=row[0],
        region=row[1],
        tariff_category=row[2],
        residents=row[3],
        power_kw=row[4],
        opened_on=row[5],
        closed_on=row[6],
        meters=meters,
        readings=readings,
        away_until=row[7],
        away_periods_used=before.away_periods if before else 0,
        missed_before=before.missed if before else 0,
        max_estimated_periods=max_estimated_periods,
        opening_balance_kopecks=principal,
        opening_penalty_kopecks=penalty,
    )


def _meter(row: Row) -> MeterFacts:
    _, number, serial_number, zones, digits, ratio, installed_on, removed_on, power_kw = row
    return MeterFacts(number, serial_number, zones, digits, ratio, installed_on, removed_on, None, power_kw)


def _reading(row: Row) -> ReadingFacts:
    _, number, meter_id, t1, t2, t3, taken_on, period, source, kind, decision = row
    values = (t1,) if t2 is None else (t1, t2) if t3 is None else (t1, t2, t3)
    at, is_rolled_over = Period.from_number(period), decision == ROLLED_OVER
    return ReadingFacts(number, meter_id, values, taken_on, at, source, kind, is_rolled_over)


def _booked(row: Row) -> BookedLine:
    _, number, period, meter_id, register, band, kwh, price, method, legal_act, tariff_from, credited = row
    at = Period.from_number(period)
    return BookedLine(
        number, at, meter_id, _REGISTERS[register], band, kwh, price, method, int(credited), legal_act, tariff_from
    )


def _total(row: Row) -> int:
    return int(row[1])


Value = TypeVar("Value")


def _grouped(rows: Iterable[Row], value_of: Callable[[Row], Value]) -> dict[int, tuple[Value, ...]]:
    """By account, which is each row's first column."""
    grouped: dict[int, list[Value]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(value_of(row))
    return {account_id: tuple(values) for account_id, values in grouped.items()}
