"""`/operations`: the month's board, who stands behind its numbers, and a step asked for once more."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from lk.cycle.again import do_again, try_put_aside_again
from lk.cycle.board import board, running_now
from lk.cycle.board_answer import answer, marks, needs
from lk.cycle.board_words import groups, repeatable, under_way
from lk.cycle.forms import after_in, period_in, step_in
from lk.cycle.list_words import LEADS, TITLES, put_aside_words, reason_words
from lk.cycle.lists import NAMES, listed, listed_file
from lk.cycle.messages import sentence
from lk.cycle.month_counts import is_counting
from lk.language import N_, _
from lk.outcome import Refused, refuse
from lk.period import Period
from lk.timekeeping.messages import gained
from lk.timekeeping.queries import clock_doubt
from lk.web import Request, address_of, csv_stream, go, page, see_other, typed, viewer_in

DONE = {
    "again": N_("Пробуем ещё раз: начнётся в ближайшие секунды. Ни один счёт и ни одно письмо не уйдут дважды."),
}


class BoardController(Controller):
    path = "/operations"

    @get("/", name="operations")
    async def month(self, request: Request) -> Response[str]:
        return await _page(request, period_in(request.query_params.get("period", "")))

    @get("/progress")
    async def progress(self, request: Request) -> Response[Any]:
        """What is under way, every two seconds; the whole board once nothing is."""
        period = period_in(request.query_params.get("period", ""))
        running = await running_now(period) if period is not None else []
        if period is None or not (running or is_counting(period)):
            return go(request, f"/operations?period={period}" if period else "/operations")
        return page(request, "operations/_board_progress.html", period=period, running=under_way(running))

    @post("/repeats")
    async def repeat(self, request: Request) -> Response[Any]:
        """`step` of `period`; without a step those who were put aside."""
        form = await typed(request)
        period, step = period_in(form.get("period", "")), step_in(form.get("step", ""))
        actor = viewer_in(request).actor(address_of(request))
        try:
            if period is None:
                raise refuse("no_such_month")
            if form.get("step", "") == "":
                await try_put_aside_again(actor)
            elif step is None:
                raise refuse("nothing_to_do")
            else:
                await do_again(period, step, actor)
        except Refused as refusal:
            return await _page(request, period, refusal)
        return see_other(f"/operations?period={period}&done=again")

    @get("/waiting/{list_name:str}")
    async def waiting(self, request: Request, list_name: FromPath[str]) -> Response[str]:
        period, reason = await _month_of(request, list_name)
        after = after_in(request.query_params.get("after", ""))
        shown = await listed(list_name, period, reason, after)
        return page(
            request,
            "operations/board_list.html",
            active_tab="board",
            name=list_name,
            title=_(TITLES[list_name]),
            lead=_(LEADS[list_name]),
            period=period,
            reason=reason,
            reason_words=put_aside_words(reason) if reason else "",
            rows=[(each, reason_words(list_name, each.reason)) for each in shown.rows],
            next_after=shown.next_after,
            is_first=after == 0,
        )

    @get("/waiting/{list_name:str}/file")
    async def waiting_file(self, request: Request, list_name: FromPath[str]) -> Stream:
        period, reason = await _month_of(request, list_name)
        return csv_stream(f"{list_name}-{period}.csv", listed_file(list_name, period, reason))


async def _month_of(request: Request, list_name: str) -> tuple[Period, str]:
    """Raises NotFoundException for a list that there is not."""
    if list_name not in NAMES:
        raise NotFoundException
    period = period_in(request.query_params.get("period", ""))
    return period or (await board(None)).present, request.query_params.get("reason", "")[:100]


async def _page(request: Request, period: Period | None, refusal: Refused | None = None) -> Response[str]:
    shown, doubt = await board(period), await clock_doubt()
    done = request.query_params.get("done")
    return page(
        request,
        "operations/board.html",
        status=422 if refusal else 200,
        active_tab="board",
        board=shown,
        answer=answer(shown),
        needs=needs(shown),
        running=under_way(shown.running),
        groups=groups(shown),
        waiting=[(put_aside_words(each.reason), each) for each in shown.waiting],
        marks=marks(shown),
        clock_gain=gained(doubt.gain) if doubt else "",
        errors=[(None, sentence(problem)) for problem in refusal.problems] if refusal else [],
        done=_(DONE[done]) if done in DONE else None,
        repeats=repeatable(shown),
    )
