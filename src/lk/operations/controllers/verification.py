"""`/operations/verification`: what the last night's look at the invariants found."""

from __future__ import annotations

from litestar import Controller, Response, get

from lk.operations.verifications import last_verification, nights, sealed_through, with_numbers
from lk.web import Request, page


class VerificationController(Controller):
    path = "/operations/verification"

    @get("/", name="verification")
    async def last(self, request: Request) -> Response[str]:
        last = await last_verification()
        return page(
            request,
            "operations/verification.html",
            active_tab="board",
            last=await with_numbers(last) if last else None,
            nights=await nights(),
            sealed=await sealed_through(),
        )
