"""`/operations/reconciliation/{task}`: money that the acquirer took unbooked reaches an account, or goes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.cards.forms import nonce_in
from lk.operations.money_views import Tried, task_card
from lk.operations.money_words import alone
from lk.operations.stray_views import moved_stray
from lk.outcome import Refused, refuse
from lk.payments.desk_rules import LONGEST_WORDS
from lk.payments.desk_strays import strays_of_task
from lk.payments.desk_tasks import DeskTask, task_with
from lk.payments.differences import TaskKind
from lk.payments.refund_rules import RefundStatus
from lk.payments.reviving import names_an_intent
from lk.payments.stray_rules import STRAY_TASKS
from lk.payments.strays import ask_to_book, ask_to_return
from lk.payments.unmatched import Candidate, candidate_with
from lk.text import fold_account_number, is_account_number
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class StraysController(Controller):
    path = "/operations/reconciliation/{task_id:int}"

    @get("/")
    async def stray(self, request: Request, task_id: FromPath[int]) -> Response[Any]:
        task = await _task(task_id)
        if task.closed_at is not None:
            return see_other("/operations/reconciliation")
        return await _page(request, task)

    @post("/booking")
    async def book(self, request: Request, task_id: FromPath[int]) -> Response[Any]:
        """Where the account has to be named, asks first with whose it is; then does it."""
        task, form = await _task(task_id), await typed(request)
        try:
            number = _number(task, form)
            if number and form.get("confirmed") != number:
                return await _page(request, task, form=form, meant=await _meant(number))
            actor = viewer_in(request).actor(address_of(request))
            stray = await ask_to_book(task.id, number, form.get("words", ""), actor, nonce=_nonce(form))
        except Refused as refusal:
            return await _refused(request, task, "booking", form, refusal)
        is_waiting = stray.status == RefundStatus.WAITING
        return see_other(f"/operations/reconciliation?done={'waiting' if is_waiting else 'booked'}")

    @post("/return")
    async def give_back(self, request: Request, task_id: FromPath[int]) -> Response[Any]:
        task, form = await _task(task_id), await typed(request)
        try:
            actor = viewer_in(request).actor(address_of(request))
            stray = await ask_to_return(task.id, form.get("words", ""), actor, nonce=_nonce(form))
        except Refused as refusal:
            return await _refused(request, task, "return", form, refusal)
        return see_other(f"/operations/reconciliation?done={DONE.get(RefundStatus(stray.status), 'on_its_way')}")


DONE = {RefundStatus.WAITING: "waiting", RefundStatus.SUCCEEDED: "returned", RefundStatus.CANCELED: "not_returned"}
"""What the list says of a return; of any other state that it is on its way."""


async def _refused(
    request: Request, task: DeskTask, action: str, form: Mapping[str, str], refusal: Refused
) -> Response[str]:
    number = fold_account_number(form.get("confirmed", ""))
    meant = await candidate_with(number) if action == "booking" and number else None
    return await _page(request, task, tried=Tried(str(task.id), action, form, refusal.problems), form=form, meant=meant)


async def _task(task_id: int) -> DeskTask:
    """Raises NotFoundException."""
    task = await task_with(task_id)
    if task is None or task.kind not in STRAY_TASKS:
        raise NotFoundException
    return task


def _number(task: DeskTask, form: Mapping[str, str]) -> str:
    """Empty where the payment's own account is meant. Raises Refused `not_an_account_number`."""
    if task.kind is not TaskKind.UNKNOWN_PAYMENT:
        return ""
    number = fold_account_number(form.get("account_number", ""))
    if not is_account_number(number):
        raise refuse("not_an_account_number", "account_number")
    return number


async def _meant(number: str) -> Candidate:
    """Raises Refused `unknown_account`."""
    found = await candidate_with(number)
    if found is None:
        raise refuse("unknown_account", "account_number")
    return found


def _nonce(form: Mapping[str, str]) -> str:
    """Raises Refused `form_stale`."""
    nonce = nonce_in(form)
    if nonce is None:
        raise refuse("form_stale")
    return nonce


async def _page(
    request: Request,
    task: DeskTask,
    *,
    tried: Tried | None = None,
    form: Mapping[str, str] | None = None,
    meant: Candidate | None = None,
) -> Response[str]:
    """With `meant` the account is shown, to be confirmed."""
    decided = await strays_of_task(task.id)
    is_nobodys = task.kind is TaskKind.UNKNOWN_PAYMENT
    return page(
        request,
        "operations/stray.html",
        status=422 if tried or meant else 200,
        active_tab="money",
        task=task_card(task),
        kopecks=task.told["there"],
        is_nobodys=is_nobodys,
        is_bookable=not (is_nobodys and names_an_intent(str(task.told.get("intent", "")))),
        decided=[moved_stray(each) for each in decided],
        meant=meant,
        tried=tried,
        typed=form or {},
        nonces=(nonce_in(form or {}) or new_public_id(), new_public_id()),
        alone=alone(),
        longest_words=LONGEST_WORDS,
    )
