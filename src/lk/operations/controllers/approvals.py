"""`/operations/refunds`: what waits for a second person, and what became of the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.actor import Actor
from lk.language import N_, _
from lk.operations.import_undoing import approve_undo, refuse_undo
from lk.operations.money_views import Tried, approvals
from lk.outcome import Refused
from lk.payments.bank_returns import approve_bank_return, refuse_bank_return
from lk.payments.correcting import approve_correction, refuse_correction
from lk.payments.desk_rules import LONGEST_WORDS
from lk.payments.refund_decisions import approve_refund, refuse_refund
from lk.payments.strays import approve_stray, refuse_stray
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "approved": N_("Подтверждено. Житель увидит это в кабинете и в письме, как только деньги пройдут."),
    "posted": N_("Подтверждено, поправка внесена. Житель увидит её в кабинете и в письме."),
    "settled": N_("Подтверждено. Задача сверки закроется, как только деньги пройдут."),
    "returned": N_("Подтверждено. Платёж закрыт как возвращённый отправителю."),
    "undone": N_("Подтверждено. Платежи сняты со счетов, загрузка отменена."),
    "refused": N_("Отказано. Деньги не тронуты."),
}


class ApprovalsController(Controller):
    path = "/operations"

    @get("/refunds", name="approvals")
    async def waiting(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/refunds/{refund_id:str}/approval")
    async def approve_refund(self, request: Request, refund_id: FromPath[str]) -> Response[Any]:
        return await _decided(request, refund_id, "approval", approve_refund, "approved")

    @post("/refunds/{refund_id:str}/refusal")
    async def refuse_refund(self, request: Request, refund_id: FromPath[str]) -> Response[Any]:
        return await _refused(request, refund_id, refuse_refund)

    @post("/corrections/{correction_id:str}/approval")
    async def approve_correction(self, request: Request, correction_id: FromPath[str]) -> Response[Any]:
        return await _decided(request, correction_id, "approval", approve_correction, "posted")

    @post("/corrections/{correction_id:str}/refusal")
    async def refuse_correction(self, request: Request, correction_id: FromPath[str]) -> Response[Any]:
        return await _refused(request, correction_id, refuse_correction)

    @post("/strays/{stray_id:str}/approval")
    async def approve_stray(self, request: Request, stray_id: FromPath[str]) -> Response[Any]:
        return await _decided(request, stray_id, "approval", approve_stray, "settled")

    @post("/strays/{stray_id:str}/refusal")
    async def refuse_stray(self, request: Request, stray_id: FromPath[str]) -> Response[Any]:
        return await _refused(request, stray_id, refuse_stray)

    @post("/bank-returns/{bank_return_id:str}/approval")
    async def approve_bank_return(self, request: Request, bank_return_id: FromPath[str]) -> Response[Any]:
        return await _decided(request, bank_return_id, "approval", approve_bank_return, "returned")

    @post("/bank-returns/{bank_return_id:str}/refusal")
    async def refuse_bank_return(self, request: Request, bank_return_id: FromPath[str]) -> Response[Any]:
        return await _refused(request, bank_return_id, refuse_bank_return)

    @post("/import-undos/{undo_id:str}/approval")
    async def approve_undo(self, request: Request, undo_id: FromPath[str]) -> Response[Any]:
        return await _decided(request, undo_id, "approval", approve_undo, "undone")

    @post("/import-undos/{undo_id:str}/refusal")
    async def refuse_undo(self, request: Request, undo_id: FromPath[str]) -> Response[Any]:
        return await _refused(request, undo_id, refuse_undo)


Refuse = Callable[[str, str, Actor], Awaitable[None]]


async def _refused(request: Request, public_id: str, refuse: Refuse) -> Response[Any]:
    words = (await typed(request)).get("words", "")
    return await _decided(request, public_id, "refusal", lambda found, actor: refuse(found, words, actor), "refused")


async def _decided(
    request: Request, public_id: str, action: str, decide: Callable[[str, Actor], Awaitable[object]], done: str
) -> Response[Any]:
    """Raises NotFoundException."""
    try:
        await decide(public_id, viewer_in(request).actor(address_of(request)))
    except LookupError:
        raise NotFoundException from None
    except Refused as refusal:
        return await _page(request, Tried(public_id, action, await typed(request), refusal.problems))
    return see_other(f"/operations/refunds?done={done}")


async def _page(request: Request, tried: Tried | None = None) -> Response[str]:
    return page(
        request,
        "operations/approvals.html",
        status=422 if tried else 200,
        active_tab="money",
        shown=await approvals(viewer_in(request).agent_id),
        tried=tried,
        done=_(DONE.get(request.query_params.get("done", ""), "")),
        longest_words=LONGEST_WORDS,
    )
