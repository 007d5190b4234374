"""Over any history of a household: nothing lost, nothing twice, and the same sums found another way."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lk.metering.rules import ReadingFacts
from lk.period import Period
from lk.tariffs.rules import BandLimits
from tests.billing import naive
from tests.billing.cast import DEARER, PRICE, Household, price_list
from tests.metering.cast import meter, reading

START = Period(2025, 6)
NARROW = price_list([BandLimits(date(2025, 1, 1), (300, 460))])
"""Bands so narrow that a household meets all of them."""
WIDTHS = [300, 160]

Story = tuple[list[list[int]], list[bool]]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """What a household really used month by month and register by register, and whether it was read: at last it was."""
    zones = draw(st.integers(1, 3))
    months = draw(st.integers(1, 12))
    row = st.lists(st.integers(0, 400), min_size=zones, max_size=zones)
    used = draw(st.lists(row, min_size=months, max_size=months))
    is_read = draw(st.lists(st.booleans(), min_size=months, max_size=months))
    return used, [*is_read[:-1], True]


def dial_after(used: list[list[int]], month: int, digits: int) -> list[int]:
    """Registers begin so high that most of them roll over."""
    return [(10**digits - 500 + sum(column)) % 10**digits for column in zip(*used[: month + 1], strict=True)]


def billed(story: Story, replaced_in: int | None = None) -> tuple[Household, list[int]]:
    """The household after its bills, and their sums. In one month its meter may be replaced by one that shows 7."""
    used, is_read = story
    zones = len(used[0])
    household = Household((meter(1, zones), meter(2, zones, installed_on=date(2025, 7, 1))), prices=NARROW)
    household.readings.append(reading([99_500] * zones, START.previous))
    sums = []
    for month, was_read in enumerate(is_read):
        arrived = readings_of(used, month, replaced_in) if was_read or month == replaced_in else []
        sums.append(household.bill(START + month, arrived).total)
    return household, sums


def readings_of(used: list[list[int]], month: int, replaced_in: int | None) -> list[ReadingFacts]:
    period = START + month
    if replaced_in is None or month < replaced_in:
        return [reading(dial_after(used, month, 5), period)]
    new = [7 + sum(column) for column in zip([0] * len(used[0]), *used[replaced_in + 1 : month + 1], strict=True)]
    if month > replaced_in:
        return [reading(new, period, 2)]
    return [reading(dial_after(used, month, 5), period, 1, "final"), reading(new, period, 2, "initial")]


def kwh_on_bills(household: Household, zones: int) -> list[int]:
    totals = [0] * zones
    for line in household.lines:
        totals[int(line.register[1]) - 1] += line.open_kwh
    return totals


@settings(max_examples=150, deadline=None)
@given(stories())
def test_over_a_settled_history_the_bills_hold_exactly_what_was_used(story: Story) -> None:
    household, _ = billed(story)
    used, _ = story
    assert kwh_on_bills(household, len(used[0])) == [sum(column) for column in zip(*used, strict=True)]


@settings(max_examples=150, deadline=None)
@given(stories(), st.integers(0, 11))
def test_a_replacement_loses_and_doubles_nothing(story: Story, replaced_in: int) -> None:
    used, _ = story
    household, _ = billed(story, min(replaced_in, len(used) - 1))
    assert kwh_on_bills(household, len(used[0])) == [sum(column) for column in zip(*used, strict=True)]


@settings(max_examples=100, deadline=None)
@given(stories())
def test_every_bill_is_the_sum_that_a_naive_computation_finds(story: Story) -> None:
    used, is_read = story
    zones = len(used[0])
    prices = [[PRICE[zones, at + 1] + more for at in range(zones)] for more in DEARER.values()]
    assert billed(story)[1] == naive.bills(used, is_read, prices, WIDTHS)
