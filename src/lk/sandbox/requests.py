"""What the handlers of the API share: who may ask, idempotence, faults, and the form of an answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from secrets import compare_digest
from typing import Any, cast

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from lk.sandbox.faults import CLOSE, ERROR_CODES
from lk.sandbox.fields import parse_json
from lk.sandbox.passing import catch_up, catch_up_later
from lk.sandbox.problems import Problem, invalid
from lk.sandbox.store import Record
from lk.sandbox.till import Till

AnyRequest = Request[Any, Any, Any]
KEYS_LIVE_US = 24 * 3_600_000_000

_log = logging.getLogger(__name__)


class BrokenAnswer(ASGIResponse):
    """Promises a body, sends the beginning of it and ends: the server can only break the connection."""

    def __init__(self) -> None:
        super().__init__(body=b"{", content_length=1000)

    async def send_body(self, send: Send, receive: Receive) -> None:  # noqa: ARG002 - the signature is the framework's
        await send({"type": "http.response.body", "body": self.body, "more_body": True})


def till_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Till:
    return cast("Till", connection.app.state["till"])


def shop_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard: HTTP Basic with the shop's id and secret. Raises Problem."""
    till = till_of(connection)
    expected = f"{till.shop_id}:{till.secret}".encode()
    if not compare_digest(_basic_credentials(connection.headers), expected):
        raise Problem(401, "invalid_credentials", "Authentication by given credentials failed")


async def create(request: AnyRequest, make: Callable[[Till, object], Record]) -> ASGIResponse:
    """Answers a `POST` of the API: `make` is called at most once for one key and body. Raises Problem."""
    till = till_of(request)
    _refuse_if_down(till)
    raw = await request.body()
    key = request.headers.get("idempotence-key", "")
    if till.faults.takes_error(key):
        raise Problem(till.faults.error_as, ERROR_CODES[till.faults.error_as], "A fault on purpose")
    catch_up(till)
    if till.faults.takes_forgetting():
        till.store.forget_keys(till.now_us())
    answer = _once(request, till, parse_json(raw), make)
    return await _late(till, _lost(till) if till.faults.takes_loss(key) else answer)


async def show(request: AnyRequest, find: Callable[[Till], dict[str, Any]]) -> ASGIResponse:
    """Answers a `GET` of the API. Raises Problem."""
    till = till_of(request)
    _refuse_if_down(till)
    catch_up(till)
    return await _late(till, json_answer(find(till)))


def json_answer(body: object) -> ASGIResponse:
    return _text_answer(json.dumps(body, ensure_ascii=False))


def answer_problem(_: AnyRequest, problem: Problem) -> Response[dict[str, object]]:
    headers = {"cache-control": "no-store"}
    if problem.status == 401:
        headers["www-authenticate"] = 'Basic realm="sandbox"'
    return Response(problem.body(), status_code=problem.status, headers=headers)


def _once(request: AnyRequest, till: Till, body: object, make: Callable[[Till, object], Record]) -> ASGIResponse:
    key = idempotence_key(request.headers)
    fingerprint = _fingerprint(request.url.path, body)
    outlived_us = till.now_us() - KEYS_LIVE_US
    kept = None if till.faults.not_idempotent else till.store.kept_answer(key, outlived_us)
    if kept is not None and kept[0] != fingerprint:
        raise invalid("Idempotence key duplicated with another request", "Idempotence-Key")
    if kept is not None:
        return _text_answer(kept[1])
    with till.work():
        record = make(till, body)
        text = json.dumps(record.body, ensure_ascii=False)
        till.store.forget_keys(outlived_us)
        till.store.keep_answer(key, fingerprint, text, till.now_us())
    catch_up_later(till, record)
    return _text_answer(text)


def idempotence_key(headers: Mapping[str, str]) -> str:
    """Raises Problem."""
    key = headers.get("idempotence-key", "")
    if not key or len(key) > 64 or not key.isprintable():
        raise invalid("Idempotence key must be 1 to 64 characters long", "Idempotence-Key")
    return key


def _fingerprint(path: str, body: object) -> str:
    """In letters mostly: a hexadecimal digest might hold what looks like a card number."""
    canonical = json.dumps([path, body], sort_keys=True, default=str)
    return base64.b32encode(hashlib.sha256(canonical.encode()).digest()).decode()


def _basic_credentials(headers: Mapping[str, str]) -> bytes:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (NotBase64, ValueError):
        return b""


def _refuse_if_down(till: Till) -> None:
    if till.faults.down:
        raise Problem(503, "service_unavailable", "Service unavailable")


def _lost(till: Till) -> ASGIResponse:
    _log.info("an answer is lost on purpose")
    return BrokenAnswer() if till.faults.lose_answer_by == CLOSE else ASGIResponse(status_code=502)


async def _late(till: Till, answer: ASGIResponse) -> ASGIResponse:
    if till.faults.slow_ms > 0:
        await asyncio.sleep(till.faults.slow_ms / 1000)
    return answer


def _text_answer(text: str) -> ASGIResponse:
    return ASGIResponse(body=text, headers={"cache-control": "no-store"})
