"""The one next thing of the home page, and the month's strip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lk.overview.rules import MonthFacts, NextThing, month_strip, next_thing
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR

IN_WINDOW = MonthFacts(
    today=date(2026, 3, 20),
    calendar=DEFAULT_CALENDAR,
    owed_kopecks=0,
    due_on=None,
    has_meter=True,
    is_read=False,
    is_held=False,
)

OVERDUE = replace(IN_WINDOW, owed_kopecks=208860, due_on=date(2026, 3, 10), overdue_kopecks=208860)


@pytest.mark.parametrize(
    ("facts", "thing"),
    [
        (IN_WINDOW, NextThing.SEND_READING),
        (replace(IN_WINDOW, is_read=True), NextThing.NOTHING),
        (replace(IN_WINDOW, is_held=True), NextThing.NOTHING),
        (replace(IN_WINDOW, has_meter=False), NextThing.NOTHING),
        (replace(IN_WINDOW, today=date(2026, 3, 14)), NextThing.NOTHING),
        (replace(IN_WINDOW, today=date(2026, 3, 26)), NextThing.NOTHING),
        (replace(IN_WINDOW, owed_kopecks=208860, due_on=date(2026, 4, 10)), NextThing.SEND_READING),
        (OVERDUE, NextThing.PAY),
        (replace(OVERDUE, overdue_kopecks=1000), NextThing.PAY),
        (replace(OVERDUE, is_paying=True), NextThing.SEND_READING),
        (replace(OVERDUE, autopay_kopecks=208860), NextThing.PAY),
        (replace(IN_WINDOW, is_read=True, owed_kopecks=208860, due_on=date(2026, 4, 10)), NextThing.PAY),
        (replace(IN_WINDOW, is_read=True, owed_kopecks=208860, is_paying=True), NextThing.NOTHING),
        (replace(IN_WINDOW, is_read=True, owed_kopecks=208860, autopay_kopecks=208860), NextThing.NOTHING),
        (replace(IN_WINDOW, is_read=True, owed_kopecks=208860, autopay_kopecks=200000), NextThing.PAY),
        (replace(IN_WINDOW, is_read=True, owed_kopecks=-5000), NextThing.NOTHING),
    ],
)
def test_there_is_one_next_thing(facts: MonthFacts, thing: NextThing) -> None:
    assert next_thing(facts) is thing


def test_while_a_bill_is_to_be_paid_the_strip_is_last_months() -> None:
    strip = month_strip(replace(IN_WINDOW, today=date(2026, 4, 5), owed_kopecks=208860, due_on=date(2026, 4, 10)))
    assert (strip.period, strip.window, strip.bill, strip.due, strip.today) == (Period(2026, 3), (15, 25), 32, 41, 36)


def test_else_it_is_this_months() -> None:
    strip = month_strip(IN_WINDOW)
    assert (strip.period, strip.today, strip.length) == (Period(2026, 3), 20, 41)
