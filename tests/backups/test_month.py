"""A copy taken in the middle of a bill run, put back: the month goes on from there and ends as it should."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from lk.cycle.actions import run_due
from lk.cycle.queries import CHUNK
from tests.cycle.conftest import town
from tests.cycle.town import Town
from tests.database import Database
from tests.postgres import create_database, drop_database

__all__ = ["town"]

AT = "2025-07-26T00:00"


@pytest.fixture
def elsewhere(town: Town, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Database]:
    """An empty place for a database of the same engine."""

    def empty() -> Database:
        if town.database.url.startswith("sqlite"):
            return Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}")
        url = create_database(request.getfixturevalue("postgres_server"))
        request.addfinalizer(lambda: drop_database(url))
        return Database(url)

    return empty


def _count(database: Database, sql: str) -> int:
    return int(database.rows(f"SELECT count(*) AS n FROM {sql}")[0]["n"])


def test_a_copy_of_a_month_half_billed_is_billed_to_its_end(
    town: Town, elsewhere: Callable[[], Database], tmp_path: Path
) -> None:
    town.neighbours(CHUNK)
    running = town.frozen_midway(AT)
    copying = town.database.start("backup", str(tmp_path / "copy.lk"))
    _wait_for((tmp_path / "copy.lk").exists, copying)
    running.send_signal(signal.SIGCONT)
    for process in (copying, running):
        _, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints

    other, accounts = elsewhere(), _count(town.database, "accounts")
    back = other.lk("restore", str(tmp_path / "copy.lk"))
    assert back.returncode == 0, back.stderr
    with other.in_use():
        assert 0 < _count(other, "bills") < accounts, "the copy was not taken in the middle"
        other.change("UPDATE cycle_runs SET claim_ends_at = '2025-01-01 00:00:00+00:00' WHERE status = 'running'")
        other.run(run_due(), AT)
        assert _count(other, "bills WHERE status <> 'reversed'") == accounts
        verified = other.lk("verify", "--full")
        assert verified.returncode == 0, verified.stdout


def _wait_for(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = monotonic() + 60
    while not is_so():
        assert process.poll() in (None, 0), process.communicate()
        assert monotonic() < deadline
        sleep(0.002)
