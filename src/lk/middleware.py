"""Around every request: who asks, whose form it is, headers that hold on errors too."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from lk import language
from lk.access import OF_ACCOUNT, matrix
from lk.actor import Role
from lk.config import settings
from lk.identity.actions import touch
from lk.identity.queries import viewer_of
from lk.language import Language, folded_language
from lk.tokens import form_mark, is_form_mark, new_token
from lk.web import LARGEST_FORM, Request, chosen_language, cookie, cookie_in, cookie_name

_WITHOUT_BROWSER = (
    "/static/{digest}/{name}",
    "/robots.txt",
    "/manifest.webmanifest",
    "/service-worker.js",
    "/health",
    "/metrics",
    "/acquirer/events",
    "/letters-off/{letter}",
)
"""Routes asked by machines, or the same for everybody: no session, no form of lk's. A mailbox calls letters off by
their link alone."""

_CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")
_FORMS = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


class Identify(ASGIMiddleware):
    """Sets `scope["user"]` to the Viewer of the session cookie, or None."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"] = None
        # Where nobody can be asked for there are pages too: of what went wrong.
        language.speak(_language_of(scope))
        if _is_for_browsers(scope):
            await _identify(scope)
            language.speak(_language_of(scope))
        await next_app(scope, receive, send)


def _is_for_browsers(scope: Scope) -> bool:
    """By the route, never by the path as it was typed; a mounted application looks after itself."""
    return isinstance(scope["route_handler"], HTTPRouteHandler) and scope["path_template"] not in _WITHOUT_BROWSER


async def _identify(scope: Scope) -> None:
    token = ASGIConnection(scope).cookies.get(cookie_name("session"))
    if not token:
        return
    viewer = await viewer_of(token)
    if viewer is not None:
        scope["user"] = viewer
        await touch(viewer)


def _language_of(scope: Scope) -> Language:
    """As chosen in this browser, else as the user's letters are written, else the company's."""
    viewer = scope["user"]
    return (
        chosen_language(ASGIConnection(scope))
        or folded_language(viewer.language if viewer is not None else None)
        or settings().language
    )


class OwnForms(ASGIMiddleware):
    """Nothing is changed but by a form that lk gave to this very browser. Raises PermissionDeniedException, 4xx."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not _is_for_browsers(scope):
            await next_app(scope, receive, send)
            return
        request = Request(scope, receive=receive)
        known = cookie_in(request, "csrf")
        browser = known or new_token()
        ScopeState.from_scope(scope).csrf_token = form_mark(browser)

        async def remembering(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers.add("set-cookie", cookie("csrf", browser, max_age=None).to_header(header=""))
            await send(message)

        is_change = request.method not in _CHANGES_NOTHING
        if is_change and (_is_unheard(request) or not is_form_mark(await _mark_in(request), browser)):
            raise PermissionDeniedException
        await next_app(scope, receive, send if known else remembering)


def _is_unheard(request: Request) -> bool:
    """Something large for a page that its sender may not use: it is refused before it is read."""
    path = str(request.scope["path_template"])
    cells = matrix().get((request.method, path))
    if cells is None or path.startswith(OF_ACCOUNT):
        return False
    length = request.headers.get("content-length", "")
    is_small = length.isascii() and length.isdigit() and int(length[:20]) <= LARGEST_FORM
    viewer = request.scope.get("user")
    return not is_small and cells[viewer.role if viewer else Role.ANYONE] not in ("+", "!")


async def _mark_in(request: Request) -> str:
    """Raises 4xx for a form that can't be read."""
    kind = request.content_type[0]
    if kind not in _FORMS:
        return ""
    # Where files may come a body may be larger; only a form without files stays in Litestar's memory.
    if kind == RequestEncodingType.URL_ENCODED and len(await request.body()) > LARGEST_FORM:
        raise RequestEntityTooLarge
    try:
        mark = (await request.form()).get("_csrf_token")
    except (LookupError, UnicodeError):
        raise ClientException from None
    return mark if isinstance(mark, str) else ""


async def security_headers(message: Message, scope: Scope) -> None:
    """On every answer, errors included; the sandbox acquirer sets its own."""
    if message["type"] != "http.response.start" or (settings().is_demo and scope["path"].startswith("/sandbox/")):
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _headers().items():
        headers.setdefault(name, value)
    # Pages carry their browser's own form marks, signed in or not.
    headers.setdefault("Cache-Control", "private, no-cache")


@cache
def _headers() -> dict[str, str]:
    # A form's 303 to the acquirer's payment page counts as its target in Chromium.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"manifest-src 'self'; worker-src 'self'; form-action 'self' {' '.join(_payment_pages())}; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    }
    if settings().is_https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def _payment_pages() -> list[str]:
    url = settings().acquirer_url
    if url is None:
        return ["http://localhost:*", "http://127.0.0.1:*"]
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return [origin, "https://yoomoney.ru", "https://*.yoomoney.ru"] if parts.hostname == "api.yookassa.ru" else [origin]
