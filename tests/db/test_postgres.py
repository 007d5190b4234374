"""What only PostgreSQL can do to us."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

import pytest

from lk import db
from lk.db.postgres import connection_config
from tests.db.notes import add, rows_from_outside, stored


def test_a_commit_the_server_answers_with_rollback_is_an_error(postgres: db.PostgresEngine) -> None:
    async def story() -> None:
        await add("twice")
        with pytest.raises(db.TransactionLost):
            async with db.write():
                await add("lost")
                with pytest.raises(db.CONSTRAINT_ERRORS):
                    await add("twice")
        await add("next")

    db.run(story())
    assert stored(postgres) == {"next": 0, "twice": 0}


def test_a_connection_cut_inside_a_transaction_costs_only_that_transaction(postgres: db.PostgresEngine) -> None:
    async def story() -> None:
        for _ in range(postgres.pool_size + 1):
            with pytest.raises(db.DatabaseError):
                async with db.write():
                    await add("cut")
                    # This one by its id: the pool may have opened others meanwhile, and they are to live.
                    [[own]] = (await postgres.fetch("SELECT pg_backend_pid()"))[1]
                    await rows_from_outside(postgres, f"SELECT pg_terminate_backend({own})")
                    await add("after")
        await add("next")

    db.run(story())
    assert stored(postgres) == {"next": 0}


def test_a_process_frozen_in_a_transaction_loses_its_locks_and_what_it_had_written(
    postgres: db.PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lk.db.postgres.SILENT_SECONDS", 0.2)
    frozen = db.PostgresEngine(postgres.url)

    async def woken() -> None:
        with pytest.raises(db.DatabaseError):
            async with frozen.transaction(locks=["ledger"]) as unit:
                await unit.run("INSERT INTO note (key) VALUES ('late')")
                await asyncio.sleep(0.4)
                async with db.write("ledger"):
                    await add("in time")
                await unit.run("SELECT 1")
        await frozen.close()

    db.run(woken())
    assert stored(postgres) == {"in time": 0}


def test_who_reads_a_long_result_may_take_their_time(
    postgres: db.PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lk.db.postgres.SILENT_SECONDS", 0.2)
    reader = db.PostgresEngine(postgres.url)

    async def slow() -> int:
        seen = 0
        async for _, found in reader.stream("SELECT generate_series(1, 3) AS n", size=1):
            seen += len(found)
            await asyncio.sleep(0.3)
        await reader.close()
        return seen

    assert db.run(slow()) == 3


def test_the_same_lock_is_waited_for_until_patience_ends(postgres: db.PostgresEngine) -> None:
    other = db.PostgresEngine(postgres.url, patience=0.2)

    async def story() -> None:
        async with db.write("account 7"):
            async with other.transaction(locks=["account 8"]):
                pass
            with pytest.raises(db.DatabaseBusy):
                async with other.transaction(locks=["account 7"]):
                    pass
        async with other.transaction(locks=["account 7"]):
            pass
        await other.close()

    db.run(story())


def test_locks_named_in_any_order_never_deadlock(postgres: db.PostgresEngine) -> None:
    async def take(*locks: str) -> None:
        for _ in range(20):
            async with db.write(*locks):
                pass

    async def story() -> None:
        await asyncio.gather(take("a", "b"), take("b", "a"), take("b", "a", "b"))

    db.run(story())


def test_a_pool_with_all_connections_lent_is_busy(postgres: db.PostgresEngine) -> None:
    small = db.PostgresEngine(postgres.url, patience=0.2, pool_size=1)

    async def story() -> None:
        async with small.connection():
            with pytest.raises(db.DatabaseBusy):
                await small.fetch("SELECT 1")
        assert (await small.fetch("SELECT 1 AS one"))[0] == ["one"]
        await small.close()

    asyncio.run(story())


def test_a_server_out_of_reach_is_said_to_be_unavailable(postgres: db.PostgresEngine) -> None:
    parts = urlsplit(postgres.url)
    no_password = parts._replace(netloc=f"lk:wrong@127.0.0.1:{parts.port}").geturl()
    no_database = parts._replace(path="/nowhere").geturl()
    for url in ("postgresql://lk@127.0.0.1:1/lk", no_password, no_database):
        with pytest.raises(db.DatabaseUnavailable, match="проверьте сервер PostgreSQL и LK_DATABASE_URL"):
            asyncio.run(db.PostgresEngine(url).fetch("SELECT 1"))


@pytest.mark.parametrize(
    ("url", "is_verified"),
    [
        ("postgresql://lk@127.0.0.1:5432/lk", False),
        ("postgresql:///lk?host=/run/postgresql", False),
        ("postgresql://lk@db.example.org/lk?sslmode=verify-full", False),
        ("postgresql://lk@db.example.org/lk", True),
    ],
)
def test_a_server_elsewhere_is_verified_unless_the_url_says_how(url: str, is_verified: bool) -> None:
    given = connection_config(url).get("ssl")
    assert isinstance(given, ssl.SSLContext) is is_verified
    if isinstance(given, ssl.SSLContext):
        assert (given.verify_mode, given.check_hostname) == (ssl.CERT_REQUIRED, True)
