"""`/support/held-bills/{id}/reading`: the right reading in the place of the one that made the bill wait."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView, account_as_held
from lk.billing.held import HeldBill, once_held
from lk.metering.messages import sentence
from lk.outcome import Refused
from lk.readings.cards import Draft
from lk.readings.forms import number_in
from lk.readings.typing import typed_reading
from lk.support.bill_reading import day_to_offer, put_right
from lk.support.phone_forms import parse_taken_on
from lk.support.phoned import phone_cards
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class BillReadingController(Controller):
    path = "/support/held-bills/{bill_id:str}/reading"

    @get("/")
    async def form(self, request: Request, bill_id: FromPath[str]) -> Response[str]:
        held, account = await _held(bill_id)
        return await _page(request, held, account, (await day_to_offer(held.id, held.period)).isoformat())

    @post("/")
    async def send(self, request: Request, bill_id: FromPath[str]) -> Response[Any]:
        held, account = await _held(bill_id)
        fields = await typed(request)
        form = await typed_reading(account.id, fields)
        if form is None:
            raise NotFoundException
        day = fields.get("taken_on", "")
        taken_on, problem = parse_taken_on(day, clock.today())
        try:
            if problem or form.problems:
                raise Refused([*([problem] if problem else []), *form.problems])
            await put_right(
                held,
                account,
                form.meter_id,
                form.values,
                taken_on=taken_on,
                actor=viewer_in(request).actor(address_of(request)),
                is_confirmed=form.is_confirmed,
            )
        except Refused as refusal:
            return await _page(request, held, account, day, Draft(form, refusal.problems))
        return see_other("/support/held-bills?done=corrected")


async def _held(typed_id: str) -> tuple[HeldBill, AccountView]:
    """Raises NotFoundException for a bill that never waited."""
    number = number_in(typed_id)
    held = await once_held(number) if number is not None else None
    account = await account_as_held(held.account_public_id) if held else None
    if held is None or account is None:
        raise NotFoundException
    return held, account


async def _page(
    request: Request, held: HeldBill, account: AccountView, day: str, draft: Draft | None = None
) -> Response[str]:
    errors = {problem.field: sentence(problem) for problem in draft.problems or ()} if draft else {}
    taken_on = parse_taken_on(day, clock.today())[0]
    return page(
        request,
        "support/bill_reading.html",
        status=422 if draft else 200,
        active_tab="held_bills",
        number_shown=account.number_shown,
        period=held.period,
        action=f"/support/held-bills/{held.id}/reading",
        cards=await phone_cards(account, taken_on, draft, reopened=held.period),
        day=day,
        meter_id=draft.form.meter_id if draft else None,
        day_error=errors.get("taken_on"),
    )
