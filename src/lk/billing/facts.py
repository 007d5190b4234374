"""What bills are computed from, read for many accounts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from lk import db
from lk.billing.lines import BillFacts, BookedLine
from lk.energy import Register
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period

USUAL_BILLS = 6


@dataclass(frozen=True, slots=True)
class BilledAccount:
    """An account as the bill run needs it."""

    id: int
    region: str
    tariff_category: str
    residents: int
    power_kw: int
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class _OfMeter:
    account_id: int
    id: int
    serial_number: str
    zones: int
    digits: int
    ratio: int
    installed_on: date
    removed_on: date | None
    verified_until: date | None


@dataclass(frozen=True, slots=True)
class _OfReading:
    account_id: int
    id: int
    meter_id: int
    period: Period
    taken_on: date
    source: str
    kind: str
    t1_kwh: int
    t2_kwh: int | None
    t3_kwh: int | None


@dataclass(frozen=True, slots=True)
class _OfLine:
    account_id: int
    id: int
    period: Period
    meter_id: int | None
    register: Register
    band: int
    kwh: int
    price_kopecks: int
    method: str
    legal_act: str
    tariff_from: date | None
    credited_kwh: int


@dataclass(frozen=True, slots=True)
class _OfBill:
    account_id: int
    total_kopecks: int
    missed: int


_READINGS = """
    SELECT account_id, id, meter_id, period, taken_on, source, kind, t1_kwh, t2_kwh, t3_kwh
    FROM readings
    WHERE account_id BETWEEN {} AND {} AND status = 'accepted' AND period <= {}
    ORDER BY account_id, period, taken_on, CASE kind WHEN 'initial' THEN 0 WHEN 'regular' THEN 1 ELSE 2 END, id
"""

_BOOKED = """
    SELECT c.account_id, c.id, b.period, c.meter_id, c.register, c.band, c.consumption_kwh AS kwh, c.price_kopecks,
           c.method, c.legal_act, c.tariff_from, coalesce(-k.kwh, 0) AS credited_kwh
    FROM charges c
    JOIN bills b ON b.id = c.bill_id
    LEFT JOIN (
        SELECT a.credits_id, sum(a.consumption_kwh) AS kwh
        FROM charges a
        JOIN bills ab ON ab.id = a.bill_id
        WHERE a.account_id BETWEEN {} AND {} AND a.credits_id IS NOT NULL AND ab.status <> 'reversed'
        GROUP BY a.credits_id
    ) k ON k.credits_id = c.id
    WHERE c.account_id BETWEEN {} AND {} AND c.line = 'energy' AND b.status <> 'reversed' AND b.period < {}
    ORDER BY c.account_id, b.period, c.id
"""


async def facts_between(first_id: int, last_id: int, period: Period) -> dict[int, BillFacts]:
    """Facts by account id of all accounts with ids in the range; the same few statements for one or thousands."""
    span = (first_id, last_id)
    accounts = await db.read_as(
        BilledAccount,
        "SELECT a.id, p.region, a.tariff_category, a.residents, a.power_kw, a.opened_on, a.closed_on "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id WHERE a.id BETWEEN {} AND {} ORDER BY a.id",
        *span,
    )
    meters = _by_account(
        await db.read_as(
            _OfMeter,
            "SELECT account_id, id, serial_number, zones, digits, ratio, installed_on, removed_on, verified_until "
            "FROM meters WHERE account_id BETWEEN {} AND {} ORDER BY account_id, installed_on, id",
            *span,
        )
    )
    readings = _by_account(await db.read_as(_OfReading, _READINGS, *span, period.number))
    booked = _by_account(await db.read_as(_OfLine, _BOOKED, *span, *span, period.number))
    bills = _by_account(
        await db.read_as(
            _OfBill,
            "SELECT account_id, total_kopecks, missed FROM bills "
            "WHERE account_id BETWEEN {} AND {} AND status <> 'reversed' AND period < {} AND period >= {} "
            "ORDER BY account_id, period",
            *span,
            period.number,
            (period + -USUAL_BILLS).number,
        )
    )
    owed = await _principal_between(first_id, last_id)
    return {
        account.id: _facts(
            account,
            meters.get(account.id, []),
            readings.get(account.id, []),
            booked.get(account.id, []),
            bills.get(account.id, []),
            owed.get(account.id, 0),
        )
        for account in accounts
    }


def _facts(
    account: BilledAccount,
    meters: list[_OfMeter],
    readings: list[_OfReading],
    booked: list[_OfLine],
    bills: list[_OfBill],
    owed: int,
) -> BillFacts:
    return BillFacts(
        account_id=account.id,
        region=account.region,
        tariff_category=account.tariff_category,
        residents=account.residents,
        power_kw=account.power_kw,
        opened_on=account.opened_on,
        closed_on=account.closed_on,
        meters=tuple(_meter(row) for row in meters),
        readings=tuple(_reading(row) for row in readings),
        booked=tuple(_booked(row) for row in booked),
        usual_totals=tuple(bill.total_kopecks for bill in bills),
        missed_before=bills[-1].missed if bills else 0,
        opening_balance_kopecks=owed,
    )


def _meter(row: _OfMeter) -> MeterFacts:
    return MeterFacts(
        row.id,
        row.serial_number,
        row.zones,
        row.digits,
        row.ratio,
        row.installed_on,
        row.removed_on,
        row.verified_until,
    )


def _reading(row: _OfReading) -> ReadingFacts:
    values = tuple(value for value in (row.t1_kwh, row.t2_kwh, row.t3_kwh) if value is not None)
    return ReadingFacts(row.id, row.meter_id, values, row.taken_on, row.period, row.source, row.kind)


def _booked(row: _OfLine) -> BookedLine:
    return BookedLine(
        row.id,
        row.period,
        row.meter_id,
        row.register,
        row.band,
        row.kwh,
        row.price_kopecks,
        row.method,
        row.credited_kwh,
        row.legal_act,
        row.tariff_from,
    )


async def _principal_between(first_id: int, last_id: int) -> dict[int, int]:
    rows = await db.read(
        "SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS owed "
        "FROM ledger_entries WHERE account_id BETWEEN {} AND {} AND part = 'principal' GROUP BY account_id",
        first_id,
        last_id,
    )
    return {row["account_id"]: int(row["owed"]) for row in rows}


_Row = TypeVar("_Row", bound=Any)


def _by_account(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row.account_id].append(row)
    return grouped
