"""A house with everything that a form can be about, in this process; what a request changed is forgotten after it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import pytest

from lk import clock, db
from lk.acquirer.gateway import use_sandbox
from lk.app import create_app
from lk.config import settings
from lk.cycle.running import run_all
from lk.operations.imports import import_text
from tests.database import Database, moscow
from tests.household import (
    ACCOUNTS,
    METERS,
    MOMENT,
    NORMS,
    TARIFFS,
)
from tests.served import Visitor

T = TypeVar("T")
URL = "http://localhost:9"
"""Nobody listens there: what the house asks of its acquirer stays in the process."""

MORE_ACCOUNTS = "".join(f'10000-002-0{at},Сосед,"Дом {at}",moscow,gas,3,7,yes,2020-02-01,\n' for at in (1, 2, 3))
MORE_METERS = "".join(f"10000-002-0{at},4040400{at},1,5,1,2025-06-01,2035-06-01,,700,,,,,\n" for at in (1, 2, 3))


class House:
    """As `tests.served.Served` to whoever furnishes it."""

    def __init__(self, database: Database) -> None:
        self.now = moscow(MOMENT)
        self.engine = database.engine
        self.is_sqlite = isinstance(database.engine, db.SqliteEngine)
        self.runner = asyncio.Runner()
        self.url = URL
        self.app = create_app(ticks=False)
        use_sandbox(f"{URL}/sandbox/v3", httpx.ASGITransport(app=self.app))  # type: ignore[arg-type]
        self.transport = _Inside(self)

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        with clock.fixed_at(self.now):
            return self.runner.run(question)

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return self.ask(db.read(sql, *args))

    def change(self, sql: str, *args: object) -> None:
        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        self.ask(changed())

    def move_to(self, moment: str) -> None:
        self.now = moscow(moment)

    def run_month(self) -> None:
        self.ask(run_all(lambda _: None))

    def visitor(self) -> Visitor:
        visitor = Visitor(URL)
        visitor.http.close()
        visitor.http = httpx.Client(base_url=URL, follow_redirects=True, transport=self.transport)
        return visitor

    def move_in(self) -> None:
        accounts, meters = ACCOUNTS + MORE_ACCOUNTS, METERS + MORE_METERS
        for kind, text in (("tariffs", TARIFFS), ("norms", NORMS), ("accounts", accounts), ("meters", meters)):
            self.ask(import_text(kind, text))

    async def forget(self, request: Coroutine[Any, Any, T]) -> T:
        """Nothing that the request stores is kept."""
        async with db.write() as unit:
            try:
                return await request
            finally:
                await unit.rollback()


class _Inside(httpx.BaseTransport):
    """Requests of a client that waits, answered by the house's app."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.wire = httpx.ASGITransport(app=house.app)  # type: ignore[arg-type]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            moved = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            answer = await self.wire.handle_async_request(moved)
            assert isinstance(answer.stream, httpx.AsyncByteStream)
            content = b"".join([part async for part in answer.stream])
            return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content))

        return self.house.ask(asked())


@contextmanager
def open_house(database: Database) -> Iterator[House]:
    """In the migrated database, which is in use."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LK_PUBLIC_URL", URL)
        patched.setenv("LK_DATABASE_URL", database.url)
        settings.cache_clear()
        house = House(database)
        try:
            house.change("UPDATE settings SET value = '2025-07' WHERE name = 'first_period'")
            house.move_in()
            yield house
        finally:
            house.runner.run(db.close())
            house.runner.close()
            use_sandbox(None)
    settings.cache_clear()
