"""`/profile`: everything about oneself, each thing one link away."""

from __future__ import annotations

from litestar import Controller, Response, get

from lk.identity.queries import email_of
from lk.language import N_, _
from lk.web import Request, page, viewer_in

DONE = {
    "password": N_("Пароль изменён. На других устройствах войдите заново."),
    "login": N_("Логин изменён. Входите с новым."),
    "letters": N_("Сохранили, какие письма присылать."),
}


class ProfileController(Controller):
    @get("/profile", name="profile")
    async def profile(self, request: Request) -> Response[str]:
        viewer = viewer_in(request)
        done = DONE.get(request.query_params.get("done", ""))
        return page(
            request,
            "profile/page.html",
            active_tab="profile",
            email=await email_of(viewer.user_id),
            done=_(done) if done else None,
        )
