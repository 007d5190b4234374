"""Notifications to the shop: queued, delivered in the background, repeated a few times, never in anybody's way."""

from __future__ import annotations

import asyncio
import copy
import logging
import ssl
from collections.abc import Coroutine
from functools import cache
from typing import Any

import httpx

from lk.sandbox.faults import Faults

RETRY_DELAYS = (0.5, 2.0, 5.0)
"""Seconds before each repetition of a delivery that was not answered with 200."""
GATHERING = 0.2
"""Seconds for which shuffled events wait for each other."""

_log = logging.getLogger(__name__)


class Events:
    """The shop learns of changes at `url`; without one nothing is sent."""

    def __init__(self, url: str | None, faults: Faults, retry_delays: tuple[float, ...] = RETRY_DELAYS) -> None:
        self.url = url
        self._faults = faults
        self._retry_delays = retry_delays
        self._staged: list[dict[str, Any]] = []
        self._queue: list[dict[str, Any]] = []
        self._pump: asyncio.Task[None] | None = None
        self._retries: set[asyncio.Task[None]] = set()

    def stage(self, event: str, body: dict[str, Any]) -> None:
        self._staged.append({"type": "notification", "event": event, "object": copy.deepcopy(body)})

    def drop_staged(self) -> None:
        self._staged.clear()

    def send_staged(self) -> None:
        """Starts the delivery and returns at once; outside an event loop it waits for the next time."""
        if self.url is not None:
            for notice in self._staged:
                self._queue += [notice] * (1 + self._faults.repeat_events)
        self._staged.clear()
        loop = _running_loop()
        if self._queue and loop is not None and not self._is_pumping(loop):
            self._pump = loop.create_task(self._deliver_queue())

    async def drain(self) -> None:
        """Waits until everything that is not held is delivered or given up."""
        self.send_staged()
        while (pump := self._pump) is not None and not pump.done():
            await pump
        while self._retries:
            await asyncio.gather(*self._retries)

    async def stop(self) -> None:
        """Ends deliveries under way; what is not delivered is lost, as it may be with a real acquirer."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in (self._pump, *self._retries) if task is not None and task.get_loop() is loop]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queue.clear()

    def _is_pumping(self, loop: asyncio.AbstractEventLoop) -> bool:
        pump = self._pump
        return pump is not None and not pump.done() and pump.get_loop() is loop

    async def _deliver_queue(self) -> None:
        while self._queue and not self._faults.hold_events:
            if self._faults.shuffle_events:
                await asyncio.sleep(GATHERING)
                self._faults.chance.shuffle(self._queue)
            batch, self._queue = self._queue, []
            for notice in batch:
                if not await self._is_delivered(notice):
                    self._start_retry(self._retry(notice))

    def _start_retry(self, retry: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(retry)
        self._retries.add(task)
        task.add_done_callback(self._retries.discard)

    async def _retry(self, notice: dict[str, Any]) -> None:
        for delay in self._retry_delays:
            await asyncio.sleep(delay)
            if await self._is_delivered(notice):
                return
        _log.warning("event %s of %s was not taken", notice["event"], notice["object"]["id"])

    async def _is_delivered(self, notice: dict[str, Any]) -> bool:
        if self.url is None:
            return True
        try:
            async with httpx.AsyncClient(timeout=5.0, trust_env=False, verify=_tls()) as client:
                answer = await client.post(self.url, json=notice)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return answer.status_code == 200


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the system's authorities takes longer than a delivery."""
    return ssl.create_default_context()
