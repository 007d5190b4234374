"""`/profile/copy`: a copy of all own data is asked for, and downloaded by its owner while it is kept."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import accounts_of
from lk.language import _
from lk.outcome import Refused
from lk.profile.copies import ask_copy, copies_of, copy_file
from lk.profile.messages import LEFT_OUT, by_field
from lk.profile.rules import why_left_out
from lk.web import Request, address_of, page, see_other, viewer_in


class CopiesController(Controller):
    path = "/profile/copy"

    @get("/")
    async def copies(self, request: Request) -> Response[str]:
        return await _copies_page(request)

    @post("/")
    async def ask(self, request: Request) -> Response[Any]:
        viewer = viewer_in(request)
        try:
            await ask_copy(viewer.user_id, viewer.actor(address_of(request)))
        except Refused as refusal:
            return await _copies_page(request, refusal)
        return see_other("/profile/copy")

    @get("/{copy_id:str}")
    async def download(self, request: Request, copy_id: FromPath[str]) -> Response[bytes]:
        found = await copy_file(viewer_in(request).user_id, copy_id)
        if found is None:
            raise NotFoundException
        name, content = found
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/zip", headers=headers)


async def _copies_page(request: Request, refusal: Refused | None = None) -> Response[str]:
    user_id = viewer_in(request).user_id
    reasons = [
        (each.title, why_left_out(each.role, is_provisional=bool(each.is_provisional)))
        for each in await accounts_of(user_id)
    ]
    return page(
        request,
        "profile/copy.html",
        status=422 if refusal else 200,
        active_tab="profile",
        copies=await copies_of(user_id),
        left_out=[(title, _(LEFT_OUT[reason])) for title, reason in reasons if reason],
        errors=by_field(refusal.problems) if refusal else [],
    )
