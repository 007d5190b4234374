"""`/reading/{token}`: a reading without signing in. It opens this one form and makes no session."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.actor import Actor
from lk.metering.actions import submit_reading
from lk.outcome import Refused
from lk.readings.cards import Draft
from lk.readings.links import SOURCE, LinkedReading, link_page, linked_account, read_token
from lk.readings.typing import typed_reading
from lk.web import Request, address_of, page, see_other, typed


class ReadingLinkController(Controller):
    path = "/reading/{token:str}"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def form(self, request: Request, token: FromPath[str]) -> Response[str]:
        return await _page(request, token, read_token(token))

    @post("/")
    async def send(self, request: Request, token: FromPath[str]) -> Response[Any]:
        linked = read_token(token)
        account = await linked_account(linked) if linked else None
        if linked is None or account is None:
            return await _page(request, token, None)
        form = await typed_reading(account.id, await typed(request))
        if form is None:
            raise NotFoundException
        if form.problems:
            return await _page(request, token, linked, Draft(form, form.problems))
        try:
            await submit_reading(
                account,
                form.meter_id,
                form.values,
                taken_on=clock.today(),
                source=SOURCE,
                actor=Actor(address=address_of(request)),
                is_confirmed=form.is_confirmed,
                only_for=linked.period,
            )
        except Refused as refusal:
            return await _page(request, token, linked, Draft(form, refusal.problems))
        return see_other(f"/reading/{token}#meter-{form.meter_id}")


async def _page(
    request: Request, token: str, linked: LinkedReading | None, draft: Draft | None = None
) -> Response[str]:
    account = await linked_account(linked) if linked else None
    shown = await link_page(account, linked, draft) if linked and account else None
    if shown is None:
        return page(request, "readings/link_over.html", status=410, period=linked.period if linked else None)
    return page(request, "readings/link.html", status=422 if draft else 200, shown=shown, action=f"/reading/{token}")
