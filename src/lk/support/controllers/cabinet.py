"""What the desk does to a cabinet on its resident's word: a reset, a confirmation, a release, a letter once more."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.confirming import confirm
from lk.accounts.releasing import ask_release, cancel_release
from lk.identity.resetting import ask_reset_for
from lk.outcome import Refused
from lk.support.letters_again import send_again
from lk.support.messages import sentence
from lk.support.queries import DeskAccount, desk_account
from lk.support.views import customer_page
from lk.web import Request, address_of, see_other, typed, viewer_in


class DeskCabinetController(Controller):
    path = "/support/accounts/{account_id:str}"

    @post("/password-reset")
    async def reset(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account = await _account(account_id)
        try:
            await ask_reset_for(account.holder_user_id, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _refused(request, account_id, refusal)
        return see_other(f"/support/accounts/{account_id}?done=reset")

    @post("/confirmation")
    async def confirm(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account = await _account(account_id)
        await confirm(account.id, viewer_in(request).actor(address_of(request)))
        return see_other(f"/support/accounts/{account_id}?done=confirmation")

    @post("/release")
    async def release(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account, values = await _account(account_id), await typed(request)
        try:
            reason = values.get("release_reason", "")
            await ask_release(account.id, reason, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _refused(request, account_id, refusal)
        return see_other(f"/support/accounts/{account_id}?done=release")

    @post("/release/cancellation")
    async def cancel_release(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account = await _account(account_id)
        await cancel_release(account.id, viewer_in(request).actor(address_of(request)))
        return see_other(f"/support/accounts/{account_id}?done=cancellation")

    @post("/letters/{letter_id:int}/again")
    async def letter_again(
        self, request: Request, account_id: FromPath[str], letter_id: FromPath[int]
    ) -> Response[Any]:
        account = await _account(account_id)
        try:
            await send_again(account.id, letter_id, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _refused(request, account_id, refusal)
        return see_other(f"/support/accounts/{account_id}?done=letter")


async def _account(account_id: str) -> DeskAccount:
    account = await desk_account(account_id)
    if account is None:
        raise NotFoundException
    return account


async def _refused(request: Request, account_id: str, refusal: Refused) -> Response[str]:
    errors = {problem.field: sentence(problem) for problem in refusal.problems}
    return await customer_page(request, account_id, status=422, errors=errors)
