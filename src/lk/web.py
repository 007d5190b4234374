"""What controllers answer with: a page, a partial, or a 303."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from litestar import MediaType, Response
from litestar import Request as LitestarRequest
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.response import Stream
from litestar.template.base import csrf_token
from markupsafe import Markup

from lk import clock
from lk.config import settings
from lk.language import Language, folded_language
from lk.templating import environment
from lk.tokens import owner_mark

Request = LitestarRequest[Any, Any, State]

LARGEST_FORM = 64 * 1024
"""No form of lk's is near it, and Litestar keeps the last 1024 forms: large ones would fill the memory."""

_YEAR = 365 * 24 * 3600

WAIT_SECONDS = 30
"""So long a page that waits for a bank asks by itself, every two seconds; after that it says when to look again."""

_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""No characters of HTML: a refused form shows again what was typed."""

CSRF_INPUT = Markup('<input type="hidden" name="_csrf_token" value="{}">')


def page(request: Request, template: str, *, status: int = 200, **values: object) -> Response[str]:
    """A whole page (or a partial: the same template language, the same globals), without what no page can hold."""
    told = {**shared(request), **values}
    html = environment().get_template(template).render(told)
    if is_htmx(request) and is_looking(request):
        html += environment().get_template("layouts/_look_words.html").render(told)
    html = _UNSHOWABLE.sub("", html)
    headers = {"Cache-Control": "no-store"} if viewer_in(request) is not None else {}
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers)


def shared(request: Request) -> dict[str, object]:
    """What every template may count on."""
    state = request.scope.get("state", {})
    return {
        "csrf_input": CSRF_INPUT.format(csrf_token({"request": request})),
        "viewer": viewer_in(request),
        "owner": owner_in(request),
        "account": state.get("account"),
        "page_path": request.scope.get("path", ""),
        "came_to": _came_to(request),
        "active_tab": "",
        "demo": {"now": clock.now()} if settings().is_demo and settings().now_file else None,
    }


def chosen_language(request: ASGIConnection[Any, Any, Any, Any]) -> Language | None:
    """In this browser, by the links at the foot of every page."""
    return folded_language(request.cookies.get(cookie_name("language")))


def language_cookie(chosen: Language) -> Cookie:
    """From now on this browser reads in it."""
    return cookie("language", chosen, _YEAR)


def _came_to(request: Request) -> str:
    """The address that shows this page again: of the page with the form where this one answers a form."""
    if request.method == "GET" and not is_htmx(request):
        return _path_of(str(request.url))
    came = str(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    return _path_of(came) if urlsplit(came).netloc == request.url.netloc else "/"


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def viewer_in(request: Request) -> Any:
    """The signed-in browser (`identity.queries.Viewer`), or None."""
    return request.scope.get("user")


def owner_in(request: Request) -> str | None:
    viewer = viewer_in(request)
    return owner_mark(viewer.user_id) if viewer is not None else None


def see_other(path: str) -> Response[str]:
    """After a POST, or where the answer lives elsewhere. HTMX follows it with the whole page."""
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": path})


def go(request: Request, path: str) -> Response[Any]:
    """Like `see_other`, and a browser that asked by HTMX moves there as if a link had been followed."""
    if is_htmx(request):
        return Response(None, status_code=204, headers={"HX-Redirect": path})
    return see_other(path)


def is_htmx(request: Request) -> bool:
    """Asks for a partial. It grants nothing: it only chooses how much of the page is answered."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def is_looking(request: Request) -> bool:
    """An agent sees a resident's cabinet: a partial tells it as every page does."""
    viewer = viewer_in(request)
    return viewer is not None and viewer.look_id is not None


def wait_until() -> int:
    """When a page that is shown now stops asking by itself: seconds since 1970."""
    return int(clock.now().timestamp()) + WAIT_SECONDS


def is_waiting(request: Request) -> bool:
    """Asked by such a page, `?until=` in its address: it may go on asking."""
    until = request.query_params.get("until", "")
    return until.isascii() and until.isdigit() and len(until) < 12 and clock.now().timestamp() < int(until)


def jpeg(content: bytes, name: str) -> Response[bytes]:
    """A picture of our own making, shown in the page, kept by nobody."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="image/jpeg", headers=headers)


def csv_stream(name: str, pieces: AsyncIterator[str] | AsyncIterator[bytes]) -> Stream:
    """A file that is made while it is sent."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(pieces, media_type="text/csv", headers=headers)


async def typed(request: Request) -> Mapping[str, str]:
    """The form as typed, text only, without files. SUB stands for NUL, which PostgreSQL does not take."""
    form = await request.form()
    return {name: value.replace("\0", "\x1a") for name, value in form.items() if isinstance(value, str)}


def address_of(request: Request) -> str:
    """Where the request comes from: proxies' headers count only as the server was told to believe them."""
    return request.client.host if request.client else ""


def device_of(request: Request) -> str:
    return request.headers.get("user-agent", "")


def cookie(name: str, value: str, max_age: int | None) -> Cookie:
    """HttpOnly, Lax, this host only; Secure but for plain http on loopback."""
    return Cookie(
        key=cookie_name(name),
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().is_https,
    )


def cookie_name(name: str) -> str:
    return f"__Host-lk_{name}" if settings().is_https else f"lk_{name}"


def cookie_in(request: Request, name: str) -> str | None:
    return request.cookies.get(cookie_name(name)) or None
