"""`/operations/reconciliation`: our books beside the acquirer's, and what only a person can settle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.actor import Actor
from lk.language import N_, _
from lk.operations.money_views import Tried, task_card
from lk.operations.money_words import task_words
from lk.outcome import Refused
from lk.payments.desk_rules import LONGEST_WORDS
from lk.payments.desk_tasks import compared_days, tasks_closed, tasks_count, tasks_waiting
from lk.payments.found_refunds import enter_found_refund
from lk.payments.tasks import close_task
from lk.web import Request, address_of, page, see_other, typed, viewer_in

SHOWN = 20
DAYS_SHOWN = 31
DONE = {
    "closed": N_("Задача закрыта."),
    "entered": N_("Возврат проведён по счёту, задача закрыта. Житель увидит его в кабинете и в письме."),
    "booked": N_("Деньги зачислены, задача закрыта. Житель увидит платёж в кабинете и в письме."),
    "returned": N_("Деньги вернулись на карту, задача закрыта."),
    "not_returned": N_("Эквайер не принял возврат. Деньги на месте, задача осталась открытой."),
    "on_its_way": N_("Возврат отправлен. Как только банк ответит, задача закроется сама: второй раз деньги не уйдут."),
    "waiting": N_("Решение ждёт второго сотрудника. Деньги пока на месте."),
}


class ReconciliationController(Controller):
    path = "/operations/reconciliation"

    @get("/", name="reconciliation")
    async def days(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/{task_id:int}/closing")
    async def close(self, request: Request, task_id: FromPath[int]) -> Response[Any]:
        return await _settled(request, task_id, "closing", close_task, "closed")

    @post("/{task_id:int}/entry")
    async def enter(self, request: Request, task_id: FromPath[int]) -> Response[Any]:
        """A refund that was made past lk."""
        return await _settled(request, task_id, "entry", enter_found_refund, "entered")


async def _settled(
    request: Request, task_id: int, action: str, settle: Callable[[int, str, Actor], Awaitable[None]], done: str
) -> Response[Any]:
    """Raises NotFoundException."""
    form = await typed(request)
    try:
        await settle(task_id, form.get("words", ""), viewer_in(request).actor(address_of(request)))
    except LookupError:
        raise NotFoundException from None
    except Refused as refusal:
        return await _page(request, Tried(str(task_id), action, form, refusal.problems))
    return see_other(f"/operations/reconciliation?done={done}")


async def _page(request: Request, tried: Tried | None = None) -> Response[str]:
    waiting = await tasks_waiting(SHOWN)
    return page(
        request,
        "operations/reconciliation.html",
        status=422 if tried else 200,
        active_tab="money",
        tasks=[task_card(each) for each in waiting],
        more=await tasks_count() - len(waiting),
        closed=[(task_words(each)[0], each) for each in await tasks_closed(SHOWN)],
        days=await compared_days(DAYS_SHOWN),
        tried=tried,
        done=_(DONE.get(request.query_params.get("done", ""), "")),
        longest_words=LONGEST_WORDS,
    )
