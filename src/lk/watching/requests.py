"""Around everything else: each request gets an id, a line of the log and its place in the figures."""

from __future__ import annotations

import asyncio
from secrets import randbelow
from time import perf_counter

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from lk import stopping
from lk.watching.figures import note_request

log = structlog.get_logger()

NO_ROUTE = "-"
"""What the log calls a path that leads nowhere: paths may carry a letter's token, or whatever a stranger typed."""
_BROKEN_OFF = b"503"


class Watched:
    """The application inside it; pages that are not found and failures are counted too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = _new_code()
        scope["state"]["request_id"] = request_id
        begun, status = perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, noting)
            except asyncio.CancelledError:
                # The server waited as long as it may; what was committed stays, what was not is undone.
                if not stopping.is_begun():
                    raise
                log.warning("request_broken_off")
                if not status:
                    await _answer_later(noting)
            finally:
                _note(scope, status, perf_counter() - begun)


def _new_code() -> str:
    """Nine digits in threes, as they are read out on the phone."""
    digits = f"{randbelow(10**9):09}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


async def _answer_later(send: Send) -> None:
    headers = [(b"retry-after", b"30"), (b"connection", b"close"), (b"content-length", b"%d" % len(_BROKEN_OFF))]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _BROKEN_OFF, "more_body": False})


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Who: a role, and of what may change something the user's id. Never the path, nor what was asked."""
    route, method = scope.get("path_template") or NO_ROUTE, str(scope.get("method"))
    viewer = scope.get("user")
    who = {} if viewer is None else {"role": viewer.role.value}
    if viewer is not None and method == "POST":
        who["user_id"] = viewer.user_id
    note_request(method, route, status, seconds)
    log.info("request", method=method, route=route, status=status, ms=round(1000 * seconds, 1), **who)
