"""`/profile`: everything about oneself, each thing one link away."""

from __future__ import annotations

from litestar import Controller, Response, get

from lk.identity.queries import email_of
from lk.web import Request, page, viewer_in

DONE = {
    "password": "Пароль изменён. На других устройствах войдите заново.",
    "login": "Логин изменён. Входите с новым.",
    "letters": "Сохранили, какие письма присылать.",
}


class ProfileController(Controller):
    @get("/profile", name="profile")
    async def profile(self, request: Request) -> Response[str]:
        viewer = viewer_in(request)
        return page(
            request,
            "profile/page.html",
            active_tab="profile",
            email=await email_of(viewer.user_id),
            done=DONE.get(request.query_params.get("done", "")),
        )
