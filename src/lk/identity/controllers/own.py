"""One's own way in: the password shown once more, a new password or login, the list of sessions."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.identity import own
from lk.identity.devices import device_words
from lk.identity.forms import parse_next, shown_again
from lk.identity.messages import by_field
from lk.identity.phrases import offered_phrase
from lk.identity.queries import sessions_of
from lk.identity.rules import RESIDENT_COOKIE_SECONDS
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, page, see_other, typed, viewer_in


class ConfirmController(Controller):
    """Sensitive pages lead here when the password was entered too long ago, and are led back to."""

    path = "/sign-in/confirm"

    @get("/")
    async def confirm_page(self, request: Request) -> Response[str]:
        return _confirm_page(request, parse_next(request.query_params.get("next", "")))

    @post("/")
    async def confirm(self, request: Request) -> Response[Any]:
        values = await typed(request)
        wanted = parse_next(values.get("next", ""))
        try:
            token = await own.confirm(viewer_in(request), values.get("password", ""), address=address_of(request))
        except Refused as refusal:
            return _confirm_page(request, wanted, refusal)
        return with_session(request, see_other(wanted or "/profile"), token)


class OwnCredentialsController(Controller):
    path = "/profile"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/password")
    async def password_page(self, request: Request) -> Response[str]:
        return _password_page(request)

    @post("/password")
    async def change_password(self, request: Request) -> Response[Any]:
        values = await typed(request)
        viewer = viewer_in(request)
        try:
            token = await own.change_password(viewer, values.get("new_password", ""), address=address_of(request))
        except Refused as refusal:
            return _password_page(request, refusal)
        return with_session(request, see_other("/profile?done=password"), token)

    @get("/login")
    async def login_page(self, request: Request) -> Response[str]:
        return _login_page(request, viewer_in(request).login)

    @post("/login")
    async def change_login(self, request: Request) -> Response[Any]:
        login = (await typed(request)).get("new_login", "").strip()
        try:
            await own.change_login(viewer_in(request), login, address=address_of(request))
        except Refused as refusal:
            return _login_page(request, shown_again(login), refusal)
        return see_other("/profile?done=login")


class SessionsController(Controller):
    path = "/profile/sessions"

    @get("/")
    async def sessions(self, request: Request) -> Response[str]:
        viewer = viewer_in(request)
        rows = [(each, device_words(each.device)) for each in await sessions_of(viewer.user_id)]
        return page(request, "identity/sessions.html", active_tab="profile", rows=rows, here=viewer.session_id)

    @post("/{session_id:int}/end")
    async def end(self, request: Request, session_id: FromPath[int]) -> Response[Any]:
        await own.end_session(viewer_in(request), session_id)
        return see_other("/profile/sessions")

    @post("/end-others")
    async def end_others(self, request: Request) -> Response[Any]:
        await own.end_other_sessions(viewer_in(request))
        return see_other("/profile/sessions")


def with_session(request: Request, answer: Response[Any], token: str) -> Response[Any]:
    """The same browser goes on under this token."""
    max_age = None if viewer_in(request).is_agent else RESIDENT_COOKIE_SECONDS
    answer.set_cookie(cookie("session", token, max_age))
    return answer


def _confirm_page(request: Request, wanted: str, refusal: Refused | None = None) -> Response[str]:
    return page(request, "identity/confirm.html", status=422 if refusal else 200, next=wanted, errors=_told(refusal))


def _password_page(request: Request, refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "identity/own_password.html",
        status=422 if refusal else 200,
        active_tab="profile",
        phrase=offered_phrase(),
        errors=_told(refusal),
    )


def _login_page(request: Request, login: str, refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "identity/own_login.html",
        status=422 if refusal else 200,
        active_tab="profile",
        new_login=login,
        errors=_told(refusal),
    )


def _told(refusal: Refused | None) -> list[tuple[str | None, str]]:
    return by_field(refusal.problems) if refusal else []
