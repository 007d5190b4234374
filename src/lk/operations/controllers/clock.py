"""`/operations/clock`: a machine's clock jumped ahead, and a person says whether it is right."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post

from lk.operations.forms import doubt_in
from lk.outcome import Refused
from lk.timekeeping.actions import trust_clock
from lk.timekeeping.messages import gained, sentence
from lk.timekeeping.queries import clock_doubt
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class ClockController(Controller):
    path = "/operations/clock"

    @get("/", name="clock_doubt")
    async def doubt(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/")
    async def trust(self, request: Request) -> Response[Any]:
        doubt_id = doubt_in(await typed(request))
        try:
            await trust_clock(doubt_id, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, refusal)
        return see_other("/operations/clock?done=trusted")


async def _page(request: Request, refusal: Refused | None = None) -> Response[str]:
    doubt = await clock_doubt()
    return page(
        request,
        "operations/clock.html",
        status=422 if refusal else 200,
        active_tab="board",
        doubt=doubt,
        gained=gained(doubt.gain) if doubt else "",
        errors=[(None, sentence(problem)) for problem in refusal.problems] if refusal else [],
        is_done=request.query_params.get("done") == "trusted",
    )
