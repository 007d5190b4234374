"""A forgotten password: ask for a letter, choose a new one by its link."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.identity.forms import parse_login, shown_again
from lk.identity.known_devices import remember
from lk.identity.messages import by_field
from lk.identity.phrases import offered_phrase
from lk.identity.queries import open_accounts_of
from lk.identity.resetting import OpenReset, ask_reset, choose_new_password, open_reset
from lk.identity.rules import RESIDENT_COOKIE_SECONDS
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, cookie_in, device_of, page, see_other, typed


class PasswordResetController(Controller):
    path = "/password-reset"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def ask_page(self, request: Request) -> Response[str]:
        if "sent" in request.query_params:
            return page(request, "identity/reset_sent.html")
        return page(request, "identity/reset_ask.html", login="", errors=[])

    @post("/")
    async def ask(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            await ask_reset(parse_login(values), address=address_of(request))
        except Refused as refusal:
            login = shown_again(values.get("login", ""))
            return page(request, "identity/reset_ask.html", status=422, login=login, errors=by_field(refusal.problems))
        return see_other("/password-reset?sent")

    @get("/{token:str}")
    async def choose_page(self, request: Request, token: FromPath[str]) -> Response[str]:
        return _choose_page(request, token, await open_reset(token))

    @post("/{token:str}")
    async def choose(self, request: Request, token: FromPath[str]) -> Response[Any]:
        values = await typed(request)
        try:
            session, user_id = await choose_new_password(
                token, values.get("new_password", ""), address=address_of(request), device=device_of(request)
            )
        except Refused as refusal:
            return _choose_page(request, token, await open_reset(token), refusal)
        accounts = await open_accounts_of(user_id)
        answer = see_other(f"/accounts/{accounts[0]}" if len(accounts) == 1 else "/accounts")
        answer.set_cookie(cookie("session", session, RESIDENT_COOKIE_SECONDS))
        device_token = await remember(
            user_id, cookie_in(request, "device"), device=device_of(request), address=address_of(request)
        )
        answer.set_cookie(cookie("device", device_token, RESIDENT_COOKIE_SECONDS))
        return answer


def _choose_page(
    request: Request, token: str, reset: OpenReset | None, refusal: Refused | None = None
) -> Response[str]:
    if reset is None:
        return page(request, "identity/reset_gone.html", status=410)
    return page(
        request,
        "identity/reset_choose.html",
        status=422 if refusal else 200,
        token=token,
        login=reset.login,
        phrase=offered_phrase(),
        errors=by_field(refusal.problems) if refusal else [],
    )
