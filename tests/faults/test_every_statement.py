"""A process that dies at any statement of the month, on three accounts; the next one ends it right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lk import clock
from lk.cycle.actions import run_due
from lk.cycle.verify import verify
from lk.db.sqlite_transaction import SqliteTransaction
from lk.demo.breaking import outlive_claims
from tests.database import Database, moscow
from tests.faults.breaking import commits_seen, die_at, steps_of
from tests.faults.conftest import IS_FULL, counted
from tests.faults.months import LAST_DAY, Print, Street, built, what_is_left, what_is_there

BEFORE = "2025-07-25T12:00"
AT = counted(LAST_DAY, "2025-07-29T12:00")
"""The last day's own steps are the same statements once more."""
A_FEW = 5
"""Moments on PostgreSQL in small counts: statements are the same there, only commits and locks are not."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Read, waiting for a person, not read; the month came to its 25th."""
    folder = tmp_path_factory.mktemp("street")
    with built(request, folder, 0) as street, commits_seen():
        with Database(street.url).in_use() as database:
            database.run(run_due(), BEFORE)
            database.change("UPDATE messages SET status = 'sent', sent_at = next_at")
        yield street


@dataclass(frozen=True)
class Undisturbed:
    """A month that comes to its end: the moments at which it could have died, and what it leaves."""

    moments: list[str]
    left: Print


@pytest.fixture(scope="module")
def undisturbed(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with street.copied(tmp_path_factory.mktemp("undisturbed")) as database:
        with clock.fixed_at(moscow(AT)):
            moments = steps_of(run_due())
        assert _breaches(database) == {}
        found = Undisturbed(moments, what_is_left(database))
    assert found.left["bills"][0] == counted(3, 2)
    assert found.left["messages"][0] == 3
    return found


def _breaches(database: Database) -> dict[str, object]:
    return {each.id: each.breaches for each in database.run(verify(full=True), AT) if each.breaches}


def _die_and_begin_again(database: Database, moment: int) -> tuple[bool, Print]:
    """Whether it died, and what is left when another process has done the rest."""

    async def done() -> tuple[bool, Print]:
        died = await die_at(moment, run_due())
        await outlive_claims()
        await run_due()
        return died, await what_is_there()

    return database.run(done(), AT)


def test_a_month_that_dies_at_any_statement_is_ended_by_the_next_process(
    street: Street, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    every = 1 if IS_FULL or not street.server else len(undisturbed.moments) // A_FEW
    for moment in range(1, len(undisturbed.moments) + 1, every):
        with street.copied(tmp_path) as database:
            died, left = _die_and_begin_again(database, moment)
            assert died
            assert left == undisturbed.left, (moment, undisturbed.moments[moment - 1])
            if IS_FULL:
                assert _breaches(database) == {}
    with street.copied(tmp_path) as database:
        assert _die_and_begin_again(database, len(undisturbed.moments) + 1) == (False, undisturbed.left)


@pytest.mark.parametrize("street", ["sqlite"], indirect=True)
def test_a_month_stored_in_pieces_is_not_ended_right(
    street: Street, undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: bills commit before the lines and entries that belong to them."""
    real = SqliteTransaction.execute_many

    async def in_pieces(self: SqliteTransaction, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        done = await real(self, sql, rows)
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN IMMEDIATE")
        return done

    monkeypatch.setattr(SqliteTransaction, "execute_many", in_pieces)
    (lines,) = [at for at, each in enumerate(undisturbed.moments, 1) if each.startswith("INSERT INTO charges")][:1]
    with street.copied(tmp_path) as database:
        assert _die_and_begin_again(database, lines)[1] != undisturbed.left
        assert _breaches(database)
