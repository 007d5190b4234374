"""180 months in zones with every kind of midnight: each step begins once, in order, on its day, never early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from lk import clock
from lk.config import settings
from lk.cycle.rules import Owed, Step, begins_at, steps_due
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR, LAW_2026, Extension, calendar_for, period_of_reading

ZONES = ("Europe/Moscow", "Europe/Berlin", "Africa/Cairo", "Asia/Almaty", "America/Santiago", "Asia/Kamchatka")
FIRST, MONTHS = Period(2021, 1), 180
LATER = Period(2026, 3)
"""From here on the law's days."""
CALENDARS = [DEFAULT_CALENDAR, LAW_2026]
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    monkeypatch.setenv("LK_TIME_ZONE", request.param)
    settings.cache_clear()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    settings.cache_clear()


def expected(period: Period) -> list[tuple[Step, date, int]]:
    """The timetable once more, by the numbers of the document."""
    due = 10 if period < LATER else 15
    day, after = period.day, period.next.day
    return [
        (Step.OPEN_WINDOW, day(15), 0),
        (Step.REMIND_FIRST, day(15), 9),
        (Step.REMIND_AGAIN, day(22), 9),
        (Step.REMIND_LAST, day(25), 9),
        (Step.CLOSE_WINDOW, day(26), 0),
        (Step.BILL, day(26), 0),
        (Step.DELIVER, day(28), 0),
        (Step.BILL_REST, period.last_day, 0),
        (Step.DELIVER_REST, period.last_day, 0),
        (Step.REMIND_DUE, after(due - 3), 9),
        (Step.DUE, after(due + 1), 0),
    ]


def all_expected() -> list[tuple[Period, Step, date, int]]:
    return [(FIRST + at, *each) for at in range(MONTHS) for each in expected(FIRST + at)]


def test_every_step_begins_with_the_first_moment_of_its_hour_on_its_own_day(zone: ZoneInfo) -> None:
    skipped = 0
    for period, step, day, hour in all_expected():
        begins = begins_at(step, period, calendar_for(CALENDARS, period), clock.start_of_day)
        shown, before = begins.astimezone(zone), (begins - MILLISECOND).astimezone(zone)
        wanted = datetime.combine(day, time(hour))
        assert shown.date() == day
        assert before.replace(tzinfo=None) < wanted, f"{step} of {period} may have begun earlier"
        if shown.replace(tzinfo=None) != wanted:
            skipped += 1
            assert (shown.hour, before.date() < day) == (1, True), "only a midnight that is skipped begins later"
    assert (skipped > 0) == (str(zone) in ("Africa/Cairo", "America/Santiago"))


def test_every_step_is_owed_once_in_order_and_never_a_millisecond_early(zone: ZoneInfo) -> None:
    at_hour = cache(clock.start_of_day)
    done: set[tuple[Period, Step]] = set()
    moments = [(at_hour(day, hour), period, step) for period, step, day, hour in all_expected()]
    order = list(Step)
    moments.sort(key=lambda each: (each[0], each[1], order.index(each[2])))
    for instant, found in groupby(moments, key=lambda each: each[0]):
        new = [Owed(period, step, instant) for _, period, step in found]
        first = max(new[0].period.previous, FIRST)
        if len(done) % 7 == 0:
            assert steps_due(CALENDARS, first, instant - MILLISECOND, done, at_hour) == []
        owed = steps_due(CALENDARS, first, instant, done, at_hour)
        assert [each for each in owed if each.period < FIRST + MONTHS] == new
        done |= {(each.period, each.step) for each in new}
    assert len(done) == MONTHS * len(Step)


def test_after_fifteen_years_of_silence_every_step_is_owed_once_in_order(zone: ZoneInfo) -> None:
    end = clock.start_of_day(date(2036, 1, 16))
    owed = [
        each for each in steps_due(CALENDARS, FIRST, end, set(), clock.start_of_day) if each.period < FIRST + MONTHS
    ]
    assert [each.since for each in owed] == sorted(each.since for each in owed)
    assert len({(each.period, each.step) for each in owed}) == len(owed) == MONTHS * len(Step)
    bills = [(each.period, each.step) for each in owed if each.step in (Step.BILL, Step.DELIVER, Step.BILL_REST)]
    assert bills == [(FIRST + at, step) for at in range(MONTHS) for step in (Step.BILL, Step.DELIVER, Step.BILL_REST)]


def test_a_reading_counts_by_the_day_of_its_millisecond(zone: ZoneInfo) -> None:
    """Also where the window's last day or the day after it is an hour longer or shorter."""
    for at in range(MONTHS):
        period = FIRST + at
        calendar = calendar_for(CALENDARS, period)
        end = clock.start_of_day(period.day(26))
        last, next_one = (clock.local_date(each) for each in (end - MILLISECOND, end))
        assert period_of_reading(last, calendar, FIRST) == period
        assert period_of_reading(next_one, calendar, FIRST) == period.next
        opens = clock.start_of_day(period.day(15))
        window = calendar.window(period)
        assert (clock.local_date(opens - MILLISECOND) in window, clock.local_date(opens) in window) == (False, True)


@pytest.mark.parametrize(
    ("name", "day", "hour", "utc"),
    [
        ("Europe/Berlin", date(2026, 10, 25), 9, "2026-10-25T08:00"),
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25T00:00"),
        ("Europe/Berlin", date(2026, 10, 26), 0, "2026-10-25T23:00"),
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29T01:00"),
        ("Africa/Cairo", date(2024, 4, 26), 0, "2024-04-25T22:00"),
        ("Asia/Almaty", date(2024, 2, 29), 23, "2024-02-29T17:00"),
        ("Asia/Almaty", date(2024, 3, 1), 0, "2024-02-29T19:00"),
        ("Europe/Moscow", date(2024, 2, 29), 0, "2024-02-28T21:00"),
        ("Europe/Moscow", date(2027, 1, 1), 0, "2026-12-31T21:00"),
    ],
)
def test_hours_that_are_skipped_or_shown_twice(
    monkeypatch: pytest.MonkeyPatch, name: str, day: date, hour: int, utc: str
) -> None:
    monkeypatch.setenv("LK_TIME_ZONE", name)
    settings.cache_clear()
    try:
        begins = clock.start_of_day(day, hour)
        assert begins == datetime.fromisoformat(utc).replace(tzinfo=UTC)
        assert clock.local_date(begins) == day
        assert clock.local(begins - MILLISECOND).replace(tzinfo=None) < datetime.combine(day, time(hour))
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_half_past_eleven_that_came_twice_is_the_same_day_both_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Almaty went from +6 to +5 at midnight of 29 February 2024: a reading of 23:30 is February's last day, twice."""
    monkeypatch.setenv("LK_TIME_ZONE", "Asia/Almaty")
    settings.cache_clear()
    both = [datetime(2024, 2, 29, hour, 30, tzinfo=UTC) for hour in (17, 18)]
    assert [f"{clock.local(each):%d.%m %H:%M}" for each in both] == ["29.02 23:30"] * 2
    assert {clock.local_date(each) for each in both} == {date(2024, 2, 29)}
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("days", [1, 2, 3])
def test_a_window_that_an_outage_moved_is_followed_by_its_bills_also_in_february(zone: ZoneInfo, days: int) -> None:
    for period in (Period(2023, 2), Period(2024, 2), Period(2025, 12)):
        calendar = replace(DEFAULT_CALENDAR, extensions={period.number: Extension(window_days=days)})
        begins = {step: begins_at(step, period, calendar, clock.start_of_day) for step in Step}
        assert begins[Step.BILL].astimezone(zone).date() == period.day(25) + timedelta(days + 1)
        in_order = [begins[step] for step in (Step.REMIND_LAST, Step.CLOSE_WINDOW, Step.BILL, Step.BILL_REST)]
        assert in_order == sorted(in_order)
        assert begins[Step.BILL] < begins[Step.DELIVER]
