"""A town on the last day of July 2025, to be billed and told; and what the month leaves, whatever befell it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pytest

from lk import db
from tests.cycle.town import Town
from tests.database import Database
from tests.postgres import create_database, drop_database

LAST_DAY = "2025-07-31T12:00"
"""Bills, letters and the rest of both are owed."""

_NOT_COMPARED = frozenset({"id", "key", "source", "bill_id", "since", "credits_id", "public_id"})
"""Besides instants: what another run names or times otherwise."""
_TABLES = ("bills", "charges", "penalty_lines", "ledger_entries", "events", "messages", "put_asides")
_SLICE = 50_000

Print = dict[str, tuple[int, int]]
"""Rows, and the sum of their digests, by table."""


@dataclass(frozen=True)
class Street:
    """A town's database, kept as it is; each test works on a copy. `server`: "" on SQLite."""

    url: str
    server: str

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Database]:
        with self._opened(self._copy(folder)) as database:
            yield database

    def _copy(self, folder: Path) -> str:
        if self.server:
            return create_database(self.server, self.url)
        path = folder / "copy.sqlite3"
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    @contextmanager
    def _opened(self, url: str) -> Iterator[Database]:
        try:
            with Database(url).in_use() as database:
                yield database
        finally:
            if self.server:
                drop_database(url)


@contextmanager
def built(request: pytest.FixtureRequest, folder: Path, neighbours: int) -> Iterator[Street]:
    """On the engine that `request.param` names."""
    empty = empty_street(request)
    with empty.copied(folder) as database:
        settle(database, neighbours)
        yield Street(database.url, empty.server)


def empty_street(request: pytest.FixtureRequest) -> Street:
    """The schema alone, on the engine that `request.param` names."""
    if request.param == "sqlite":
        return Street(f"sqlite:///{request.getfixturevalue('sqlite_template')}", "")
    return Street(request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres_server"))


def settle(database: Database, neighbours: int) -> None:
    """Three households and so many more: nine of ten read, one of fifty in doubt, every other with a cabinet."""
    database.change("UPDATE settings SET value = '2025-07' WHERE name = 'first_period'")
    town = Town(database)
    town.move_in()
    if neighbours:
        town.neighbours(neighbours)
    database.change(*_read_and_let_in())


def _read_and_let_in() -> list[str]:
    return [
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, "
        "t2_kwh, problems) SELECT r.account_id, r.meter_id, 'regular', 202507, '2025-07-20', "
        "'2025-07-20 12:00:00+00:00', 'resident', CASE WHEN r.account_id % 50 = 2 THEN 'held' ELSE 'accepted' END, "
        "r.t1_kwh + 60 + r.account_id * 37 % 140, r.t2_kwh + 80, '[]' FROM readings r "
        "WHERE r.kind = 'initial' AND r.account_id % 10 <> 3",
        "INSERT INTO users (id, login, login_key, email, password_hash, created_at) "
        "SELECT id, 'u' || id, 'u' || id, 'u' || id || '@example.org', '-', '2025-07-02 12:00:00+00:00' "
        "FROM accounts WHERE id % 2 = 1",
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at) "
        "SELECT id, id, 'holder', FALSE, '2025-07-02 12:00:00+00:00' FROM users",
    ]


def what_is_left(database: Database) -> Print:
    """Every row that the month wrote, in no order, without ids and instants; and which steps are done, how far."""
    return database.run(what_is_there())


async def what_is_there() -> Print:
    found = {table: await _print_of(table) for table in _TABLES}
    steps = await db.read("SELECT period, step, status, done, put_aside FROM cycle_runs")
    return found | {"cycle_runs": (len(steps), sum(_digest(tuple(each.values())) for each in steps))}


async def _print_of(table: str) -> tuple[int, int]:
    columns = await _compared(table)
    (ends,) = await db.read(f"SELECT max(account_id) AS last FROM {table}")
    count = total = 0
    for first in range(0, (ends["last"] or 0) + 1, _SLICE):
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE account_id BETWEEN {{}} AND {{}}"
        for row in await db.read_rows(sql, first, first + _SLICE - 1):
            count, total = count + 1, total + _digest(tuple(row))
    return count, total % 2**64


async def _compared(table: str) -> list[str]:
    """Columns; a description is the same text on both engines."""
    rows = await db.read(f"SELECT * FROM {table} LIMIT 1")
    return [name for name in (rows[0] if rows else {"account_id": 0}) if not _is_passed_over(name)]


def _is_passed_over(name: str) -> bool:
    return name in _NOT_COMPARED or name.endswith("_at")


def _digest(row: tuple[object, ...]) -> int:
    return int.from_bytes(blake2b(repr([_plain(each) for each in row]).encode(), digest_size=8).digest())


def _plain(value: object) -> object:
    """A description without the ids in it."""
    if isinstance(value, str) and value.startswith("{"):
        return {name: each for name, each in json.loads(value).items() if name != "bill"}
    return value
