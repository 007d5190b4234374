"""Pages open to everyone: the start, the step-by-step instruction."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get

from lk import clock
from lk.period import Period
from lk.tariffs.queries import price_list
from lk.tariffs.rules import Calendar
from lk.web import Request, page, see_other, viewer_in


class GuideController(Controller):
    @get("/", name="start")
    async def start(self, request: Request) -> Response[Any]:
        """Who has signed in goes on to their own first page."""
        viewer = viewer_in(request)
        if viewer is not None:
            return see_other("/support" if viewer.is_agent else "/accounts")
        logins = request.app.state.get("demo_logins", ())
        return page(request, "guide/start.html", calendar=await _calendar(), demo_logins=logins)

    @get("/guide", name="guide")
    async def guide(self, request: Request) -> Response[str]:
        return page(request, "guide/guide.html", calendar=await _calendar())


async def _calendar() -> Calendar:
    """The days of this month."""
    return (await price_list()).calendar(Period.of(clock.today()))
