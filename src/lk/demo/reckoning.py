"""What came of the simulated months: the table from lk's books, and beside it what the town itself knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from lk import db
from lk.demo.living_town import Town
from lk.period import Period


@dataclass(frozen=True, slots=True)
class Month:
    """One period in the books. Money of the calendar month in kopecks, `debt_kopecks` what people owe at its end."""

    period: Period
    bills: int
    read: int
    estimated: int
    held: int
    kwh: int
    billed_kopecks: int
    paid_kopecks: int
    debt_kopecks: int
    penalty_kopecks: int


SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """Two counts of one thing that have to be equal; `differing` tell of accounts in which they are not."""

    known: int
    booked: int
    differing: tuple[str, ...] = ()

    @property
    def is_breach(self) -> bool:
        return self.known != self.booked or bool(self.differing)


@dataclass(frozen=True, slots=True)
class _Bills:
    period: Period
    bills: int
    read: int
    estimated: int
    billed_kopecks: int
    penalty_kopecks: int


async def months_of(town: Town, first: Period, last: Period) -> list[Month]:
    """As they stand in the books now."""
    kwh = await _by_period(
        "SELECT b.period, sum(c.consumption_kwh) FROM bills b JOIN charges c ON c.bill_id = b.id "
        "WHERE b.status <> 'reversed' AND b.period BETWEEN {} AND {} GROUP BY b.period",
        first,
        last,
    )
    held = await _by_period(
        "SELECT period, count(*) FROM readings WHERE (status = 'held' OR decision <> '') AND period BETWEEN {} AND {} "
        "GROUP BY period",
        first,
        last,
    )
    paid = await _paid(first, last)
    return [
        Month(
            period=each.period,
            bills=each.bills,
            read=each.read,
            estimated=each.estimated,
            held=held.get(each.period, 0),
            kwh=kwh.get(each.period, 0),
            billed_kopecks=each.billed_kopecks,
            paid_kopecks=paid.get(each.period, 0),
            debt_kopecks=town.debts.get(each.period, 0),
            penalty_kopecks=each.penalty_kopecks,
        )
        for each in await _bills(first, last)
    ]


async def _bills(first: Period, last: Period) -> list[_Bills]:
    return await db.read_as(
        _Bills,
        "SELECT period, count(*) AS bills, sum(CASE WHEN method = 'reading' THEN 1 ELSE 0 END) AS read, "
        "sum(CASE WHEN method IN ('average', 'norm') THEN 1 ELSE 0 END) AS estimated, "
        "sum(total_kopecks) AS billed_kopecks, sum(penalty_kopecks) AS penalty_kopecks FROM bills "
        "WHERE status <> 'reversed' AND period BETWEEN {} AND {} GROUP BY period ORDER BY period",
        first.number,
        last.number,
    )


async def _by_period(sql: str, first: Period, last: Period) -> dict[Period, int]:
    rows = await db.read_rows(sql, first.number, last.number)
    return {Period.from_number(period): int(found) for period, found in rows}


async def _paid(first: Period, last: Period) -> dict[Period, int]:
    """By the calendar month in which it was paid."""
    paid: dict[Period, int] = {}
    rows = await db.read_rows(
        "SELECT effective_on, sum(CASE WHEN credit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
        "FROM ledger_entries WHERE kind = 'payment' AND effective_on BETWEEN {} AND {} "
        "GROUP BY effective_on",
        first.first_day,
        last.last_day,
    )
    for day, kopecks in rows:
        month = Period.of(day if isinstance(day, date) else date.fromisoformat(day))
        paid[month] = paid.get(month, 0) + int(kopecks)
    return paid


async def compare_energy(town: Town) -> Compared:
    """What the dials counted up to each account's last right reading, and what its bills book up to it."""
    booked = await _booked(town)
    known, in_bills, differing = 0, 0, []
    for home in town.homes.values():
        truth = home.last_right(town.span.last)
        if truth is None:
            continue
        found = sum(kwh for period, kwh in booked.get(home.account_id, ()) if period <= truth.period.number)
        known, in_bills = known + truth.kwh, in_bills + found
        if found != truth.kwh:
            differing.append(f"лицевой счёт {home.number}, по {truth.period}: {truth.kwh} и {found} кВт·ч")
    return Compared(known, in_bills, tuple(differing))


async def _booked(town: Town) -> dict[int, list[tuple[int, int]]]:
    """Periods and kWh by account."""
    booked: dict[int, list[tuple[int, int]]] = {}
    rows = await db.read_rows(
        "SELECT b.account_id, b.period, sum(c.consumption_kwh) FROM bills b JOIN charges c ON c.bill_id = b.id "
        "WHERE b.status <> 'reversed' AND b.period <= {} GROUP BY b.account_id, b.period",
        town.span.last.number,
    )
    for account_id, period, kwh in rows:
        booked.setdefault(account_id, []).append((period, int(kwh)))
    return booked


async def compare_payments(town: Town) -> Compared:
    """What people paid at banks, and what the ledger has of it."""
    rows = await db.read_rows(
        "SELECT coalesce(sum(CASE WHEN credit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END), 0) "
        "FROM ledger_entries WHERE kind = 'payment' AND source <> 'acquirer'"
    )
    return Compared(town.paid_kopecks, int(rows[0][0]))


def compared_in_words(energy: Compared, payments: Compared, cards: Compared, autopay: Compared) -> Iterator[str]:
    """A line each, and more where something differs."""
    yield f"по счётчикам {energy.known} кВт·ч, в счетах {energy.booked} кВт·ч: {_verdict(energy)}"
    yield f"оплачено в банках {_rubles(payments.known)} ₽, в книге {_rubles(payments.booked)} ₽: {_verdict(payments)}"
    yield f"с карт по журналу эквайера {_rubles(cards.known)} ₽, в книге {_rubles(cards.booked)} ₽: {_verdict(cards)}"
    yield f"автоплатежом оплачено счетов {autopay.known}, списаний у эквайера {autopay.booked}: {_verdict(autopay)}"
    for compared in (energy, cards, autopay):
        yield from (f"    {each}" for each in compared.differing[:SHOWN])


def _verdict(compared: Compared) -> str:
    return "нарушено" if compared.is_breach else "верно"


_HEAD = ("месяц", "счетов", "прочит.", "расчётн.", "отлож.", "кВт·ч", "начислено ₽", "оплачено ₽", "долг ₽", "пени ₽")
_WIDTHS = (9, 9, 9, 10, 8, 13, 17, 17, 17, 14)


def table(months: list[Month]) -> str:
    """For a terminal; the last line is all of them together, with the last month's debt."""
    return "\n".join([heading(), *(line(each) for each in months), line(_total(months), "всего")])


def progress_on(stream: TextIO) -> Callable[[Month, float], None]:
    """A line a month, with its seconds."""
    stream.write(f"{heading()}\n")

    def tell(month: Month, seconds: float) -> None:
        stream.write(f"{line(month)}{seconds:>8.1f} с\n")
        stream.flush()

    return tell


def heading() -> str:
    return _line(_HEAD)


def line(month: Month, name: str = "") -> str:
    return _line(
        (
            name or str(month.period),
            str(month.bills),
            f"{_percent(month.read, month.bills)} %",
            f"{_percent(month.estimated, month.bills)} %",
            str(month.held),
            str(month.kwh),
            *map(_rubles, (month.billed_kopecks, month.paid_kopecks, month.debt_kopecks, month.penalty_kopecks)),
        )
    )


def _line(cells: tuple[str, ...]) -> str:
    return "".join(_padded(cells))


def _padded(cells: tuple[str, ...]) -> Iterator[str]:
    yield cells[0].ljust(_WIDTHS[0])
    yield from (cell.rjust(width) for cell, width in zip(cells[1:], _WIDTHS[1:], strict=True))


def _total(months: list[Month]) -> Month:
    sums = {
        name: sum(getattr(each, name) for each in months)
        for name in ("bills", "read", "estimated", "held", "kwh", "billed_kopecks", "paid_kopecks", "penalty_kopecks")
    }
    return Month(period=months[-1].period, debt_kopecks=months[-1].debt_kopecks, **sums)


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0


def _rubles(kopecks: int) -> str:
    sign = "−" if kopecks < 0 else ""
    return f"{sign}{abs(kopecks) // 100}.{abs(kopecks) % 100:02}"
