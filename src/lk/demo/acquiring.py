"""The simulated town's acquirer: the sandbox in this very process, its hosted pages, its notices and its own book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx

from lk import clock
from lk.acquirer.gateway import use_sandbox
from lk.config import settings
from lk.demo.wire import Wire, story_name
from lk.sandbox import Sandbox
from lk.sandbox.events import Events
from lk.sandbox.faults import Faults
from lk.sandbox.store import Move, Store
from lk.sandbox.till import Till

ORIGIN = "http://acquirer"
PASSES = "passes"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the acquirer would tell. `name` is the same each time that the story is told, the object's id is not."""

    event: str
    object_id: str
    name: str


class Outbox(Events):
    """Notices wait here until the town lets them arrive."""

    def __init__(self) -> None:
        super().__init__(None, Faults())
        self.waiting: list[Notice] = []

    def stage(self, event: str, body: dict[str, Any]) -> None:
        intent = (body.get("metadata") or {}).get("intent_id", "")
        self._staged.append({"event": event, "object_id": body["id"], "name": story_name(intent)})

    def send_staged(self) -> None:
        self.waiting += [Notice(**each) for each in self._staged]
        self._staged.clear()


class Acquirer:
    """It knows nothing of lk, and forgets nothing when lk is broken off."""

    def __init__(self, seed: int) -> None:
        self.outbox, self.faults = Outbox(), Faults()
        self.till = Till(
            store=Store(None),
            events=self.outbox,
            faults=self.faults,
            now=clock.now,
            shop_id=settings().acquirer_shop_id,
            secret=settings().acquirer_secret,
            base_path="",
            public_url=None,
        )
        self._inside = httpx.ASGITransport(cast("Any", Sandbox(self.till)))
        self.wire = Wire(self._inside, seed)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Every call of this process to its acquirer comes here."""
        use_sandbox(f"{ORIGIN}/v3", self.wire)
        try:
            yield
        finally:
            use_sandbox(None)

    async def choose_card(self, page_url: str, card: str) -> None:
        """On the hosted page, where the payer's browser is; the bank is answered where it asks."""
        async with self._at(page_url) as browser:
            await browser.post(page_url, data={"card": card})
            await browser.post(f"{page_url}/bank", data={"answer": "confirm"})

    async def pay_by_sbp(self, page_url: str) -> None:
        async with self._at(page_url) as browser:
            await browser.post(f"{page_url}/bank", data={"answer": "confirm"})

    def _at(self, page_url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._inside, base_url=page_url, trust_env=False)

    def let_charges_end(self, method_id: str, outcome: str) -> None:
        """From now on charges of this linked card `succeeds`, or are canceled with that reason."""
        self.till.store.set_outcome(method_id, outcome)

    def moves(self) -> list[Move]:
        """Every capture and refund there ever was, in order."""
        return self.till.store.moves()

    def made_us(self, payment_ids: set[str]) -> dict[str, int]:
        """When payments were made there, in microseconds since 1970."""
        found = {each: self.till.store.find("payment", each) for each in payment_ids}
        return {payment_id: record.created_us for payment_id, record in found.items() if record}
