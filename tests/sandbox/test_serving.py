"""The sandbox in its two places: mounted in another application, and as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import Any, cast

import httpx
from litestar import Litestar, asgi, get

from lk.sandbox import Sandbox, create_sandbox
from tests.loopback import client
from tests.sandbox.shop import Clock, Json, Shop, choose, page_of, payment_body, served, wait_until

AUTH = ("demo-shop", "demo-secret")


def test_mounted_it_serves_api_and_pages_under_its_path() -> None:
    sandbox = create_sandbox(base_path="/sandbox")

    @asgi("/sandbox", is_mount=True, copy_scope=True)
    async def mount(scope: Any, receive: Any, send: Any) -> None:
        await sandbox(scope, receive, send)

    @get("/")
    async def home() -> str:
        return "home"

    app = Litestar([mount, home], on_shutdown=[sandbox.stop], openapi_config=None, logging_config=None)
    with served(app) as origin, client(base_url=f"{origin}/sandbox", auth=AUTH) as shop:
        created = shop.post("/v3/payments", json=payment_body(), headers={"Idempotence-Key": "1"}).json()
        assert page_of(created).startswith(f"{origin}/sandbox/checkout/")
        page = shop.get(page_of(created)).text
        assert 'action="/sandbox/checkout/' in page
        assert 'href="/sandbox/static/sandbox.css"' in page
        assert shop.get("/static/sandbox.css").status_code == 200
        assert choose(created, "bank_check").headers["location"].startswith("/sandbox/checkout/")
        assert choose(created, "passes").status_code == 303
        assert shop.get(f"/v3/payments/{created['id']}").json()["status"] == "succeeded"
        assert shop.get("/v3/elsewhere").json()["code"] == "not_found"
        assert shop.get(f"{origin}/").text == "home"


def test_pages_may_be_reached_by_another_name_than_the_api() -> None:
    with (
        served(create_sandbox(public_url="https://pay.example/sandbox/")) as origin,
        client(base_url=origin, auth=AUTH) as shop,
    ):
        created = shop.post("/v3/payments", json=payment_body(), headers={"Idempotence-Key": "1"}).json()
        assert page_of(created).startswith("https://pay.example/sandbox/checkout/")


def test_as_a_process_it_serves_until_interrupted() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"from lk.sandbox import run_sandbox; run_sandbox(port={port})"
    process = subprocess.Popen([sys.executable, "-W", "error", "-c", command], env={"PATH": os.environ["PATH"]})
    try:
        wait_until(lambda: answers(port), seconds=20)
        with client(auth=AUTH) as shop:
            assert shop.get(f"http://127.0.0.1:{port}/v3/payments").json() == {"type": "list", "items": []}
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=10)
    assert code in (0, 130, -signal.SIGINT)


def answers(port: int) -> bool:
    try:
        with client() as shop:
            return shop.get(f"http://127.0.0.1:{port}/static/icon.svg").status_code == 200
    except httpx.ConnectError:
        return False


def test_it_imports_nothing_of_lk_outside_itself() -> None:
    command = (
        "import sys, lk.sandbox; "
        "print([name for name in sys.modules if name.startswith('lk.') and not name.startswith('lk.sandbox')])"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_moved_clock_is_caught_up_with_at_the_next_request(shop: Shop) -> None:
    shop.create("/payments", payment_body())
    shop.clock.move(hours=2)
    assert [item["status"] for item in shop.get("/payments")["items"]] == ["canceled"]


def test_a_program_may_use_it_in_process_and_in_several_loops() -> None:
    clock = Clock()
    sandbox = create_sandbox(now=clock.now, events_url="http://127.0.0.1:9/nobody")
    created = asyncio.run(create_in_process(sandbox))
    clock.move(hours=1)
    sandbox.catch_up()
    shown = asyncio.run(show_in_process(sandbox, created["id"]))
    assert shown["cancellation_details"]["reason"] == "expired_on_confirmation"


async def create_in_process(sandbox: Sandbox) -> Json:
    async with in_process(sandbox) as shop:
        answer = await shop.post("/v3/payments", json=payment_body(), headers={"Idempotence-Key": "1"})
    return dict(answer.json())


async def show_in_process(sandbox: Sandbox, payment_id: str) -> Json:
    async with in_process(sandbox) as shop:
        answer = await shop.get(f"/v3/payments/{payment_id}")
    await sandbox.stop()
    return dict(answer.json())


def in_process(sandbox: Sandbox) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(cast("Any", sandbox))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", auth=AUTH)
