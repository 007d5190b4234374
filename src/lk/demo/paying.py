"""The simulated town pays: at its banks, whose registries come the day after, and some by card."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO

from lk import db
from lk.demo.behaviour import pays
from lk.demo.deeds import pay_by_card
from lk.demo.living_town import Town
from lk.money import to_rubles
from lk.operations.imports import import_text
from lk.period import Period

COLUMNS = ("external_id", "account_number", "paid_on", "amount", "channel")
_DAY = timedelta(1)


async def plan_payments(town: Town, month: Period) -> int:
    """On its first day everybody looks at what is owed and not yet meant to be paid. The town's debt, kopecks."""
    owed = await _owed()
    for home in town.homes.values():
        left = owed.get(home.account_id, 0) - home.promised_kopecks
        if left <= 0:
            continue
        for paid in pays(home.nature, left, town.dice(home, "pay", month)):
            home.promised_kopecks += paid.kopecks
            town.payments[month.first_day + timedelta(paid.after_days)].append((home, paid.kopecks))
    return sum(kopecks for kopecks in owed.values() if kopecks > 0)


async def _owed() -> dict[int, int]:
    """Principal by account."""
    rows = await db.read_rows(
        "SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
        "FROM ledger_entries WHERE part = 'principal' GROUP BY account_id"
    )
    return {account_id: int(kopecks) for account_id, kopecks in rows}


async def pay(town: Town, day: date) -> None:
    """The banks' registry of yesterday, and today's payments by card; each takes back what was promised."""
    yesterday = day - _DAY
    paid = town.payments.pop(yesterday, ())
    if not paid:
        return
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for at, (home, kopecks) in enumerate(paid):
        home.promised_kopecks -= kopecks
        town.paid_kopecks += kopecks
        if home.user_id is not None and home.is_open:
            await pay_by_card(home.number, home.user_id, kopecks, town.dice(home, "card", f"{day}:{at}"))
        else:
            external_id = f"S{town.seed}-{yesterday:%Y%m%d}-{at}"
            rows.writerow((external_id, home.number, yesterday.isoformat(), to_rubles(kopecks), "касса"))
    await import_text("payments", text.getvalue())
    if day.day == 7 and day.month % 3 == 0:
        # A bank sends the same registry once more.
        await import_text("payments", text.getvalue())
