"""lk itself was down at the end of a window or on a due day: nobody loses a day by that."""

from __future__ import annotations

from datetime import date

from lk.cycle.outages import beat, note_outage
from lk.period import Period
from lk.readings.messages import invitation
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, calendar_for
from tests.cycle.town import PETROV, Town

JULY = Period(2025, 7)


def was_down(town: Town, since: str, until: str) -> None:
    town.database.run(beat(), since)
    town.database.run(note_outage(), until)


def calendar(town: Town) -> Calendar:
    return calendar_for(town.database.run(calendars()), JULY)


def test_a_window_whose_last_day_was_lost_is_a_day_longer_and_the_bills_wait(town: Town) -> None:
    was_down(town, "2025-07-25T15:00", "2025-07-25T18:00")
    assert calendar(town).window(JULY).closes_on == date(2025, 7, 26)

    town.run_due("2025-07-26T12:00")
    assert town.bills(PETROV) == []
    assert town.reads(PETROV, 1150, at="2025-07-26T21:00") == "accepted"
    town.run_due("2025-07-27T00:00")
    assert [line[2] for line in town.lines(PETROV, 202507)] == [150]


def test_as_many_days_are_given_as_were_lost_but_three_at_most(town: Town) -> None:
    was_down(town, "2025-07-24T10:00", "2025-07-26T09:00")
    assert calendar(town).window(JULY).closes_on == date(2025, 7, 27)


def test_forty_days_give_three(town: Town) -> None:
    was_down(town, "2025-07-20T10:00", "2025-08-29T10:00")
    assert calendar(town).window(JULY).closes_on == date(2025, 7, 28)


def test_a_short_restart_or_another_day_moves_nothing(town: Town) -> None:
    was_down(town, "2025-07-25T23:30", "2025-07-26T00:20")
    was_down(town, "2025-07-22T01:00", "2025-07-23T12:00")
    assert calendar(town).window(JULY).closes_on == date(2025, 7, 25)


def test_an_outage_is_noted_once_and_the_first_start_ever_is_none(town: Town) -> None:
    town.database.run(note_outage(), "2025-07-25T22:00")
    was_down(town, "2025-07-25T15:00", "2025-07-25T18:00")
    town.database.run(note_outage(), "2025-07-25T18:01")
    assert [row["days"] for row in town.database.rows("SELECT days FROM extensions")] == [1]


def test_a_lost_due_day_moves_the_due_day_of_its_bills(town: Town) -> None:
    town.run_due("2025-07-29T12:00")
    was_down(town, "2025-08-10T10:00", "2025-08-11T11:00")
    assert {str(bill["due_on"]) for bill in town.bills(PETROV)} == {"2025-08-12"}
    assert calendar(town).pay_by_on(JULY) == date(2025, 8, 12)


def test_no_penalty_is_taken_for_the_days_that_were_given(town: Town) -> None:
    """135 kWh by the norm, 1 062.45; 26 September is day 47 of what was due on 10 August, day 45 of 12 August."""
    town.run_due("2025-07-29T12:00")
    was_down(town, "2025-08-10T10:00", "2025-08-11T11:00")
    town.run_due("2025-08-29T12:00")
    town.run_due("2025-09-26T12:00")
    assert town.bills(PETROV)[-1]["penalty_kopecks"] == round(106245 * 0.095 * 15 / 300)


def test_residents_read_why_the_window_is_longer(town: Town) -> None:
    was_down(town, "2025-07-25T15:00", "2025-07-25T18:00")
    words = invitation(JULY, calendar(town).window(JULY), date(2025, 7, 26))
    assert "до 26\u00a0июля включительно. Кабинет не работал, поэтому приём продлён на 1\u00a0день." in words
