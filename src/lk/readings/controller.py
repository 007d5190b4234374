"""The page of readings: look, count the rubles, send."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException

from lk import clock
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.metering.actions import submit_reading
from lk.metering.phoned import take_by_phone
from lk.outcome import Refused
from lk.readings.cards import Draft
from lk.readings.queries import readings_page
from lk.readings.rules import TypedReading
from lk.readings.typing import typed_reading
from lk.web import Request, address_of, is_htmx, page, see_other, typed, viewer_in


class ReadingsController(Controller):
    path = ""

    @get("/accounts/{account_id:str}/readings")
    async def readings(self, request: Request) -> Response[str]:
        return await _whole_page(request)

    @post("/accounts/{account_id:str}/readings", status_code=200)
    async def create(self, request: Request) -> Response[Any]:
        account = _account(request)
        form = await _form(request)
        if form.problems:
            return await _answer(request, Draft(form, form.problems), status=422)
        try:
            await _keep(request, account, form)
        except Refused as refusal:
            return await _answer(request, Draft(form, refusal.problems), status=422)
        return await _sent(request, form.meter_id)

    @post("/accounts/{account_id:str}/readings/preview", status_code=200)
    async def preview(self, request: Request) -> Response[str]:
        """The same card with consumption and rubles; nothing is kept."""
        return await _answer(request, Draft(await _form(request)), status=200)


async def _keep(request: Request, account: AccountView, form: TypedReading) -> None:
    """What an agent sends with the resident's code is told to the resident. Raises Refused."""
    viewer, today = viewer_in(request), clock.today()
    actor: Actor = viewer.actor(address_of(request))
    if viewer.is_agent:
        await take_by_phone(
            account, form.meter_id, form.values, taken_on=today, actor=actor, is_confirmed=form.is_confirmed
        )
        return
    await submit_reading(
        account,
        form.meter_id,
        form.values,
        taken_on=today,
        source=_source(request),
        actor=actor,
        is_confirmed=form.is_confirmed,
    )


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _source(request: Request) -> str:
    if viewer_in(request).may_act and viewer_in(request).is_agent:
        return "agent"
    return "helper" if _account(request).access_role == "helper" else "resident"


async def _form(request: Request) -> TypedReading:
    """Raises NotFoundException for a meter of somebody else."""
    form = await typed_reading(_account(request).id, await typed(request))
    if form is None:
        raise NotFoundException
    return form


async def _answer(request: Request, draft: Draft, status: int) -> Response[str]:
    """The meter's card again; without HTMX, or where the meter has gone meanwhile, within its page."""
    if not is_htmx(request):
        return await _whole_page(request, draft, status)
    shown = await readings_page(_account(request), _source(request), draft)
    card = shown.card(draft.form.meter_id)
    if card is None:
        return await _block(request)
    return page(request, "readings/_meter.html", status=status, card=card, may_send=True)


async def _sent(request: Request, meter_id: int) -> Response[Any]:
    if is_htmx(request):
        return await _block(request)
    return see_other(f"/accounts/{_account(request).public_id}/readings#meter-{meter_id}")


async def _block(request: Request) -> Response[str]:
    """Everything below the heading: a sent reading changes its card, the next meter's turn, and the history."""
    shown = await readings_page(_account(request), _source(request))
    answer = page(request, "readings/_readings.html", shown=shown, may_send=True)
    answer.headers.update({"HX-Retarget": "#readings", "HX-Reswap": "outerHTML"})
    return answer


async def _whole_page(request: Request, draft: Draft | None = None, status: int = 200) -> Response[str]:
    shown = await readings_page(_account(request), _source(request), draft)
    may_send = viewer_in(request).may_act
    return page(request, "readings/page.html", status=status, shown=shown, may_send=may_send, active_tab="readings")
