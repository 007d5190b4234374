"""A company changes the days of its month: from a month on that has not begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from lk.cycle.calendars import PRESETS, calendar_from, set_calendar
from lk.cycle.rules import Step
from lk.outcome import Refused
from lk.period import Period
from lk.tariffs.queries import calendars
from lk.tariffs.rules import DEFAULT_CALENDAR, LAW_2026, Calendar
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database

AUGUST = Period(2025, 8)
NOW = "2025-07-10T12:00"
Days = Mapping[str, int]
NO_DAYS: Days = {}


def switch(
    database: Database, period: Period, at: str = NOW, preset: str | None = "law-2026", days: Days = NO_DAYS
) -> None:
    async def switched() -> None:
        await set_calendar(await calendar_from(period, preset, days))

    database.run(switched(), at)


def dated(database: Database) -> list[Calendar]:
    return database.run(calendars())


def refused(database: Database, period: Period, at: str = NOW, days: Days = NO_DAYS) -> tuple[str, object]:
    before = dated(database)
    with pytest.raises(Refused) as refusal:
        switch(database, period, at, days=days)
    assert dated(database) == before
    (problem,) = refusal.value.problems
    return problem.code, problem.params.get("first_free")


def test_the_month_before_the_switch_the_one_of_it_and_the_one_after(town: Town) -> None:
    town.opens_cabinet(IVANOVA, "ivanova@example.org")
    switch(town.database, AUGUST)
    for at in ("2025-07-28T12:00", "2025-08-07T09:00", "2025-08-11T00:00", "2025-08-28T12:00"):
        town.run_due(at)
    assert [str(bill["due_on"]) for bill in town.bills(PETROV)] == ["2025-08-10", "2025-09-15"]
    assert [json.loads(each["params"])["until"] for each in town.letters("payment_due")] == ["2025-08-10"]

    for at, step, is_begun in (
        ("2025-09-12T08:59", Step.REMIND_DUE, False),
        ("2025-09-12T09:00", Step.REMIND_DUE, True),
        ("2025-09-15T23:59", Step.DUE, False),
        ("2025-09-16T00:00", Step.DUE, True),
    ):
        assert ((AUGUST, step) in {(each.period, each.step) for each in town.run_due(at)}) is is_begun

    town.run_due("2025-09-28T12:00")
    assert str(town.bills(PETROV)[-1]["due_on"]) == "2025-10-15"
    assert not {"I1", "I2", "I3"} & town.verified().keys()


def test_a_switch_leaves_the_steps_of_months_before_it_alone(town: Town) -> None:
    town.run_due("2025-07-26T12:00")
    switch(
        town.database,
        AUGUST,
        "2025-07-26T13:00",
        None,
        {"readings_open": 10, "readings_close": 20, "bill_run": 21, "print_by": 22},
    )
    assert {each.step for each in town.run_due("2025-07-28T00:00")} == {Step.DELIVER}
    assert town.run_due("2025-08-09T23:59")[-1].period == Period(2025, 7)
    assert [(each.period, each.step) for each in town.run_due("2025-08-10T00:00")] == [(AUGUST, Step.OPEN_WINDOW)]
    assert town.reads(PETROV, 1200, at="2025-08-20T23:59") == "accepted"
    town.run_due("2025-08-21T00:00")
    assert [line[4] for line in town.lines(PETROV, 202508)] == ["reading"]


def test_a_month_that_has_begun_keeps_its_days(database: Database) -> None:
    july = Period(2025, 7)
    assert refused(database, july, "2025-07-15T00:00") == ("calendar_begun", "2025-08")
    assert refused(database, Period(2025, 1)) == ("calendar_begun", "2025-07")
    switch(database, july, "2025-07-14T23:59")
    assert [each.pay_by for each in dated(database)] == [10, 15]


def test_a_month_would_not_begin_in_the_past(database: Database) -> None:
    assert refused(database, Period(2025, 7), days={"readings_open": 5}) == ("calendar_begun", "2025-08")


def test_a_month_of_which_something_was_done_keeps_its_days_whatever_the_clock_says(town: Town) -> None:
    town.run_due("2025-08-26T12:00")
    assert refused(town.database, AUGUST, "2025-08-01T12:00") == ("calendar_begun", "2025-09")


def test_what_was_decided_for_a_month_to_come_may_be_decided_otherwise(database: Database) -> None:
    switch(database, AUGUST)
    assert refused(database, AUGUST) == ("calendar_same", None)
    switch(database, AUGUST, days={"pay_by": 20})
    assert [(each.valid_from, each.bill_by, each.pay_by) for each in dated(database)] == [
        (date(1970, 1, 1), 1, 10),
        (AUGUST.first_day, 5, 20),
    ]
    switch(database, AUGUST, preset="default")
    assert dated(database)[-1] == replace(DEFAULT_CALENDAR, valid_from=AUGUST.first_day)
    told = database.rows("SELECT params FROM events WHERE kind = 'calendar_set' ORDER BY id")
    assert [json.loads(each["params"])["pay_by"] for each in told] == [15, 20, 10]
    assert json.loads(told[0]["params"])["period"] == "2025-08"


def test_days_that_make_no_month_are_refused(database: Database) -> None:
    for days in ({"pay_by": 31}, {"pay_by": 3}, {"readings_close": 26}, {"bill_run": 20}):
        assert refused(database, AUGUST, days=days) == ("calendar_impossible", None)


def test_days_that_are_not_named_stay_as_they_were(database: Database) -> None:
    switch(database, AUGUST)
    switch(database, AUGUST.next, preset=None, days={"readings_close": 26, "bill_run": 27})
    assert dated(database)[-1] == replace(
        LAW_2026, valid_from=AUGUST.next.first_day, readings_close=26, bill_run=27, print_by=27
    )


def test_the_command_lists_and_adds(sqlite_database: Database, tmp_path: object) -> None:
    now = {"LK_NOW_FILE": f"{tmp_path}/now"}
    with open(now["LK_NOW_FILE"], "w", encoding="ascii") as file:
        file.write(NOW)
    added = sqlite_database.lk("calendar", "add", "--preset", "law-2026", "--from", "2025-12", env=now)
    assert (added.returncode, added.stdout.strip()) == (0, "с 2025-12 дни месяца другие; месяцы до него не меняются")
    again = sqlite_database.lk("calendar", "add", "--preset", "law-2026", "--from", "2025-12", env=now)
    assert (again.returncode, again.stdout) == (1, "")
    assert sqlite_database.lk("calendar", "add", "--from", "2025-12", env=now).returncode == 2
    listed = sqlite_database.lk("calendar", "list", env=now).stdout.splitlines()
    assert [line.split() for line in listed[1:3]] == [
        ["1970-01", "15–25", "26", "27", "1", "10", "*"],
        ["2025-12", "15–25", "26", "27", "5", "15"],
    ]


def test_the_presets_of_the_command_are_those_there_are() -> None:
    from lk import calendar_commands
    from lk.cycle import calendars as rules

    assert tuple(PRESETS) == calendar_commands.PRESETS
    assert tuple(calendar_commands.DAYS) == rules.DAYS
