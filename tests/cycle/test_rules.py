"""Which steps of the month are owed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lk.cycle.rules import Owed, Step, reminded_until, steps_due
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR, LAW_2026

MOSCOW = ZoneInfo("Europe/Moscow")
MARCH = Period(2026, 3)


def start_of_day(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), MOSCOW).astimezone(UTC)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def due(now: str, done: set[tuple[Period, Step]] | None = None, first: Period = MARCH) -> list[Owed]:
    return steps_due([DEFAULT_CALENDAR], first, moscow(now), done or set(), start_of_day)


def test_nothing_is_owed_before_the_window_opens() -> None:
    assert due("2026-03-14T23:59:59.999999") == []


def test_the_window_opens_with_the_15th_and_people_are_told_in_the_morning() -> None:
    assert [each.step for each in due("2026-03-15T00:00")] == [Step.OPEN_WINDOW]
    assert [each.step for each in due("2026-03-15T09:00")] == [Step.OPEN_WINDOW, Step.REMIND_FIRST]


def test_bills_are_owed_from_the_first_moment_of_the_26th_and_not_before() -> None:
    assert Step.BILL not in {each.step for each in due("2026-03-25T23:59:59.999999")}
    assert Step.BILL in {each.step for each in due("2026-03-26T00:00")}


def test_a_bill_delivered_on_the_first_day_it_may_be_is_due_on_the_10th() -> None:
    delivery = next(each for each in due("2026-04-30T00:00") if each.step is Step.DELIVER)
    delivered_on = delivery.since.astimezone(MOSCOW).date()
    assert delivered_on == date(2026, 3, 28)
    assert DEFAULT_CALENDAR.due_on(MARCH, delivered_on) == date(2026, 4, 10)


def test_after_forty_days_down_every_step_is_owed_once_and_in_order() -> None:
    owed = due("2026-04-24T12:00")
    assert [each.since for each in owed] == sorted(each.since for each in owed)
    assert len(owed) == len({(each.period, each.step) for each in owed})
    steps = [each.step for each in owed if each.period == MARCH]
    assert steps == [
        Step.OPEN_WINDOW,
        Step.REMIND_FIRST,
        Step.REMIND_AGAIN,
        Step.REMIND_LAST,
        Step.CLOSE_WINDOW,
        Step.BILL,
        Step.DELIVER,
        Step.BILL_REST,
        Step.DELIVER_REST,
        Step.REMIND_DUE,
        Step.DUE,
    ]


def test_nothing_before_the_first_period_is_ever_owed() -> None:
    assert due("2026-03-10T00:00") == []


def test_people_are_reminded_until_the_window_closes_and_until_the_due_day() -> None:
    assert reminded_until(Step.REMIND_LAST, MARCH, DEFAULT_CALENDAR) == date(2026, 3, 25)
    assert reminded_until(Step.REMIND_DUE, MARCH, DEFAULT_CALENDAR) == date(2026, 4, 10)


def test_a_calendar_may_change_between_months() -> None:
    calendars = [DEFAULT_CALENDAR, LAW_2026]
    owed = steps_due(calendars, Period(2026, 2), moscow("2026-04-30T00:00"), set(), start_of_day)
    due_at = {each.period: each.since.astimezone(MOSCOW).date() for each in owed if each.step is Step.DUE}
    assert due_at == {Period(2026, 2): date(2026, 3, 11), MARCH: date(2026, 4, 16)}


@given(st.datetimes(datetime(2026, 3, 1), datetime(2027, 3, 1)), st.integers(1, 60 * 24 * 90))
def test_what_is_owed_stays_owed_until_it_is_done(now: datetime, minutes: int) -> None:
    earlier = steps_due([DEFAULT_CALENDAR], MARCH, now.replace(tzinfo=MOSCOW), set(), start_of_day)
    later = steps_due(
        [DEFAULT_CALENDAR], MARCH, (now + timedelta(minutes=minutes)).replace(tzinfo=MOSCOW), set(), start_of_day
    )
    assert set(map(str, earlier)) <= set(map(str, later))
    done = {(each.period, each.step) for each in earlier}
    again = steps_due([DEFAULT_CALENDAR], MARCH, now.replace(tzinfo=MOSCOW), done, start_of_day)
    assert again == []
