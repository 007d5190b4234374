"""The sandbox as an ASGI application: mounted under a path, or served by a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import LifeSpanScope, Receive, Scope, Send

from lk.sandbox import hosted
from lk.sandbox.api import api
from lk.sandbox.control import control
from lk.sandbox.events import Events
from lk.sandbox.faults import Faults
from lk.sandbox.passing import catch_up
from lk.sandbox.problems import Problem
from lk.sandbox.requests import AnyRequest, answer_problem
from lk.sandbox.store import Store
from lk.sandbox.till import Till

LARGEST_BODY = 256 * 1024

_log = logging.getLogger(__name__)


class Sandbox:
    """The ASGI callable. It needs no lifespan; `stop()` ends event deliveries and closes the store."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self._app = _litestar(till, self.stop)

    async def __call__(self, scope: Scope | LifeSpanScope, receive: Receive, send: Send) -> None:
        """A copy of the scope: what the sandbox's framework writes there must not reach the app it is mounted in."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        inner = scope.copy()
        inner["path"] = scope["path"].removeprefix(self.till.base_path) or "/"
        inner["root_path"] = ""
        inner["state"] = {}
        await self._app(inner, receive, send)

    def catch_up(self) -> None:
        """Does what became due when the clock was moved by hand; every request does so too."""
        catch_up(self.till)

    async def drain_events(self) -> None:
        """Waits until all events are delivered or given up."""
        await self.till.events.drain()

    async def stop(self) -> None:
        await self.till.events.stop()
        self.till.store.close()


def create_sandbox(
    *,
    store_path: Path | None = None,
    events_url: str | None = None,
    now: Callable[[], datetime] | None = None,
    shop_id: str = "demo-shop",
    secret: str = "demo-secret",  # noqa: S107 - the sandbox's public credentials
    base_path: str = "",
    public_url: str | None = None,
) -> Sandbox:
    """Without `store_path` everything is forgotten at the end. `base_path` is where it is mounted, as `/sandbox`.

    Hosted pages have absolute addresses made from the request's Host and `base_path`, or from `public_url`
    (which includes the path) when the shop reaches the sandbox by another name than browsers do.
    """
    faults = Faults()
    till = Till(
        store=Store(store_path),
        events=Events(events_url, faults),
        faults=faults,
        now=now or _utc_now,
        shop_id=shop_id,
        secret=secret,
        base_path=base_path.rstrip("/"),
        public_url=public_url,
    )
    return Sandbox(till)


def run_sandbox(
    host: str = "127.0.0.1",
    port: int = 8001,
    *,
    store_path: Path | None = None,
    events_url: str | None = None,
    now: Callable[[], datetime] | None = None,
) -> None:
    """Serves until interrupted; the API is under `http://HOST:PORT/v3`."""
    sandbox = create_sandbox(store_path=store_path, events_url=events_url, now=now)
    uvicorn.run(sandbox, host=host, port=port, ws="none", log_level="warning", server_header=False)


def _litestar(till: Till, stop: Callable[[], object]) -> Litestar:
    return Litestar(
        route_handlers=[
            api,
            control,
            hosted.get_checkout,
            hosted.post_checkout,
            hosted.get_bank,
            hosted.post_bank,
            hosted.get_asset,
        ],
        exception_handlers={
            Problem: answer_problem,
            HTTPException: _answer_http_problem,
            Exception: _answer_failure,
        },
        state=State({"till": till}),
        on_shutdown=[stop],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=LARGEST_BODY,
    )


def _answer_http_problem(request: AnyRequest, problem: HTTPException) -> Response[Any]:
    if not request.url.path.startswith("/v3/"):
        return hosted.missing_page(request, problem)
    code = "not_found" if problem.status_code == 404 else "invalid_request"
    return answer_problem(request, Problem(problem.status_code, code, problem.detail))


def _answer_failure(request: AnyRequest, failure: Exception) -> Response[Any]:
    _log.error("the sandbox failed", exc_info=failure)
    return answer_problem(request, Problem(500, "internal_server_error", "Internal server error"))


def _utc_now() -> datetime:
    return datetime.now(UTC)
