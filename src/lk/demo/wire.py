"""The wire between lk and its acquirer, on which answers get lost; what was sent arrives, whatever becomes of lk."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

import httpx

from lk.demo.breaking import Fuse


class Fate(StrEnum):
    """What becomes of a request to take or to give back money, or to link a card."""

    ARRIVES = "arrives"
    LOST = "lost"
    CUT = "cut"
    ERROR = "error"
    DOWN = "down"
    LATE = "late"
    HELD = "held"


ANSWERED = "answered"
"""What a fuse sees when the answer to a request is there and nothing was done with it yet."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A request that met a fault; `key` is the intent's."""

    fate: Fate
    key: str


class Wire(httpx.AsyncBaseTransport):
    """`shares` of the requests in percent meet a fate; `is_down`: nobody answers.

    A lot falls to an intent and the number of its request, so that it is no matter who asks in which order.
    """

    def __init__(self, acquirer: httpx.AsyncBaseTransport, seed: int) -> None:
        self._acquirer, self._seed = acquirer, seed
        self._requests: Counter[str] = Counter()
        self._under_way: set[asyncio.Task[httpx.Response]] = set()
        self.spoilt: list[Spoilt] = []
        self.shares: Mapping[Fate, int] = {}
        self.is_down = False
        self.fuse: Fuse | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self._burn("GET")
            return _refused(503, request) if self.is_down else await self._acquirer.handle_async_request(request)
        self._burn(f"POST {request.url.path}")
        key = _intent(request)
        fate = self._fate(key)
        if fate in (Fate.DOWN, Fate.ERROR):
            self.spoilt.append(Spoilt(fate, key))
            return _refused(503 if fate is Fate.DOWN else 500, request)
        answer = await self._arriving(request)
        if fate in (Fate.LOST, Fate.CUT):
            self.spoilt.append(Spoilt(fate, key))
        elif waits := await _waits(answer):
            self.spoilt.append(Spoilt(waits, key))
        self._burn(ANSWERED)
        if fate is Fate.CUT:
            raise httpx.ReadError("the connection breaks", request=request)
        return _refused(502, request) if fate is Fate.LOST else answer

    async def all_arrived(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _arriving(self, request: httpx.Request) -> httpx.Response:
        """Also when whoever sent it is no more."""
        sent = asyncio.create_task(self._acquirer.handle_async_request(request))
        self._under_way.add(sent)
        sent.add_done_callback(self._under_way.discard)
        return await asyncio.shield(sent)

    def is_under_way(self, task: asyncio.Task[Any]) -> bool:
        return task in self._under_way

    def _burn(self, what: str) -> None:
        if self.fuse is not None:
            self.fuse.note(what)

    def _fate(self, key: str) -> Fate:
        name = story_name(key)
        self._requests[name] += 1
        if self.is_down:
            return Fate.DOWN
        lot = Random(f"{self._seed}:{name}:{self._requests[name]}").randrange(100)  # noqa: S311 - a story, not a secret
        for fate, share in self.shares.items():
            if lot < share:
                return fate
            lot -= share
        return Fate.ARRIVES


def _intent(request: httpx.Request) -> str:
    """The intent's key; a link of a card has only that of its request."""
    body = json.loads(request.content)
    return str(body.get("metadata", {}).get("intent_id") or request.headers["idempotence-key"])


def story_name(key: str) -> str:
    """Without what is drawn anew each time that the story is told."""
    return key.partition("-")[0] if key.startswith(("hand:", "penalty:")) else key


async def _waits(answer: httpx.Response) -> Fate | None:
    """A charge whose money comes later, a refund that goes later; what waits for its payer's page is no fault."""
    made = json.loads(await answer.aread())
    if made.get("status") != "pending" or "confirmation" in made:
        return None
    return Fate.HELD if "payment_id" in made else Fate.LATE


def _refused(status: int, request: httpx.Request) -> httpx.Response:
    return httpx.Response(status, request=request)
