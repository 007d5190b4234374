"""One table from exception to page: expected trouble is a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from litestar.utils.scope.state import ScopeState

from lk import language
from lk.config import settings
from lk.db import DatabaseError
from lk.language import N_, _
from lk.outcome import Refused
from lk.web import Request, chosen_language, go, is_htmx, page

log = structlog.get_logger()

WORDS: dict[int, tuple[str, str]] = {
    400: (N_("Запрос не разобрать"), N_("Вернитесь на шаг назад и попробуйте ещё раз.")),
    403: (
        N_("Сюда нельзя"),
        N_("У вас нет права на это действие. Если страница долго была открыта, обновите её и повторите."),
    ),
    404: (N_("Такой страницы нет"), N_("Проверьте адрес или начните с главной страницы.")),
    405: (N_("Так эту страницу не открыть"), N_("Начните с главной страницы.")),
    413: (
        N_("Слишком много сразу"),
        N_("Столько текста в форму не помещается. Вернитесь на шаг назад и сократите его."),
    ),
    429: (N_("Слишком много попыток"), N_("Подождите 15 минут и попробуйте снова. Если дело срочное, позвоните нам.")),
    500: (N_("У нас сбой"), N_("Мы уже знаем о нём. Ничего не списано и не изменено. Попробуйте ещё раз чуть позже.")),
    503: (N_("Сейчас не получается"), N_("Система занята. Ничего не потеряно: подождите минуту и повторите.")),
}


_PLAIN = (404, 405)
_SECRETS = frozenset({"password", "new_password", "code"})


class NotSignedIn(Exception):
    """The page is for somebody who has signed in."""


class NotConfirmed(Exception):
    """The page wants the password once more: it was entered too long ago."""


def error_page(request: Request, status: int, typed_before: Mapping[str, str] | None = None) -> Response[Any]:
    """The page of this status; a plain sentence where even that fails. `typed_before` can be sent again from it."""
    if "user" not in request.scope:
        language.speak(chosen_language(request) or settings().language)
    title, advice = (_(words) for words in WORDS.get(status, WORDS[500 if status >= 500 else 400]))
    template = "errors/_banner.html" if is_htmx(request) else "errors/page.html"
    try:
        return page(
            request,
            template,
            status=status,
            title=title,
            advice=advice,
            code=_code(request, status),
            typed_before=typed_before,
            action=request.url.path,
        )
    except Exception:
        log.exception("error_page_failed", status=status)
        return Response(f"{title}. {advice}", status_code=status, media_type=MediaType.TEXT)


def _code(request: Request, status: int) -> str | None:
    """What to name on the phone, so that the request is found in the log; not where there is nothing to find."""
    return None if status in _PLAIN else request.scope["state"].get("request_id")


def _typed_before(request: Request) -> Mapping[str, str] | None:
    """The form as it came; None where there is none, or it holds a secret or a file: those are typed again."""
    form = ScopeState.from_scope(request.scope).form
    if not isinstance(form, dict) or _SECRETS & form.keys():
        return None
    typed = {name: value for name, value in form.items() if name != "_csrf_token" and isinstance(value, str)}
    return typed if len(typed) >= len(form) - 1 else None


def on_http(request: Request, exception: HTTPException) -> Response[Any]:
    return error_page(request, exception.status_code)


def on_not_signed_in(request: Request, _why: NotSignedIn) -> Response[Any]:
    path = request.url.path if request.method == "GET" else "/"
    return go(request, "/sign-in" + (f"?next={quote(path)}" if path != "/" else ""))


def on_not_confirmed(request: Request, _why: NotConfirmed) -> Response[Any]:
    """A form that was sent too late is filled in once more: back to the page where it stands."""
    path = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
    return go(request, f"/sign-in/confirm?next={quote(path or '/profile')}")


def on_refused(request: Request, refusal: Refused) -> Response[Any]:
    """What was allowed when the page was asked for and is no more when it is written."""
    log.info("refused_late", codes=str(refusal))
    return error_page(request, 403)


def on_busy(request: Request, trouble: Exception) -> Response[Any]:
    log.warning("database_trouble", error=str(trouble))
    return error_page(request, 503, _typed_before(request))


def on_anything(request: Request, _why: Exception) -> Response[Any]:
    log.exception("request_failed", method=request.method)
    return error_page(request, 500)


HANDLERS: ExceptionHandlersMap = {
    HTTPException: on_http,
    Refused: on_refused,
    NotSignedIn: on_not_signed_in,
    NotConfirmed: on_not_confirmed,
    DatabaseError: on_busy,
    Exception: on_anything,
}
