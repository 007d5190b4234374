"""`/accounts/{id}/bills`: all bills, and each one line by line; and the account's data as files."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView
from lk.billing.bill_file import bill_file
from lk.billing.bill_page import bill_page
from lk.billing.open_data import bills_csv, readings_csv
from lk.billing.queries import bill_of, bills_of, consumption_of
from lk.billing.views import series
from lk.period import Period
from lk.tariffs.queries import price_list
from lk.web import Request, page, see_other, viewer_in

_PDF = ".pdf"


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
            calendar=(await price_list()).month(Period.of(clock.today())).calendar,
            chart=series(await consumption_of(account.id, since=account.seen_since)),
        )

    @get("/{period:str}", name="bill")
    async def bill(self, request: Request, period: FromPath[str]) -> Response[Any]:
        """`?version=` names one of the period's bills; without it the live one, which `.pdf` gives as a file."""
        if period.endswith(_PDF):
            return await _bill_file(request, _period(period.removesuffix(_PDF)))
        account, month, number = request.state.account, _period(period), request.query_params.get("version")
        shown = await bill_page(account, month, _number(number) if number is not None else None)
        if shown is not None:
            is_read_only = viewer_in(request).look_id is not None
            return page(request, "billing/bill.html", active_tab="bills", shown=shown, is_read_only=is_read_only)
        waiting = await bill_of(account.id, month, account.seen_since)
        if waiting is None or waiting.status == "issued":
            raise NotFoundException
        return page(request, "billing/held.html", active_tab="bills", bill=waiting)


class OpenDataController(Controller):
    """Closed to a provisional cabinet: it is led to where its code opens it."""

    path = "/accounts/{account_id:str}"

    @get("/bills.csv")
    async def bills(self, request: Request) -> Response[Any]:
        account = request.state.account
        if account.is_provisional:
            return _to_confirmation(account)
        return _attachment(f"bills-{account.number}.csv", await bills_csv(account.id, account.seen_since))

    @get("/readings.csv")
    async def readings(self, request: Request) -> Response[Any]:
        account = request.state.account
        if account.is_provisional:
            return _to_confirmation(account)
        return _attachment(f"readings-{account.number}.csv", await readings_csv(account.id, account.seen_since))


async def _bill_file(request: Request, period: Period) -> Response[bytes]:
    found = await bill_file(request.state.account, period)
    if found is None:
        raise NotFoundException
    name, content = found
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise NotFoundException from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise NotFoundException
    return int(text)


def _to_confirmation(account: AccountView) -> Response[str]:
    return see_other(f"/accounts/{account.public_id}/confirmation")


def _attachment(name: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv", headers=headers)
