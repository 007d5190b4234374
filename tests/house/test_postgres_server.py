"""The tests' own PostgreSQL: private while it runs, gone however the run ends."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.postgres import create_database, drop_database

ROOT = Path(__file__).parents[2]
HOLD = """
import time
from tests.postgres import private_server

with private_server() as url:
    print(url, flush=True)
    time.sleep(60)
"""


async def _ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_a_database_made_from_a_template_holds_its_rows(postgres_server: str) -> None:
    template = create_database(postgres_server)
    asyncio.run(_ask(template, "CREATE TABLE meters AS SELECT 38214507 AS serial_number"))

    copy = create_database(postgres_server, template)

    assert asyncio.run(_ask(copy, "SELECT serial_number FROM meters")) == 38214507
    drop_database(copy)
    drop_database(template)


def test_a_dropped_database_is_gone_even_while_someone_is_connected(postgres_server: str) -> None:
    url = create_database(postgres_server)

    async def drop_under_a_connection() -> None:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            await asyncio.to_thread(drop_database, url)
        finally:
            connection.terminate()

    asyncio.run(drop_under_a_connection())

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        asyncio.run(_ask(url, "SELECT 1"))


def test_the_server_keeps_what_is_committed_and_asks_for_a_password(postgres_server: str) -> None:
    assert asyncio.run(_ask(postgres_server, "SHOW fsync")) == "on"
    assert asyncio.run(_ask(postgres_server, "SHOW listen_addresses")) == "127.0.0.1"

    stranger = urlsplit(postgres_server)
    stranger_url = stranger._replace(netloc=f"lk:guess@{stranger.hostname}:{stranger.port}").geturl()
    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(_ask(stranger_url, "SELECT 1"))


def test_a_killed_run_leaves_no_server_behind() -> None:
    run = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    port = urlsplit(run.stdout.readline().strip()).port
    assert port is not None
    assert _answers(port)

    run.kill()
    run.wait()
    run.stdout.close()

    deadline = time.monotonic() + 20
    while _answers(port):
        assert time.monotonic() < deadline, "the server outlived the run by 20 s"
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
