"""`/support/held-bills`: bills that wait for a person."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.billing.actions import release_bill
from lk.billing.correcting import correct_from
from lk.billing.held import HeldBill, once_held
from lk.language import N_, _
from lk.outcome import Refused
from lk.readings.forms import number_in
from lk.support.held_bills import bill_queue
from lk.web import Request, address_of, page, see_other, viewer_in

DONE = {
    "released": N_("Счёт выставлен."),
    "again": N_("Счёт посчитан заново. Если он всё ещё необычен, он снова здесь."),
    "corrected": N_("Показание исправлено, счёт посчитан заново. Если он всё ещё необычен, он снова здесь."),
}


class HeldBillsController(Controller):
    path = "/support/held-bills"

    @get("/", name="held_bills")
    async def bills(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/{bill_id:str}/release")
    async def release(self, request: Request, bill_id: FromPath[str]) -> Response[Any]:
        held = await _held(bill_id)
        try:
            await release_bill(held.id, viewer_in(request).actor(address_of(request)))
        except Refused:
            return await _page(request, is_refused=True)
        return see_other("/support/held-bills?done=released")

    @post("/{bill_id:str}/recount")
    async def recount(self, request: Request, bill_id: FromPath[str]) -> Response[Any]:
        """After a reading or a meter was corrected."""
        held = await _held(bill_id)
        try:
            if held.status != "held":
                return await _page(request, is_refused=True)
            await correct_from(held.account_id, held.period, "reading", viewer_in(request).actor(address_of(request)))
        except Refused:
            return await _page(request, is_refused=True)
        return see_other("/support/held-bills?done=again")


async def _held(typed_id: str) -> HeldBill:
    """Raises NotFoundException for a bill that never waited."""
    number = number_in(typed_id)
    found = await once_held(number) if number is not None else None
    if found is None:
        raise NotFoundException
    return found


async def _page(request: Request, is_refused: bool = False) -> Response[str]:
    done = request.query_params.get("done")
    return page(
        request,
        "support/held_bills.html",
        status=422 if is_refused else 200,
        active_tab="held_bills",
        queue=await bill_queue(),
        is_refused=is_refused,
        done=_(DONE[done]) if done in DONE else None,
    )
