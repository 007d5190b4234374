"""`/accounts/{id}/bills`: all bills, and each one line by line."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.billing.messages import line_words
from lk.billing.queries import ChargeView, bill_of, bills_of, cabinet_opened_before, charges_of, consumption_of
from lk.billing.views import Series, series
from lk.ledger.queries import balance, paid_between
from lk.period import Period
from lk.web import Request, page, viewer_in


class BillsController(Controller):
    path = "/accounts/{account_id:str}/bills"

    @get("/", name="bills")
    async def bills(self, request: Request) -> Response[str]:
        account = request.state.account
        found = await bills_of(account.id, since=account.seen_since)
        return page(
            request,
            "billing/bills.html",
            active_tab="bills",
            bills=found,
            chart=_chart(await consumption_of(account.id, since=account.seen_since)),
        )

    @get("/{period:str}", name="bill")
    async def bill(self, request: Request, period: FromPath[str]) -> Response[str]:
        account = request.state.account
        found = await bill_of(account.id, _period(period), account.seen_since)
        if found is None:
            raise NotFoundException
        if found.status != "issued":
            return page(request, "billing/held.html", active_tab="bills", bill=found)
        charges = await charges_of(found.id)
        owed = await balance(account.id)
        return page(
            request,
            "billing/bill.html",
            active_tab="bills",
            bill=found,
            lines=[line_words(charge) for charge in charges],
            meters=_meters(charges),
            is_newest=(await bills_of(account.id, limit=1))[0].id == found.id,
            owed_kopecks=owed.principal,
            paid_kopecks=await paid_between(account.id, found.issued_at),
            chart=_chart(await consumption_of(account.id, until=found.period, since=account.seen_since)),
            opened=await cabinet_opened_before(found),
            is_read_only=viewer_in(request).look_id is not None,
        )


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise NotFoundException from None


def _meters(charges: list[ChargeView]) -> list[ChargeView]:
    """Lines with a dial behind them, one for each register and meter."""
    seen: dict[tuple[str | None, str], ChargeView] = {}
    for charge in charges:
        if charge.previous_kwh is not None or charge.current_kwh is not None:
            seen.setdefault((charge.serial_number, charge.register), charge)
    return list(seen.values())


def _chart(rows: list[tuple[Period, str, int]]) -> Series:
    return series(rows)
