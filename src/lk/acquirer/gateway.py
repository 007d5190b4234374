"""The one client of the acquirer's API (YooKassa API v3 form): the real one and the sandbox alike."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from lk import clock
from lk.acquirer.answers import (
    UNREACHABLE,
    UNSENT,
    Outcome,
    Unknown,
    created,
    intent_of,
    listed,
    payment_outcome,
    shown,
)
from lk.acquirer.methods import LinkOutcome, method_created, method_shown
from lk.acquirer.refunds import RefundOutcome, refund_created, refund_shown
from lk.config import settings

Told = TypeVar("Told")

KEY_LONGEST = 64
ANSWER_SECONDS = 20.0
"""For a whole answer, however slowly it comes."""
SENT_WITHIN = timedelta(seconds=5)
"""A charge is sent so soon after it was decided, or not by whoever decided it. With an answer it is over in 25 s."""

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_PAGE = "100"
_CLOCKS_DIFFER = timedelta(minutes=10)
_SENT_WITHIN = timedelta(hours=25)
"""A request is sent again with the same key only in the first day of an intent: no later payment can be of it."""

_sandbox_url: str | None = None
_wire: httpx.AsyncBaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """`base_url` ends with `/v3`. Nothing here raises for what the acquirer or the network does.

    `lines` are connections kept for many calls, where there are any; `wire` leads to a sandbox in this very process.
    """

    base_url: str
    shop_id: str
    secret: str = field(repr=False)
    lines: asyncio.LifoQueue[httpx.AsyncClient] | None = field(default=None, repr=False)
    wire: httpx.AsyncBaseTransport | None = field(default=None, repr=False)

    @asynccontextmanager
    async def connected(self, at_once: int = 1) -> AsyncIterator[Gateway]:
        """The same with so many connections kept open from call to call; more calls wait for a free one.

        A client for each: one client's pool looks through all its connections at every call.
        """
        lines: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        async with AsyncExitStack() as stack:
            for _ in range(at_once):
                lines.put_nowait(await stack.enter_async_context(self._new_client()))
            yield replace(self, lines=lines)

    async def create(self, key: str, body: str, *, by: timedelta | None = None) -> Outcome:
        """`body` is the frozen JSON; the same `key` and `body` make one payment, however often they are sent.

        Not sent at all, and UNSENT, once `clock.ran()` says more than `by`: a process that was frozen meanwhile.
        """
        return await self._post("payments", key, body, created, by)

    async def ask(self, acquirer_id: str) -> Outcome:
        return await self._ask("payments", acquirer_id, shown)

    async def create_method(self, key: str, body: str) -> LinkOutcome:
        """Begins to link a card; what `key` and `body` are, see `create`."""
        return await self._post("payment_methods", key, body, method_created)

    async def ask_method(self, acquirer_id: str) -> LinkOutcome:
        return await self._ask("payment_methods", acquirer_id, method_shown)

    async def create_refund(self, key: str, body: str) -> RefundOutcome:
        """What `key` and `body` are, see `create`."""
        return await self._post("refunds", key, body, refund_created)

    async def ask_refund(self, acquirer_id: str) -> RefundOutcome:
        return await self._ask("refunds", acquirer_id, refund_shown)

    async def find(self, intent_id: str, since: datetime) -> Outcome | None:
        """The payment of an intent made at `since`; None where the acquirer's complete list has none."""
        async for page in self.pages("payments", since - _CLOCKS_DIFFER, since + _SENT_WITHIN):
            if isinstance(page, Unknown):
                return page
            for payment in page:
                if intent_of(payment) == intent_id:
                    return payment_outcome(payment)
        return None

    async def find_all(self, first: datetime, last: datetime) -> Mapping[str, Outcome] | Unknown:
        """By intent: the payments of all intents made between two instants, of the acquirer's complete list."""
        found: dict[str, Outcome] = {}
        async for page in self.pages("payments", first - _CLOCKS_DIFFER, last + _SENT_WITHIN):
            if isinstance(page, Unknown):
                return page
            for payment in page:
                found.setdefault(intent_of(payment) or "", payment_outcome(payment))
        return found

    async def pages(self, what: str, begins: datetime, ends: datetime) -> AsyncIterator[list[Any] | Unknown]:
        """Objects of the API (`payments`, `refunds`) made between two instants; an Unknown is the last."""
        query = {"created_at.gte": _iso(begins), "created_at.lte": _iso(ends), "limit": _PAGE}
        while True:
            answer = await self._call("GET", f"/{what}", params=query)
            page = answer if isinstance(answer, Unknown) else listed(answer.status_code, answer.content)
            if isinstance(page, Unknown):
                yield page
                return
            items, cursor = page
            yield items
            if cursor is None:
                return
            query["cursor"] = cursor

    async def _post(
        self, what: str, key: str, body: str, meant: Callable[[int, bytes], Told], by: timedelta | None = None
    ) -> Told | Unknown:
        if not 1 <= len(key) <= KEY_LONGEST:
            raise ValueError(f"an idempotence key has 1 to {KEY_LONGEST} characters")
        headers = {"Idempotence-Key": key, "Content-Type": "application/json"}
        answer = await self._call("POST", f"/{what}", by, content=body.encode(), headers=headers)
        return answer if isinstance(answer, Unknown) else meant(answer.status_code, answer.content)

    async def _ask(self, what: str, acquirer_id: str, meant: Callable[[int, bytes], Told]) -> Told | Unknown:
        answer = await self._call("GET", f"/{what}/{quote(acquirer_id, safe='')}")
        return answer if isinstance(answer, Unknown) else meant(answer.status_code, answer.content)

    async def _call(self, method: str, path: str, by: timedelta | None = None, **how: Any) -> httpx.Response | Unknown:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._client() as client:
                if by is not None and clock.ran() > by:
                    return UNSENT
                return await client.request(method, f"{self.base_url}{path}", **how)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return UNREACHABLE

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        if self.lines is None:
            async with self._new_client() as client:
                yield client
            return
        client = await self.lines.get()
        try:
            yield client
        finally:
            self.lines.put_nowait(client)

    def _new_client(self) -> httpx.AsyncClient:
        credentials = (self.shop_id, self.secret)
        return httpx.AsyncClient(
            auth=credentials, timeout=_TIMEOUT, verify=_tls(), trust_env=False, transport=self.wire
        )


def gateway() -> Gateway:
    """The acquirer of the settings; in demo the sandbox of this process, or of the one that serves the site."""
    known = settings()
    url = (None if _wire else known.acquirer_url) or _sandbox_url or f"{known.public_url}/sandbox/v3"
    return Gateway(url, known.acquirer_shop_id, known.acquirer_secret, wire=_wire)


def use_sandbox(url: str | None, wire: httpx.AsyncBaseTransport | None = None) -> None:
    """Where this process finds the sandbox, as `http://127.0.0.1:8000/sandbox/v3`, when no acquirer is set.

    `wire` leads to one in this very process; no other acquirer is called then, whatever is set.
    """
    global _sandbox_url, _wire
    _sandbox_url, _wire = url, wire


def frozen(body: Mapping[str, object]) -> str:
    """The request's JSON, kept as it is sent: a repetition has to be the same to the letter."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the system's authorities takes longer than a call."""
    return ssl.create_default_context()
