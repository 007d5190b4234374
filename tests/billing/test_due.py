"""What of the debt should have been paid by now: 2 000 ₽ until 10 March, 2 088,60 ₽ of a new bill until 10 April."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lk.billing.due import Due

MARCH, APRIL = date(2026, 3, 10), date(2026, 4, 10)
BOTH = Due(on=APRIL, total_kopecks=2088_60, opening_kopecks=2000_00, earlier_on=MARCH)


@pytest.mark.parametrize(
    ("owed", "today", "overdue"),
    [
        (4088_60, date(2026, 3, 26), 2000_00),
        (3088_60, date(2026, 3, 26), 1000_00),
        (2088_60, date(2026, 3, 26), 0),
        (1000_00, date(2026, 3, 26), 0),
        (4088_60, APRIL, 2000_00),
        (4088_60, date(2026, 4, 11), 4088_60),
        (1000_00, date(2026, 4, 11), 1000_00),
        (-500_00, date(2026, 4, 11), 0),
        (0, date(2026, 4, 11), 0),
    ],
)
def test_a_new_bill_does_not_make_an_old_debt_young(owed: int, today: date, overdue: int) -> None:
    assert BOTH.overdue(owed, today) == overdue


def test_what_was_added_after_the_bill_is_not_late() -> None:
    assert BOTH.overdue(4088_60 + 500_00, date(2026, 3, 26)) == 2000_00


def test_a_bill_billed_late_finds_a_debt_whose_day_is_still_ahead() -> None:
    assert replace(BOTH, earlier_on=date(2026, 3, 31)).overdue(4088_60, date(2026, 3, 31)) == 0


def test_a_first_bill_is_late_after_its_day_only() -> None:
    first = replace(BOTH, earlier_on=None, opening_kopecks=0)
    assert [first.overdue(2088_60, day) for day in (APRIL, date(2026, 4, 11))] == [0, 2088_60]


@pytest.mark.parametrize(("today", "since"), [(date(2026, 3, 26), MARCH), (date(2026, 4, 11), APRIL)])
def test_it_is_late_since_the_day_of_the_bill_that_is_late(today: date, since: date) -> None:
    assert BOTH.late_since(today) == since
