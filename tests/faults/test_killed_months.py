"""The month's bills and letters while its process is killed again and again, or while two processes do it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from lk.cycle.actions import run_due
from lk.cycle.verify import verify
from tests.database import Database
from tests.faults.conftest import counted
from tests.faults.months import LAST_DAY, Print, Street, built, what_is_left

NEIGHBOURS = int(os.environ.get("FAULTS_ACCOUNTS", counted(20_000, 300)))
KILLS = int(os.environ.get("FAULTS_KILLS", counted(300, 4)))
CHUNK = NEIGHBOURS // 30
LONGEST_SHARE = 0.2
"""A process lives for so much of what the whole month takes, at most: some get nothing done, some a good part."""


@dataclass(frozen=True)
class Undisturbed:
    """A month that nobody kills: what it leaves, and how long it takes."""

    left: Print
    seconds: float


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with built(request, tmp_path_factory.mktemp("street"), NEIGHBOURS) as street:
        yield street


@pytest.fixture(scope="module")
def undisturbed(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with street.copied(tmp_path_factory.mktemp("undisturbed")) as database:
        begun = monotonic()
        database.run(run_due(), LAST_DAY)
        seconds = monotonic() - begun
        assert _breaches(database) == {}
        found = what_is_left(database)
    assert found["bills"][0] == NEIGHBOURS + 3
    assert found["messages"][0] >= NEIGHBOURS // 2
    return Undisturbed(found, seconds)


def _breaches(database: Database) -> dict[str, object]:
    return {each.id: each.breaches for each in database.run(verify(full=True), LAST_DAY) if each.breaches}


def _month(database: Database, kills: int, longest: float = 0.0, seed: int = 0, *guards: str) -> int:
    """How many processes were killed before it was over."""
    words = (LAST_DAY, CHUNK, kills, f"{longest * 1000:.0f}", seed, *guards)
    env = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.mortal_month", *map(str, words)],
        env={**env, "LK_DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def test_killed_again_and_again_the_month_ends_as_if_nobody_had_been(
    street: Street, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    killed = 0
    for seed in count():
        with street.copied(tmp_path) as database:
            killed += _month(database, KILLS - killed, undisturbed.seconds * LONGEST_SHARE, seed)
            assert what_is_left(database) == undisturbed.left
            assert _breaches(database) == {}
        if killed == KILLS:
            return


@pytest.mark.parametrize("street", ["sqlite"], indirect=True)
def test_what_is_stored_in_pieces_stays_in_pieces_after_a_kill(
    street: Street, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """The control: each statement commits by itself."""
    with street.copied(tmp_path) as database:
        assert _month(database, 4, 0.0, 0, "in-pieces") == 4
        assert what_is_left(database) != undisturbed.left
        assert _breaches(database)


@pytest.mark.parametrize("street", counted(["sqlite", "postgres"], ["postgres"]), indirect=True)
def test_two_processes_at_once_leave_what_one_leaves(street: Street, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """Bills, delivery and the rest of both."""
    with street.copied(tmp_path) as database:
        both = [database.start("cycle", "run", "--at", LAST_DAY) for _ in range(2)]
        for process in both:
            _, complaints = process.communicate(timeout=600)
            assert process.returncode == 0, complaints
        assert what_is_left(database) == undisturbed.left
        assert _breaches(database) == {}
