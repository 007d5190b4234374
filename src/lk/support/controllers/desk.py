"""`/support`: find a customer, see the cabinet as its resident does."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from lk.accounts.queries import title_of
from lk.outcome import Refused
from lk.support.actions import begin_look, end_look
from lk.support.messages import sentence
from lk.support.queries import search
from lk.support.views import customer_page
from lk.web import Request, address_of, cookie, cookie_in, page, see_other, typed, viewer_in

SESSION_SECONDS = 12 * 3600


class SupportController(Controller):
    path = "/support"

    @get("/", name="support")
    async def desk(self, request: Request) -> Response[Any]:
        """One exact hit opens at once: one search, one page."""
        query = request.query_params.get("q", "").strip()[:100]
        found = await search(query) if query else []
        if len(found) == 1:
            return see_other(f"/support/accounts/{found[0].public_id}")
        rows = [(each, title_of(each.address)) for each in found]
        return page(request, "support/desk.html", active_tab="search", query=query, rows=rows)

    @get("/accounts/{account_id:str}", name="support_account")
    async def customer(self, request: Request, account_id: FromPath[str]) -> Response[str]:
        return await customer_page(request, account_id)

    @post("/accounts/{account_id:str}/look", name="look")
    async def look(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        form = await typed(request)
        try:
            token = await begin_look(
                viewer_in(request),
                cookie_in(request, "session") or "",
                account_id,
                form.get("reason", ""),
                form.get("code", ""),
                address_of(request),
            )
        except Refused as refusal:
            errors = {problem.field: sentence(problem) for problem in refusal.problems}
            return await customer_page(request, account_id, status=422, errors=errors, reason=form.get("reason"))
        answer = see_other(f"/accounts/{account_id}")
        answer.set_cookie(cookie("session", token, SESSION_SECONDS))
        return answer

    @post("/look/end", name="look_end")
    async def end(self, request: Request) -> Response[Any]:
        token = await end_look(viewer_in(request))
        answer = see_other("/support")
        answer.set_cookie(cookie("session", token, SESSION_SECONDS))
        return answer
