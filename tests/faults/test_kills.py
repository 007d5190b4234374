"""The process that charges is killed, at its worst moments and at random ones; another one takes over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lk import clock, db
from lk.autopay.charging import charge_due
from tests.faults.conftest import Place, counted
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.payments.cast import Acquirer

POINTS = ["before_the_commit", "before_the_call", "during_the_call", "after_the_answer", "after_the_settling"]
ACCOUNTS = 12


def environment(place: Place, acquirer: Acquirer, folder: Path) -> dict[str, str]:
    """Of a process that charges, on the morning of the charges."""
    now = folder / "now"
    now.write_text(MORNING.isoformat(), encoding="ascii")
    env = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    return env | {"LK_DATABASE_URL": place.url, "LK_ACQUIRER_URL": f"{acquirer.origin}/v3", "LK_NOW_FILE": str(now)}


def charge_and_die(place: Place, acquirer: Acquirer, folder: Path, *words: str) -> int:
    env = environment(place, acquirer, folder)
    words = (sys.executable, "-m", "tests.faults.charging_process", *words)
    with clock.fixed_at(MORNING):
        return subprocess.run(words, env=env, timeout=60, check=False, capture_output=True).returncode


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_bad_moment_nobody_is_charged_twice_and_all_are_charged(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Town], tmp_path: Path, point: str
) -> None:
    town = town_of(ACCOUNTS)
    for _ in range(counted(20, 2)):
        assert charge_and_die(place, acquirer, tmp_path, point) in (-9, 0)
    db.run(live_on(MORNING + timedelta(minutes=1)))
    db.run(check_books(town))
    assert db.run(paid(town)) == ACCOUNTS


def test_killed_at_any_moment_nobody_is_charged_twice_and_all_are_charged(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Town], tmp_path: Path
) -> None:
    town, chance = town_of(counted(300, 40)), Random(7)
    for _ in range(counted(100, 4)):
        charge_and_die(place, acquirer, tmp_path, "after", str(chance.randint(1, 400)))
    db.run(live_on(MORNING + timedelta(minutes=1)))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_request_that_comes_between_two_moments_is_one_of_the_same_morning(
    acquirer: Acquirer, town_of: Callable[[int], Town]
) -> None:
    """Of the fixture: a killed process's request may come late; sent again under its key it is no second payment."""
    town_of(1)
    with clock.fixed_at(MORNING):
        db.run(charge_due())
    (charged,) = db.run(db.read("SELECT body FROM payments"))

    def sent() -> str:
        answer = acquirer.http.post(
            f"{acquirer.origin}/v3/payments",
            content=charged["body"],
            headers={"Idempotence-Key": "late", "content-type": "application/json"},
            auth=("demo-shop", "demo-secret"),
        )
        return str(answer.json()["id"])

    late = sent()
    with clock.fixed_at(MORNING + timedelta(minutes=1)):
        assert sent() == late
