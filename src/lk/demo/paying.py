"""The simulated town pays: at its banks, whose registries come the day after, and whoever has a cabinet there."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO

from lk import db
from lk.autopay.rules import Mode
from lk.demo.behaviour import pays
from lk.demo.by_hand import pay_by_hand
from lk.demo.home import Home
from lk.demo.living_town import Town
from lk.money import to_rubles
from lk.operations.imports import import_text
from lk.period import Period

COLUMNS = ("external_id", "account_number", "paid_on", "amount", "channel")
MOST = 10**12


async def plan_payments(town: Town, month: Period) -> int:
    """On its first day everybody looks at what is owed and not yet meant to be paid. The town's debt, kopecks."""
    owed = await _owed()
    for home in town.homes.values():
        left = owed.get(home.account_id, 0) - home.promised_kopecks - _left_to_autopay(home)
        if left <= 0:
            continue
        for paid in pays(home.nature, left, town.dice(home, "pay", month)):
            home.promised_kopecks += paid.kopecks
            town.payments[month.first_day + timedelta(paid.after_days)].append((home, paid.kopecks))
    return sum(kopecks for kopecks in owed.values() if kopecks > 0)


def _left_to_autopay(home: Home) -> int:
    """In mode bill all of it, else the fixed sum; what is more than another such sum above it is paid by hand."""
    wish = home.purse.wish
    if wish is None:
        return 0
    return MOST if wish.mode is Mode.BILL else 2 * wish.sum_kopecks


async def _owed() -> dict[int, int]:
    """Principal by account."""
    rows = await db.read_rows(
        "SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
        "FROM ledger_entries WHERE part = 'principal' GROUP BY account_id"
    )
    return {account_id: int(kopecks) for account_id, kopecks in rows}


async def pay(town: Town, days: Iterable[date]) -> None:
    """The banks' registries of these days, and payments from cabinets that were meant for them."""
    for day in days:
        await _pay(town, day)


async def _pay(town: Town, day: date) -> None:
    """Each takes back what was promised."""
    paid = town.payments.pop(day, ())
    if not paid:
        return
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for at, (home, kopecks) in enumerate(paid):
        home.promised_kopecks -= kopecks
        if home.user_id is not None and home.is_open:
            await pay_by_hand(town, home, kopecks, f"{day}:{at}")
            continue
        town.paid_kopecks += kopecks
        rows.writerow((f"S{town.seed}-{day:%Y%m%d}-{at}", home.number, day.isoformat(), to_rubles(kopecks), "касса"))
    await import_text("payments", text.getvalue())
    if day.day == 6 and day.month % 3 == 0:
        # A bank sends the same registry once more.
        await import_text("payments", text.getvalue())
