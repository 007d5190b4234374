"""The door: sign in, the agents' second factor, sign out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader

from lk.identity import actions
from lk.identity.forms import parse_code, parse_next, parse_sign_in, shown_again
from lk.identity.messages import by_field
from lk.identity.queries import Viewer, is_waiting_for_code, open_accounts_of
from lk.identity.recovery import enter_recovery_code
from lk.identity.rules import RESIDENT_COOKIE_SECONDS, is_recovery_code
from lk.identity.second_factor import enter_code
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, cookie_in, device_of, page, see_other, typed, viewer_in

SESSION = "session"
EVERYTHING_KEPT = '"storage"'
"""What a phone keeps for readings without a signal, and the worker behind it; not the cookie of a known device."""


class SignInController(Controller):
    path = ""
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/sign-in")
    async def sign_in_page(self, request: Request) -> Response[Any]:
        wanted = parse_next(request.query_params.get("next", ""))
        viewer = viewer_in(request)
        if viewer is not None:
            return see_other(wanted or await _home(viewer))
        return _sign_in_page(request, wanted)

    @post("/sign-in")
    async def sign_in(self, request: Request) -> Response[Any]:
        values = await typed(request)
        wanted = parse_next(values.get("next", ""))
        try:
            form = parse_sign_in(values)
            signed_in = await actions.sign_in(
                form.login,
                form.password,
                address=address_of(request),
                device=device_of(request),
                device_token=cookie_in(request, "device"),
            )
        except Refused as refusal:
            return _sign_in_page(request, wanted, login=shown_again(values.get("login", "")), refusal=refusal)
        await _end_session_here(request)
        if signed_in.wants_code:
            answer = _with_session(see_other("/sign-in/code" + _next(wanted)), signed_in.token, max_age=None)
        else:
            home = wanted or _first_page(await open_accounts_of(signed_in.user_id))
            answer = _with_session(see_other(home), signed_in.token, RESIDENT_COOKIE_SECONDS)
        answer.set_cookie(cookie("device", signed_in.device_token, RESIDENT_COOKIE_SECONDS))
        return answer

    @get("/sign-in/code")
    async def code_page(self, request: Request) -> Response[Any]:
        token = cookie_in(request, SESSION)
        if token is None or not await is_waiting_for_code(token):
            return see_other("/sign-in")
        return page(request, "identity/code.html", next=parse_next(request.query_params.get("next", "")), errors=[])

    @post("/sign-in/code")
    async def enter_code(self, request: Request) -> Response[Any]:
        token = cookie_in(request, SESSION)
        if token is None:
            return see_other("/sign-in")
        values = await typed(request)
        wanted = parse_next(values.get("next", ""))
        try:
            code = parse_code(values)
            enter = enter_recovery_code if is_recovery_code(code) else enter_code
            fresh = await enter(token, code, address=address_of(request))
        except Refused as refusal:
            if refusal.problems[0].code == "session_ended":
                return see_other("/sign-in" + _next(wanted))
            return page(request, "identity/code.html", status=422, next=wanted, errors=by_field(refusal.problems))
        onward = "/profile/recovery-codes?used" if is_recovery_code(code) else wanted or "/support"
        return _with_session(see_other(onward), fresh, max_age=None)

    @get("/sign-out")
    async def sign_out_page(self, request: Request) -> Response[Any]:
        return page(request, "identity/sign_out.html")

    @post("/sign-out")
    async def sign_out(self, request: Request) -> Response[Any]:
        await _end_session_here(request)
        answer = see_other("/")
        answer.headers["Clear-Site-Data"] = EVERYTHING_KEPT
        return _with_session(answer, "", max_age=0)


def _sign_in_page(request: Request, wanted: str, *, login: str = "", refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "identity/sign_in.html",
        status=422 if refusal else 200,
        next=wanted,
        login=login,
        errors=by_field(refusal.problems) if refusal else [],
        demo_logins=request.app.state.get("demo_logins", ()),
    )


async def _home(viewer: Viewer) -> str:
    return "/support" if viewer.is_agent else _first_page(await open_accounts_of(viewer.user_id))


def _first_page(accounts: list[str]) -> str:
    return f"/accounts/{accounts[0]}" if len(accounts) == 1 else "/accounts"


def _next(wanted: str) -> str:
    return f"?next={quote(wanted)}" if wanted else ""


async def _end_session_here(request: Request) -> None:
    """The session this browser had until now, whoever's."""
    token = cookie_in(request, SESSION)
    if token is not None:
        await actions.sign_out(token)


def _with_session(answer: Response[Any], token: str, max_age: int | None) -> Response[Any]:
    answer.set_cookie(cookie(SESSION, token, max_age))
    return answer
