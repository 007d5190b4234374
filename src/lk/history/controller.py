"""`/accounts/{id}/history`: every change on the account in one list."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.params import FromPath

from lk.history.messages import words
from lk.history.queries import PAGE, events_of
from lk.web import Request, page, viewer_in


class HistoryController(Controller):
    path = "/accounts/{account_id:str}/history"

    @get("/", name="history")
    async def history(self, request: Request, account_id: FromPath[str]) -> Response[str]:
        before = request.query_params.get("before", "")
        before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
        account = request.state.account
        found = await events_of(
            account.id, account.access_user_id, since=account.seen_since, before_id=before_id, limit=PAGE + 1
        )
        older = f"/accounts/{account_id}/history?before={found[PAGE - 1].id}" if len(found) > PAGE else None
        newer = f"/accounts/{account_id}/history" if before_id else None
        return page(
            request,
            "history/page.html",
            active_tab="history",
            events=[words(event, hides_cards=viewer_in(request).is_agent) for event in found[:PAGE]],
            older=older,
            newer=newer,
        )
