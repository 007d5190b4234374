"""A shop beside a running sandbox: a server on a free loopback port, requests in the API's form, a payer's clicks."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import uvicorn

from lk.sandbox import Sandbox
from tests.loopback import client

RETURN_URL = "http://localhost:8000/accounts/7/payments"
_keys = count(1)

Json = dict[str, Any]


@dataclass
class Clock:
    at: datetime = datetime(2026, 9, 5, 7, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Shop:
    """`origin` is where the sandbox listens."""

    origin: str
    clock: Clock
    sandbox: Sandbox
    stage: Stage
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = client(base_url=self.origin, auth=("demo-shop", "demo-secret"))

    def post(self, path: str, body: object, key: str | None = None) -> httpx.Response:
        return self.http.post(f"/v3{path}", json=body, headers={"Idempotence-Key": key or f"key-{next(_keys)}"})

    def get(self, path: str, **query: Any) -> Json:
        answer = self.http.get(f"/v3{path}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def create(self, path: str, body: object, key: str | None = None) -> Json:
        answer = self.post(path, body, key)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def payment(self, object_id: str) -> Json:
        return self.get(f"/payments/{object_id}")

    def faults(self, **wanted: object) -> None:
        answer = self.http.post("/faults", json=wanted)
        assert answer.status_code == 200, answer.text

    def log(self) -> list[tuple[str, str, int]]:
        """Kind, payment and kopecks of every move of money, in order."""
        items = self.http.get("/log").json()["items"]
        return [(item["kind"], item["payment_id"], item["amount_kopecks"]) for item in items]

    def drain_events(self) -> None:
        self.stage.run(self.sandbox.drain_events())

    def paid(self, amount: str = "2088.60", **more: object) -> Json:
        """A payment that went through."""
        created = self.create("/payments", payment_body(amount, **more))
        choose(created, "passes")
        return self.payment(created["id"])

    def linked(self, card: str = "passes") -> str:
        """The id of a card linked without paying."""
        method = self.create("/payment_methods", LINK)
        choose(method, card)
        return str(method["id"])

    def charge(self, method_id: str, key: str | None = None) -> Json:
        return self.create("/payments", saved_card_body(method_id), key)


LINK = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": RETURN_URL}}


def payment_body(amount: str = "2088.60", **more: object) -> Json:
    money = {"value": amount, "currency": "RUB"}
    item = {"description": "Электроэнергия, 09.2026", "quantity": "1", "amount": money, "vat_code": 11}
    return {
        "amount": money,
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": RETURN_URL},
        "description": "Электроэнергия, 09.2026",
        "metadata": {"intent_id": "intent-1"},
        "payment_order": payment_order(money),
        "receipt": {
            "customer": {"email": "resident@mail.example"},
            "items": [item | {"payment_subject": "service", "payment_mode": "full_payment"}],
        },
        **more,
    }


def saved_card_body(method_id: str, amount: str = "2088.60") -> Json:
    body = payment_body(amount, payment_method_id=method_id)
    del body["confirmation"]
    return body


def sbp_body(amount: str = "2088.60", **more: object) -> Json:
    return payment_body(amount, payment_method_data={"type": "sbp"}, **more)


def refund_body(payment_id: str, amount: str, **more: object) -> Json:
    return {"payment_id": payment_id, "amount": {"value": amount, "currency": "RUB"}, **more}


def payment_order(money: Json) -> Json:
    bank = {
        "name": "ПАО Сбербанк",
        "bic": "044525225",
        "account": "40702810138250123017",
        "correspondent_account": "30101810400000000225",
    }
    return {
        "type": "utilities",
        "amount": money,
        "payment_purpose": "Оплата электроэнергии, л/с 10000-001-01, 09.2026",
        "recipient": {"name": "АО «Энергосбыт-Демо»", "inn": "9900000000", "kpp": "990001001", "bank": bank},
        "payment_period": {"month": 9, "year": 2026},
        "account_number": "1000000101",
    }


def page_of(created: Json) -> str:
    return str(created["confirmation"]["confirmation_url"])


def choose(created: Json, card: str) -> httpx.Response:
    """The payer chooses a card on the hosted page; needs no credentials of the shop."""
    with client() as payer:
        return payer.post(page_of(created), data={"card": card})


def answer_bank(created: Json, answer: str) -> httpx.Response:
    """The payer's bank asks, for a card that has it asked and in the system of fast payments: confirm or refuse."""
    with client() as payer:
        return payer.post(f"{page_of(created)}/bank", data={"answer": answer})


class Stage:
    """One server for all tests, on which each test has a sandbox of its own."""

    def __init__(self) -> None:
        self.origin = ""
        self._app: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        self._loop = asyncio.get_running_loop()
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    @contextmanager
    def showing(self, sandbox: Sandbox) -> Iterator[None]:
        self._app = sandbox
        yield
        self.run(sandbox.stop())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs to its end on the server's loop."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The app on a free loopback port, stopped at the end; gives its origin."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, ws="none", log_level="critical", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            assert not thread.is_alive()


def wait_until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
