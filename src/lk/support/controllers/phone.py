"""`/support/accounts/{id}/reading`: an agent types the reading that a resident tells by phone."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView, account_as_held
from lk.metering.messages import sentence
from lk.outcome import Refused
from lk.readings.cards import Draft
from lk.readings.typing import typed_reading
from lk.support.late_readings import take_by_phone
from lk.support.phone_forms import parse_taken_on
from lk.support.phoned import phone_cards
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class PhoneReadingController(Controller):
    path = "/support/accounts/{account_id:str}/reading"

    @get("/")
    async def form(self, request: Request, account_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _account(account_id), clock.today().isoformat())

    @post("/")
    async def send(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account, fields = await _account(account_id), await typed(request)
        form = await typed_reading(account.id, fields)
        if form is None:
            raise NotFoundException
        day = fields.get("taken_on", "")
        taken_on, problem = parse_taken_on(day, clock.today())
        try:
            if problem or form.problems:
                raise Refused([*([problem] if problem else []), *form.problems])
            kept = await take_by_phone(
                account,
                form.meter_id,
                form.values,
                taken_on=taken_on,
                actor=viewer_in(request).actor(address_of(request)),
                is_confirmed=form.is_confirmed,
            )
        except Refused as refusal:
            return await _page(request, account, day, Draft(form, refusal.problems))
        done = "reading_held" if kept.status == "held" else "reading"
        return see_other(f"/support/accounts/{account_id}?done={done}")


async def _account(account_id: str) -> AccountView:
    """Raises NotFoundException."""
    account = await account_as_held(account_id)
    if account is None:
        raise NotFoundException
    return account


async def _page(request: Request, account: AccountView, day: str, draft: Draft | None = None) -> Response[str]:
    errors = {problem.field: sentence(problem) for problem in draft.problems or ()} if draft else {}
    return page(
        request,
        "support/phone_reading.html",
        status=422 if draft else 200,
        active_tab="search",
        number_shown=account.number_shown,
        desk_path=f"/support/accounts/{account.public_id}",
        cards=await phone_cards(account, parse_taken_on(day, clock.today())[0], draft),
        day=day,
        meter_id=draft.form.meter_id if draft else None,
        day_error=errors.get("taken_on"),
    )
