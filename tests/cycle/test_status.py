"""`lk cycle status` and what `lk cycle run` shows on the way."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from lk.cycle.reporting import LastLine
from lk.cycle.rules import Step
from tests.cycle.town import Town
from tests.database import Database


@pytest.fixture
def sqlite_town(sqlite_database: Database) -> Town:
    town = Town(sqlite_database)
    town.move_in()
    return town


def test_the_command_lists_every_step_of_the_month(sqlite_town: Town) -> None:
    sqlite_town.run_due("2025-07-26T00:05")
    shown = sqlite_town.database.lk("cycle", "status", "--period", "2025-07")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0].split() == ["период", "шаг", "с", "состояние", "сделано", "отложено", "время"]
    assert len(lines) == 1 + len(Step)
    told = json.loads(sqlite_town.database.lk("cycle", "status", "--period", "2025-07", "--json").stdout)
    bill = next(each for each in told if each["step"] == "bill")
    assert (bill["state"], bill["done"], bill["expected"], bill["put_aside"]) == ("done", 3, 3, 0)
    assert {each["period"] for each in told} == {"2025-07"}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_run_tells_a_terminal_how_far_it_is(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lk.cycle.reporting.EVERY_SECONDS", 0.01)
    sqlite_town.run_due("2025-07-26T00:05")
    sqlite_town.database.change(
        "UPDATE cycle_runs SET status = 'running', through_id = 1, last_id = 2, "
        "claim_ends_at = '2099-01-01 00:00:00+00:00' WHERE step = 'bill'"
    )
    terminal, pipe = _Terminal(), io.StringIO()
    for out in (terminal, pipe):
        assert sqlite_town.database.run(LastLine(out).during(asyncio.sleep(0.1, "done"))) == "done"
    assert "2025-07 расчёт счетов  [##########..........] 50 %  3" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert pipe.getvalue() == ""
