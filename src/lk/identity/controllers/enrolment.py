"""An agent's way in."""

from __future__ import annotations

from typing import Any

import segno
from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath
from markupsafe import Markup

from lk.identity import agents
from lk.identity.messages import by_field
from lk.language import _
from lk.outcome import Refused
from lk.web import Request, page, typed


class EnrolmentController(Controller):
    """An agent's way in, once: own password and the second factor, by the link that `lk agent add` printed.

    It ends with the recovery codes, in the answer itself: nothing keeps them for a page to come.
    """

    path = "/enrolment/{token:str}"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def enrolment(self, request: Request, token: FromPath[str]) -> Response[str]:
        return await _enrolment_page(request, token)

    @post("/")
    async def enrol(self, request: Request, token: FromPath[str]) -> Response[Any]:
        values = await typed(request)
        try:
            codes = await agents.enrol(token, values.get("new_password", ""), values.get("code", ""))
        except Refused as refusal:
            return await _enrolment_page(request, token, refusal)
        return page(request, "identity/new_recovery_codes.html", codes=codes, onward=(_("Войти"), "/sign-in"))


async def _enrolment_page(request: Request, token: str, refusal: Refused | None = None) -> Response[str]:
    found = await agents.enrolment_of(token)
    if found is None:
        return page(request, "identity/enrolment_gone.html", status=404)
    return page(
        request,
        "identity/enrolment.html",
        status=422 if refusal else 200,
        enrolment=found,
        token=token,
        picture=Markup(segno.make(found.uri, error="m").svg_inline(scale=5, border=4)),  # noqa: S704 - drawn by segno
        errors=by_field(refusal.problems) if refusal else [],
    )
