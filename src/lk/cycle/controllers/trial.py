"""`/operations/trial`: what the bill run of a month would give now."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Stream

from lk.cycle.board import board
from lk.cycle.forms import after_in, period_in
from lk.cycle.messages import sentence
from lk.cycle.trial_views import trial_file, trial_of, trial_page
from lk.cycle.trial_words import trial_result, trial_row
from lk.cycle.trials import LINES_KEPT, ask_trial
from lk.outcome import Refused, refuse
from lk.period import Period
from lk.web import Request, address_of, csv_stream, go, page, see_other, typed, viewer_in


class TrialController(Controller):
    path = "/operations/trial"

    @get("/", name="trial")
    async def trial(self, request: Request) -> Response[str]:
        return await _page(request, await _month_of(request))

    @post("/")
    async def ask(self, request: Request) -> Response[Any]:
        period = period_in((await typed(request)).get("period", ""))
        try:
            if period is None:
                raise refuse("no_such_month")
            await ask_trial(period, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, await _month_of(request), refusal)
        return see_other(f"/operations/trial?period={period}")

    @get("/progress")
    async def progress(self, request: Request) -> Response[Any]:
        """How far it is, every two seconds; the whole page once it is over."""
        period = await _month_of(request)
        trial = await trial_of(period)
        if trial is None or trial.finished_at is not None:
            return go(request, f"/operations/trial?period={period}")
        return page(request, "operations/_board_trial.html", period=period, result=trial_result(trial))

    @get("/file")
    async def file(self, request: Request) -> Response[Any] | Stream:
        """Back to the page where nothing was tried."""
        period = await _month_of(request)
        trial = await trial_of(period)
        if trial is None:
            return see_other(f"/operations/trial?period={period}")
        return csv_stream(f"trial-{period}.csv", trial_file(trial.id))


async def _month_of(request: Request) -> Period:
    period = period_in(request.query_params.get("period", ""))
    return period or (await board(None)).present


async def _page(request: Request, period: Period, refusal: Refused | None = None) -> Response[str]:
    trial, after = await trial_of(period), after_in(request.query_params.get("after", ""))
    shown = await trial_page(trial.id, after) if trial and trial.finished_at else None
    return page(
        request,
        "operations/board_trial.html",
        status=422 if refusal else 200,
        active_tab="board",
        period=period,
        result=trial_result(trial) if trial else None,
        rows=[trial_row(each) for each in shown.rows] if shown else [],
        next_after=shown.next_after if shown else None,
        is_first=after == 0,
        kept=LINES_KEPT,
        errors=[(None, sentence(problem)) for problem in refusal.problems] if refusal else [],
    )
