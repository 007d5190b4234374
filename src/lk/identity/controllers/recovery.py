"""`/profile/recovery-codes`: how many an agent has left, and ten new ones, shown once."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader

from lk.identity.recovery import codes_left, renew_codes
from lk.language import _
from lk.web import Request, address_of, page, viewer_in


class RecoveryCodesController(Controller):
    path = "/profile/recovery-codes"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def codes_page(self, request: Request) -> Response[str]:
        return page(
            request,
            "identity/recovery_codes.html",
            active_tab="profile",
            left=await codes_left(viewer_in(request).user_id),
            is_used="used" in request.query_params,
        )

    @post("/")
    async def renew(self, request: Request) -> Response[str]:
        """Answers with the page itself: nothing keeps the codes for a page to come."""
        codes = await renew_codes(viewer_in(request), address=address_of(request))
        return page(request, "identity/new_recovery_codes.html", codes=codes, onward=(_("В профиль"), "/profile"))
