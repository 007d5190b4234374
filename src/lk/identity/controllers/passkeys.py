"""Passkeys over HTTP: a script asks for options and sends back what the device signed; the list is a plain page."""

from __future__ import annotations

from typing import Any

from litestar import Controller, MediaType, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.identity import passkeys
from lk.identity.controllers.own import with_session
from lk.identity.devices import name_words
from lk.identity.forms import parse_next
from lk.identity.messages import by_field
from lk.identity.queries import open_accounts_of
from lk.identity.rules import RESIDENT_COOKIE_SECONDS
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, cookie_in, device_of, page, see_other, typed, viewer_in


class PasskeySignInController(Controller):
    path = "/sign-in"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @post("/passkey/options")
    async def options(self, request: Request) -> Response[Any]:
        try:
            return _json(await passkeys.options_to_show("sign_in", None, address=address_of(request)))
        except Refused as refusal:
            return _refused(refusal)

    @post("/passkey")
    async def sign_in(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            signed_in = await passkeys.sign_in_by_passkey(
                values.get("credential", ""),
                address=address_of(request),
                device=device_of(request),
                device_token=cookie_in(request, "device"),
            )
        except Refused as refusal:
            return _refused(refusal)
        accounts = await open_accounts_of(signed_in.user_id)
        home = f"/accounts/{accounts[0]}" if len(accounts) == 1 else "/accounts"
        answer = _to(parse_next(values.get("next", "")) or ("/support" if signed_in.is_agent else home))
        max_age = None if signed_in.is_agent else RESIDENT_COOKIE_SECONDS
        answer.set_cookie(cookie("session", signed_in.token, max_age))
        answer.set_cookie(cookie("device", signed_in.device_token, RESIDENT_COOKIE_SECONDS))
        return answer

    @post("/confirm/passkey/options")
    async def confirm_options(self, request: Request) -> Response[Any]:
        user_id = viewer_in(request).user_id
        try:
            return _json(await passkeys.options_to_show("confirm", user_id, address=address_of(request)))
        except Refused as refusal:
            return _refused(refusal)

    @post("/confirm/passkey")
    async def confirm(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            token = await passkeys.confirm_by_passkey(viewer_in(request), values.get("credential", ""))
        except Refused as refusal:
            return _refused(refusal)
        return with_session(request, _to(parse_next(values.get("next", "")) or "/profile"), token)


class PasskeysController(Controller):
    path = "/profile/passkeys"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def passkeys_page(self, request: Request) -> Response[str]:
        rows = [(each, name_words(each.name)) for each in await passkeys.passkeys_of(viewer_in(request).user_id)]
        return page(request, "identity/passkeys.html", active_tab="profile", rows=rows)

    @post("/options")
    async def options(self, request: Request) -> Response[Any]:
        try:
            return _json(await passkeys.options_to_add(viewer_in(request)))
        except Refused as refusal:
            return _refused(refusal)

    @post("/")
    async def add(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            await passkeys.add_passkey(
                viewer_in(request),
                values.get("credential", ""),
                device=device_of(request),
                address=address_of(request),
            )
        except Refused as refusal:
            return _refused(refusal)
        return _to("/profile/passkeys")

    @post("/{passkey_id:int}/removal")
    async def remove(self, request: Request, passkey_id: FromPath[int]) -> Response[Any]:
        await passkeys.remove_passkey(viewer_in(request), passkey_id, address=address_of(request))
        return see_other("/profile/passkeys")


def _json(options: str) -> Response[str]:
    return Response(options, status_code=200, media_type=MediaType.JSON)


def _to(path: str) -> Response[Any]:
    """Where the script moves the page."""
    return Response({"to": path}, status_code=200, media_type=MediaType.JSON)


def _refused(refusal: Refused) -> Response[Any]:
    return Response({"error": by_field(refusal.problems)[0][1]}, status_code=422, media_type=MediaType.JSON)
