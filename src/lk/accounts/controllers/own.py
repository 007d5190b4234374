"""The holder's own affairs with an account: its name, the paper bill's code, a release called off."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from lk.accounts.actions import choose_paper_bill, rename
from lk.accounts.confirming import confirm_by_code
from lk.accounts.forms import parse_confirmation, parse_paper_bill
from lk.accounts.messages import by_field
from lk.accounts.queries import AccountView
from lk.accounts.releasing import OpenRelease, cancel_release, release_by_link
from lk.actor import Actor
from lk.outcome import Refused
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class OwnAccountController(Controller):
    path = "/accounts/{account_id:str}"

    @post("/name")
    async def rename(self, request: Request) -> Response[Any]:
        account = _account(request)
        await rename(account, (await typed(request)).get("name", ""))
        return see_other("/accounts")

    @get("/confirmation")
    async def confirmation_page(self, request: Request) -> Response[Any]:
        account = _account(request)
        return _confirmation(request) if account.is_provisional else see_other(f"/accounts/{account.public_id}")

    @post("/confirmation")
    async def confirm(self, request: Request) -> Response[Any]:
        account, values = _account(request), await typed(request)
        try:
            await confirm_by_code(account, parse_confirmation(values), viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return _confirmation(request, refusal, values.get("code", ""))
        return see_other(f"/accounts/{account.public_id}")

    @get("/paper-bill")
    async def paper_bill_page(self, request: Request) -> Response[str]:
        return page(request, "accounts/paper_bill.html", active_tab="bills", errors=[])

    @post("/paper-bill")
    async def choose_paper_bill(self, request: Request) -> Response[Any]:
        account, values = _account(request), await typed(request)
        try:
            is_wanted = parse_paper_bill(values)
            await choose_paper_bill(account, viewer_in(request).actor(address_of(request)), is_wanted=is_wanted)
        except Refused as refusal:
            errors = by_field(refusal.problems)
            return page(request, "accounts/paper_bill.html", status=422, active_tab="bills", errors=errors)
        return see_other(f"/accounts/{account.public_id}/paper-bill")

    @post("/release/cancellation")
    async def cancel_release(self, request: Request) -> Response[Any]:
        account = _account(request)
        await cancel_release(account.id, viewer_in(request).actor(address_of(request)))
        return see_other(f"/accounts/{account.public_id}")


class ReleaseController(Controller):
    """By the letter's link, signed in or not: the button calls the release off."""

    path = "/release/{release:str}"

    @get("/")
    async def release_page(self, request: Request, release: FromPath[str]) -> Response[str]:
        return _release_page(request, await release_by_link(release), release)

    @post("/")
    async def cancel(self, request: Request, release: FromPath[str]) -> Response[str]:
        found = await release_by_link(release)
        if found is not None:
            await cancel_release(found.account_id, Actor(address=address_of(request)))
        return _release_page(request, None, release, is_done=found is not None)


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _confirmation(request: Request, refusal: Refused | None = None, code: str = "") -> Response[str]:
    return page(
        request,
        "accounts/confirmation.html",
        status=422 if refusal else 200,
        code=code,
        errors=by_field(refusal.problems) if refusal else [],
    )


def _release_page(request: Request, found: OpenRelease | None, token: str, *, is_done: bool = False) -> Response[str]:
    status = 200 if found is not None or is_done else 410
    return page(request, "accounts/release.html", status=status, release=found, token=token, is_done=is_done)
