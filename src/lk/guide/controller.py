"""Pages open to everyone: the start, the step-by-step instruction, the hotline."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get

from lk.web import Request, page, see_other, viewer_in


class GuideController(Controller):
    @get("/", name="start")
    async def start(self, request: Request) -> Response[Any]:
        """Who has signed in goes on to their own first page."""
        viewer = viewer_in(request)
        if viewer is not None:
            return see_other("/support" if viewer.is_agent else "/accounts")
        return page(request, "guide/start.html", demo_logins=request.app.state.get("demo_logins", ()))

    @get("/guide", name="guide")
    async def guide(self, request: Request) -> Response[str]:
        return page(request, "guide/guide.html")

    @get("/help", name="help")
    async def help(self, request: Request) -> Response[str]:
        return page(request, "guide/help.html")
