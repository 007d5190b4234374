"""A line of the log for each request, and the code by which it is found."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath
from structlog.testing import LogCapture

from lk import stopping
from lk.errors import HANDLERS
from lk.middleware import Identify
from lk.static_files import static
from lk.templating import environment
from lk.watching.requests import Watched
from tests.database import Database
from tests.pages import check_page


@pytest.fixture
def log() -> Iterator[LogCapture]:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture], cache_logger_on_first_use=False)
    yield capture
    structlog.configure(**before)


@get("/fails/{secret:str}")
async def fails(secret: FromPath[str]) -> None:
    raise LookupError(secret)


@get("/refuses")
async def refuses() -> None:
    raise PermissionDeniedException


@get("/hangs")
async def hangs() -> None:
    await asyncio.sleep(60)


def _app() -> Litestar:
    environment().globals["static"] = static
    app = Litestar(
        [fails, refuses, hangs],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = Watched(app.asgi_handler)
    return app


def _ask(database: Database, path: str, **headers: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=_app(), raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as http:
            return await http.get(path, headers=headers)

    return database.run(asked())


def _lines(log: LogCapture, event: str) -> list[dict[str, Any]]:
    return [dict(entry) for entry in log.entries if entry["event"] == event]


def test_a_failure_is_found_by_the_code_that_its_page_names(sqlite_database: Database, log: LogCapture) -> None:
    answer = _ask(sqlite_database, "/fails/anna-secret?q=lesnaya")
    code = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert f"назовите этот код: <strong>{code}</strong>" in answer.text
    check_page(answer.text, "/fails")
    (line,) = _lines(log, "request")
    assert (line["request_id"], line["route"], line["status"]) == (code, "/fails/{secret}", 500)
    assert _lines(log, "request_failed")[0]["request_id"] == code
    assert "anna-secret" not in str(line)
    assert "lesnaya" not in str(log.entries)


def test_a_part_of_a_page_names_the_code_too(sqlite_database: Database, log: LogCapture) -> None:
    answer = _ask(sqlite_database, "/refuses", **{"hx-request": "true"})
    assert answer.status_code == 403
    assert f"назовите код {answer.headers['x-request-id']}." in answer.text


def test_a_page_that_is_not_there_is_a_request_without_its_path(sqlite_database: Database, log: LogCapture) -> None:
    answer = _ask(sqlite_database, "/accounts/1000000101/anna@mail.example")
    assert answer.status_code == 404
    assert answer.headers["x-request-id"]
    assert "код" not in answer.text
    (line,) = _lines(log, "request")
    assert (line["route"], line["status"]) == ("-", 404)
    assert "1000000101" not in str(log.entries)


def test_every_request_has_a_code_of_its_own_whatever_it_brings(sqlite_database: Database, log: LogCapture) -> None:
    codes = {_ask(sqlite_database, "/", **{"X-Request-Id": "mine"}).headers["x-request-id"] for _ in range(3)}
    assert len(codes) == 3
    assert "mine" not in codes


def test_what_is_broken_off_at_the_end_is_answered_with_later(
    sqlite_database: Database, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "_since", None)
    sent: list[dict[str, Any]] = []

    async def broken_off() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/hangs", "headers": [], "query_string": b"", "root_path": ""}
        scope |= {"raw_path": b"/hangs", "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1)}
        task = asyncio.create_task(_app()(scope, receive, send))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        stopping.begin()
        task.cancel()
        await task

    sqlite_database.run(broken_off())
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"30") in sent[0]["headers"]
    assert _lines(log, "request_broken_off")
