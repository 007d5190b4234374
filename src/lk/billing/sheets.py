"""Bills as their readers get them, many at once: as many statements for five hundred as for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from lk import clock
from lk.accounts.queries import AccountView
from lk.billing.messages import DIAL_NAMES, SOURCES, Around, sheet_line
from lk.billing.moves import moves_of
from lk.billing.notes import notes_of
from lk.billing.penalty_words import penalty_line
from lk.billing.queries import ChargeView
from lk.billing.sheet import BillSheet, DialRow, Month
from lk.billing.sheet_facts import SheetFacts, StoredBill, StoredMonth, sheet_facts
from lk.billing.views import ZONE_NAMES
from lk.language import _, current
from lk.ledger.rules import Part
from lk.period import Period
from lk.tariffs.queries import price_list
from lk.tariffs.rules import PriceList


async def sheets_of(bill_ids: Sequence[int], since: datetime | None = None) -> list[BillSheet]:
    """Issued and reversed ones, in the order asked for and in the current language.

    With `since` no bill from before it, and of older months and readings nothing.
    """
    if not bill_ids:
        return []
    facts, prices = await sheet_facts(bill_ids, since), await price_list()
    return [_sheet(facts.bills[each], facts, prices, since) for each in bill_ids if each in facts.bills]


async def sheet_for(account: AccountView, bill_id: int) -> BillSheet | None:
    """As the account's viewer may see it: a provisional cabinet is not told who the consumer is, nor where."""
    found = await sheets_of([bill_id], account.seen_since)
    if not found or found[0].account_id != account.id:
        return None
    return replace(found[0], holder_name=None, address=None, postcode="") if account.is_provisional else found[0]


def _sheet(bill: StoredBill, facts: SheetFacts, prices: PriceList, since: datetime | None) -> BillSheet:
    hidden_before = clock.local_date(since) if since else None
    charges, moves = facts.charges.get(bill.id, []), facts.moves.get(bill.id, [])
    around = Around(bill.period, charges, _limits(prices, bill.period), hidden_before)
    zones, months = _months(facts.months.get(bill.id, []))
    hides_replaced = since is not None and bill.replaced_at is not None and bill.replaced_at < since
    notes = notes_of(bill, facts.opened.get(bill.id), facts.extensions, hides_replaced=hides_replaced)
    return BillSheet(
        bill_id=bill.id,
        account_id=bill.account_id,
        account_number=bill.account_number,
        period=bill.period,
        holder_name=bill.holder_name,
        address=bill.address,
        postcode=bill.postcode,
        dials=_dials(charges),
        lines=tuple(sheet_line(charge, around) for charge in charges),
        total_kopecks=bill.total_kopecks,
        vat_percent=bill.vat_percent,
        vat_kopecks=bill.vat_kopecks,
        opening_kopecks=bill.opening_kopecks,
        moves=moves_of(moves, Part.PRINCIPAL, since),
        penalty_lines=tuple(
            penalty_line(each.amount_kopecks, each.why, hidden_before) for each in facts.penalties.get(bill.id, [])
        ),
        penalty_kopecks=bill.penalty_kopecks,
        opening_penalty_kopecks=bill.opening_penalty_kopecks,
        penalty_moves=moves_of(moves, Part.PENALTY, since),
        due_on=bill.due_on,
        issued_on=clock.local_date(bill.issued_at),
        zones=zones,
        months=months,
        notes=tuple(notes),
        language=current(),
    )


def _limits(prices: PriceList, period: Period) -> tuple[int, ...]:
    return tuple(accumulate(prices.month(period).band_widths))


def _dials(charges: Iterable[ChargeView]) -> tuple[DialRow, ...]:
    """One for each register and meter; of two lines about the same one the first."""
    rows: dict[tuple[str | None, str], DialRow] = {}
    for charge in charges:
        if charge.serial_number is not None and (charge.previous_kwh is not None or charge.current_kwh is not None):
            rows.setdefault((charge.serial_number, charge.register), _dial(charge))
    return tuple(rows.values())


def _dial(charge: ChargeView) -> DialRow:
    return DialRow(
        serial_number=charge.serial_number or "",
        label=_(DIAL_NAMES.get(charge.zone, charge.zone)),
        previous_kwh=charge.previous_kwh,
        previous_on=charge.previous_on,
        current_kwh=charge.current_kwh,
        current_on=charge.current_on,
        source=_source(charge),
        verified_until=charge.verified_until,
    )


def _source(charge: ChargeView) -> str:
    if charge.current_kwh is None:
        return _("показания не было")
    return _(SOURCES[charge.source]) if charge.source in SOURCES else ""


def _months(rows: Iterable[StoredMonth]) -> tuple[tuple[str, ...], tuple[Month, ...]]:
    """The zones' names, and every month with a number for each of them."""
    by_month: dict[Period, dict[str, int]] = {}
    totals: dict[Period, int] = {}
    for row in rows:
        totals[row.period] = row.total_kopecks
        month = by_month.setdefault(row.period, {})
        if row.zone is not None:
            month[row.zone] = row.kwh or 0
    zones = [zone for zone in ZONE_NAMES if any(zone in month for month in by_month.values())]
    months = tuple(
        Month(period, tuple(month.get(zone, 0) for zone in zones), totals[period])
        for period, month in sorted(by_month.items())
    )
    return tuple(_(ZONE_NAMES[zone]) for zone in zones), months
