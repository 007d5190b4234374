"""While nothing can be stored, what was typed is kept on the page; files cannot be, and the page says so."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.types import ExceptionHandlersMap
from litestar.utils.scope.state import ScopeState

from lk.db import DatabaseError
from lk.errors import on_busy
from lk.web import Request, page


def _on_busy(request: Request, trouble: Exception) -> Response[Any]:
    form = ScopeState.from_scope(request.scope).form
    typed = _texts(form) if isinstance(form, dict) else {}
    if not isinstance(form, dict) or len(typed) >= len(form) - 1:
        return on_busy(request, trouble)
    return page(request, "feedback/busy.html", status=503, typed=typed, action=request.url.path)


def _texts(form: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in form.items() if name != "_csrf_token" and isinstance(value, str)}


BUSY: ExceptionHandlersMap = {DatabaseError: _on_busy}
"""Exception handlers of routes that take files."""
