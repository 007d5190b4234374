"""`/support`: find a customer, see the card and, as its resident does, the cabinet.

What is searched for is typed into a POST: names and numbers of people stand in no address of a page, so in no log and
no history of a browser. A card's own address is opaque.
"""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import title_of
from lk.actor import Role
from lk.filters import mask_name
from lk.outcome import Refused
from lk.page_codes import is_page
from lk.support.actions import begin_look, end_look
from lk.support.messages import sentence
from lk.support.queries import desk_account
from lk.support.searching import Search, search
from lk.support.viewing import many_views, note_search, unmask
from lk.support.views import customer_page
from lk.web import Request, address_of, cookie, cookie_in, go, is_htmx, page, see_other, typed, viewer_in

SESSION_SECONDS = 12 * 3600


class SupportController(Controller):
    path = "/support"

    @get("/", name="support")
    async def desk(self, request: Request) -> Response[str]:
        return await _desk(request)

    @post("/", status_code=200)
    async def search(self, request: Request) -> Response[Any]:
        """One account that was surely meant opens at once: one search, one page."""
        query = (await typed(request)).get("q", "").strip()[:100]
        found = await search(query)
        if found.only:
            seen = f"?seen={found.page}" if found.page is not None else ""
            return go(request, f"/support/accounts/{found.only.public_id}{seen}")
        if found.accounts:
            await note_search(viewer_in(request), [each.id for each in found.shown], address_of(request))
        return await _desk(request, query, found)

    @get("/accounts/{account_id:str}", name="support_account")
    async def customer(self, request: Request, account_id: FromPath[str]) -> Response[str]:
        return await customer_page(request, account_id)

    @post("/accounts/{account_id:str}/personal-data", status_code=200)
    async def personal_data(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        """Shown on this one page; whoever loads it again has to ask again."""
        form = await typed(request)
        account = await desk_account(account_id)
        if account is None:
            raise NotFoundException
        try:
            await unmask(viewer_in(request), account.id, form.get("why", ""), address_of(request))
        except Refused as refusal:
            errors = {problem.field: sentence(problem) for problem in refusal.problems}
            return await customer_page(request, account_id, status=422, errors=errors)
        return await customer_page(request, account_id, is_unmasked=True)

    @post("/accounts/{account_id:str}/look", name="look")
    async def look(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        form = await typed(request)
        seen = form.get("seen", "")
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
            return await customer_page(
                request, account_id, status=422, errors=errors, reason=form.get("reason"), seen=seen
            )
        answer = see_other(f"/accounts/{account_id}" + (f"/{seen}" if seen and is_page(seen) else ""))
        answer.set_cookie(cookie("session", token, SESSION_SECONDS))
        return answer

    @post("/look/end", name="look_end")
    async def end(self, request: Request) -> Response[Any]:
        token = await end_look(viewer_in(request))
        answer = see_other("/support")
        answer.set_cookie(cookie("session", token, SESSION_SECONDS))
        return answer


async def _desk(request: Request, query: str = "", found: Search | None = None) -> Response[str]:
    """For htmx what was found alone: then the page that a browser goes back to is no answer to a form."""
    rows = [(each, title_of(each.address), mask_name(each.holder_name)) for each in found.shown] if found else []
    return page(
        request,
        "support/_found.html" if is_htmx(request) else "support/desk.html",
        active_tab="search",
        query=query,
        found=found,
        rows=rows,
        many=await many_views() if viewer_in(request).role is Role.ADMIN else [],
    )
