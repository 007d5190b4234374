"""The code that lets an agent who looks act: shown at `/accounts/{id}/staff-code`, typed into the banner."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post

from lk.accounts.queries import AccountView
from lk.history.messages import LOOK_REASONS
from lk.identity.forms import parse_next
from lk.language import N_, _
from lk.outcome import Refused
from lk.readings.forms import number_in
from lk.support.codes import enter_code, going_looks, show_code
from lk.support.controllers.desk import SESSION_SECONDS
from lk.support.messages import CODE_SENTENCES, sentence
from lk.web import Request, address_of, cookie, page, see_other, typed, viewer_in


class LookCodeController(Controller):
    path = "/support/look/code"

    @post("/")
    async def enter(self, request: Request) -> Response[Any]:
        form = await typed(request)
        back = parse_next(form.get("next", "")) or "/support"
        try:
            token = await enter_code(viewer_in(request), form.get("code", ""), address_of(request))
        except Refused as refusal:
            told = sentence(refusal.problems[0], CODE_SENTENCES)
            return page(request, "support/look_code.html", status=422, told=told, next=back, hides_code=True)
        answer = see_other(back)
        answer.set_cookie(cookie("session", token, SESSION_SECONDS))
        return answer


class StaffCodeController(Controller):
    path = "/accounts/{account_id:str}/staff-code"

    @get("/")
    async def code(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/")
    async def show(self, request: Request) -> Response[Any]:
        account, look_id = _account(request), number_in((await typed(request)).get("look", ""))
        try:
            await show_code(account, look_id or 0, viewer_in(request), address_of(request))
        except Refused as refusal:
            return await _page(request, sentence(refusal.problems[0]))
        return see_other(f"/accounts/{account.public_id}/staff-code")


async def _page(request: Request, told: str | None = None) -> Response[str]:
    account = _account(request)
    looks = await going_looks(account.id, viewer_in(request).user_id)
    return page(
        request,
        "support/staff_code.html",
        status=422 if told else 200,
        active_tab="history",
        looks=[(look, _(LOOK_REASONS.get(look.reason, N_("вопрос жителя")))) for look in looks],
        told=told,
    )


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account
