"""lk was down over a day on which the month had something to do: on return all of it is done, once and in order."""

from __future__ import annotations

import json

import pytest

from lk.cycle.outages import beat, note_outage
from lk.cycle.owed import late_steps
from lk.cycle.rules import Owed, Step
from lk.period import Period
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database

JULY, AUGUST = Period(2025, 7), Period(2025, 8)
EMAIL = "ivanova@example.org"
ALL = list(Step)


@pytest.fixture
def town(database: Database) -> Town:
    return _town(database)


@pytest.fixture
def small_town(sqlite_database: Database) -> Town:
    return _town(sqlite_database)


def _town(database: Database) -> Town:
    database.change("UPDATE settings SET value = '2025-07' WHERE name = 'first_period'")
    town = Town(database)
    town.move_in()
    town.opens_cabinet(IVANOVA, EMAIL)
    return town


def lives_until(town: Town, *moments: str) -> None:
    """The last of them is the last beat."""
    for at in moments:
        town.run_due(at)
    town.database.run(beat(), moments[-1])


def comes_back(town: Town, at: str) -> list[Owed]:
    """What the first tick does; the second has nothing to do."""
    town.database.run(note_outage(), at)
    done = town.run_due(at)
    assert town.run_due(at) == []
    assert town.database.run(late_steps(), at) == []
    rows = town.database.rows("SELECT period, step, fence, status FROM cycle_runs ORDER BY id")
    assert {(each["fence"], each["status"]) for each in rows} == {(1, "done")}
    assert len({(each["period"], each["step"]) for each in rows}) == len(rows)
    return done


def steps(done: list[Owed], period: Period) -> list[Step]:
    return [each.step for each in done if each.period == period]


def kinds(town: Town) -> list[str]:
    return [each["kind"] for each in town.database.rows("SELECT kind FROM messages ORDER BY id")]


def due_days(town: Town, number: str) -> list[str]:
    return [str(bill["due_on"]) for bill in town.bills(number)]


def extended(town: Town) -> list[tuple[int, str, int]]:
    rows = town.database.rows("SELECT period, kind, days FROM extensions ORDER BY period, kind")
    return [(each["period"], each["kind"], each["days"]) for each in rows]


def is_sound(town: Town) -> bool:
    return not {"I1", "I2", "I3"} & town.verified().keys()


def test_down_over_the_first_the_bills_are_delivered_on_return_with_ten_days_to_pay(small_town: Town) -> None:
    lives_until(small_town, "2025-07-15T09:00", "2025-07-22T09:00", "2025-07-25T09:00", "2025-07-27T12:00")

    done = comes_back(small_town, "2025-08-02T10:00")

    assert steps(done, JULY) == [Step.DELIVER, Step.BILL_REST, Step.DELIVER_REST]
    assert due_days(small_town, PETROV) == due_days(small_town, IVANOVA) == ["2025-08-12"]
    assert kinds(small_town).count("bill_ready") == 1
    assert extended(small_town) == []
    small_town.run_due("2025-08-07T09:00")
    assert "payment_due" not in kinds(small_town)
    assert is_sound(small_town)


def test_down_over_the_end_of_the_window_readings_are_taken_three_days_longer_and_bills_wait(town: Town) -> None:
    lives_until(town, "2025-07-15T09:00", "2025-07-22T09:00", "2025-07-24T10:00")

    assert comes_back(town, "2025-07-26T14:00") == []

    assert extended(town) == [(202507, "window", 3)]
    for at in ("2025-07-27T12:00", "2025-07-28T08:59"):
        assert town.run_due(at) == []
    assert steps(town.run_due("2025-07-28T09:00"), JULY) == [Step.REMIND_LAST]
    letter = town.letters("readings_wanted")[-1]
    assert json.loads(letter["params"])["until"] == "2025-07-28"
    assert town.reads(PETROV, 1150, at="2025-07-28T23:59") == "accepted"
    assert steps(town.run_due("2025-07-29T00:00"), JULY) == [Step.CLOSE_WINDOW, Step.BILL]
    assert [line[2] for line in town.lines(PETROV, 202507)] == [150]
    assert steps(town.run_due("2025-07-31T00:00"), JULY) == [Step.DELIVER, Step.BILL_REST, Step.DELIVER_REST]
    assert due_days(town, PETROV) == ["2025-08-10"]
    assert is_sound(town)


def test_down_over_the_due_day_it_moves_and_nobody_is_asked_to_pay_by_a_day_that_is_over(small_town: Town) -> None:
    lives_until(small_town, "2025-07-28T12:00", "2025-08-06T12:00")

    done = comes_back(small_town, "2025-08-11T08:00")

    assert extended(small_town) == [(202507, "due", 3)]
    assert due_days(small_town, IVANOVA) == ["2025-08-13"]
    assert steps(done, JULY) == []
    assert steps(small_town.run_due("2025-08-11T09:00"), JULY) == [Step.REMIND_DUE]
    assert [json.loads(each["params"])["until"] for each in small_town.letters("payment_due")] == ["2025-08-13"]
    assert small_town.run_due("2025-08-13T23:59") == []
    assert steps(small_town.run_due("2025-08-14T00:00"), JULY) == [Step.DUE]


def test_down_for_forty_days_every_step_is_done_once_and_in_order_and_nobody_is_annoyed(town: Town) -> None:
    lives_until(town, "2025-07-15T09:00", "2025-07-20T10:00")

    done = comes_back(town, "2025-08-29T10:00")

    assert [each.since for each in done] == sorted(each.since for each in done)
    assert steps(done, JULY) == [each for each in ALL if each not in (Step.OPEN_WINDOW, Step.REMIND_FIRST)]
    assert steps(done, AUGUST) == ALL[: ALL.index(Step.BILL) + 1]
    assert extended(town) == [(202507, "window", 3), (202508, "window", 3)]
    assert [bill["period"] for bill in town.bills(PETROV)] == [202507, 202508]
    assert due_days(town, PETROV) == ["2025-09-08", "2025-09-10"]
    assert kinds(town) == ["readings_wanted", "bill_ready"]
    assert steps(town.run_due("2025-08-31T00:00"), AUGUST) == [Step.DELIVER, Step.BILL_REST, Step.DELIVER_REST]
    assert due_days(town, PETROV) == ["2025-09-08", "2025-09-10"]
    assert is_sound(town)


def test_back_at_night_what_reminds_waits_for_the_morning_and_the_rest_does_not(small_town: Town) -> None:
    lives_until(small_town, "2025-07-14T12:00")
    assert steps(comes_back(small_town, "2025-07-16T23:00"), JULY) == [Step.OPEN_WINDOW]
    assert kinds(small_town) == []
    assert steps(small_town.run_due("2025-07-17T09:00"), JULY) == [Step.REMIND_FIRST]
    assert kinds(small_town) == ["readings_wanted"]


def test_up_again_and_down_again_nothing_is_done_twice_or_moved_twice(small_town: Town) -> None:
    lives_until(small_town, "2025-07-22T09:00", "2025-07-25T10:00")
    for back, down in (("2025-07-25T13:00", "2025-07-25T14:00"), ("2025-07-26T01:00", "2025-07-26T02:00")):
        comes_back(small_town, back)
        small_town.database.run(beat(), down)
    comes_back(small_town, "2025-07-29T12:00")
    assert extended(small_town) == [(202507, "window", 1)]
    assert len(small_town.bills(PETROV)) == 1
    assert kinds(small_town).count("bill_ready") == 1
