"""What operators did with an account's money, as its resident reads it: why, how much, and when."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.payments.desk import correction_seen, refund_seen
from lk.web import Request, page, viewer_in


class CorrectionsController(Controller):
    path = "/accounts/{account_id:str}"

    @get("/refunds/{refund_id:str}")
    async def refund(self, request: Request, refund_id: FromPath[str]) -> Response[str]:
        account = request.state.account
        refund = await refund_seen(account.id, refund_id, account.seen_since)
        if refund is None:
            raise NotFoundException
        is_looking = viewer_in(request).is_agent
        return page(request, "payments/refund.html", active_tab="history", refund=refund, is_looking=is_looking)

    @get("/corrections/{correction_id:str}")
    async def correction(self, request: Request, correction_id: FromPath[str]) -> Response[str]:
        account = request.state.account
        correction = await correction_seen(account.id, correction_id, account.seen_since)
        if correction is None:
            raise NotFoundException
        return page(request, "payments/correction.html", active_tab="history", correction=correction)
