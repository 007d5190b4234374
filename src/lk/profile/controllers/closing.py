"""`/profile/closing`: what ends and what stays, one button, and the public page after it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post

from lk.accounts.queries import accounts_of
from lk.profile.closing import close_cabinet
from lk.web import Request, address_of, cookie, page, see_other, viewer_in


class ClosingController(Controller):
    @get("/profile/closing")
    async def closing_page(self, request: Request) -> Response[str]:
        accounts = await accounts_of(viewer_in(request).user_id)
        return page(request, "profile/closing.html", active_tab="profile", accounts=accounts)

    @post("/profile/closing")
    async def close(self, request: Request) -> Response[Any]:
        viewer = viewer_in(request)
        await close_cabinet(viewer.user_id, viewer.actor(address_of(request)))
        answer = see_other("/closed")
        answer.headers["Clear-Site-Data"] = '"storage"'
        for name in ("session", "device"):
            answer.set_cookie(cookie(name, "", max_age=0))
        return answer

    @get("/closed")
    async def closed_page(self, request: Request) -> Response[Any]:
        """Only for who is signed out: nobody shall think their own cabinet gone."""
        return see_other("/") if viewer_in(request) else page(request, "profile/closed.html")
