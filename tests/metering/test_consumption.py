"""What a dial counted between two readings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.metering.rules import Consumption, consumption, growth, total_growth
from lk.period import Period
from tests.metering.cast import meter, reading

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)


def test_consumption_is_the_later_reading_less_the_earlier_times_the_ratio() -> None:
    assert consumption(4820, 5000, 5) == Consumption(180, rolled_over=False)
    assert consumption(4820, 5000, 5, ratio=20) == Consumption(3600, rolled_over=False)


@pytest.mark.parametrize(("previous", "current", "digits", "kwh"), [(99980, 12, 5, 32), (999990, 45, 6, 55)])
def test_a_full_dial_begins_again_at_zero(previous: int, current: int, digits: int, kwh: int) -> None:
    assert consumption(previous, current, digits) == Consumption(kwh, rolled_over=True)


def test_a_reading_below_the_previous_is_never_99_900_kwh() -> None:
    assert consumption(4500, 4400, 5) is None


def test_a_roll_over_is_believed_only_of_a_dial_nine_tenths_full() -> None:
    assert consumption(90000, 5, 5) == Consumption(10005, rolled_over=True)
    assert consumption(89999, 5, 5) is None


def test_a_dial_that_went_a_little_back_has_not_gone_all_the_way_round() -> None:
    assert consumption(95000, 94000, 5) is None


def test_a_roll_over_above_what_the_connection_can_carry_is_not_believed() -> None:
    assert consumption(99980, 12, 5, at_most_kwh=32) == Consumption(32, rolled_over=True)
    assert consumption(99980, 12, 5, at_most_kwh=31) is None


@given(start=st.integers(0, 99_999), used=st.integers(0, 8_999))
def test_what_was_used_is_found_again_wherever_the_dial_stood(start: int, used: int) -> None:
    found = consumption(start, (start + used) % 100_000, 5)
    assert found == Consumption(used, rolled_over=start + used >= 100_000)


def test_a_replacement_counts_the_old_meter_to_its_end_and_the_new_one_from_its_beginning() -> None:
    meters = [meter(1, zones=1), meter(2, zones=1)]
    readings = [
        reading([45100], AUGUST, 1),
        reading([45210], SEPTEMBER, 1, "final"),
        reading([2], SEPTEMBER, 2, "initial"),
        reading([47], SEPTEMBER, 2),
    ]
    parts = growth(meters, readings, AUGUST, SEPTEMBER)
    assert [part.kwh for part in parts] == [(110,), (45,)]
    assert total_growth(parts) == [155]


def test_a_lower_reading_that_a_person_accepted_is_a_negative_growth() -> None:
    readings = [reading([4500], AUGUST), reading([4400], SEPTEMBER)]
    assert total_growth(growth([meter(zones=1, ratio=2)], readings, AUGUST, SEPTEMBER)) == [-200]


def test_readings_of_later_periods_do_not_count_yet() -> None:
    readings = [reading([100], AUGUST), reading([150], SEPTEMBER), reading([900], Period(2026, 10))]
    assert total_growth(growth([meter(zones=1)], readings, AUGUST, SEPTEMBER)) == [50]


def test_of_two_readings_in_one_period_the_later_one_counts() -> None:
    readings = [reading([100], AUGUST), reading([150], SEPTEMBER), reading([160], SEPTEMBER)]
    assert total_growth(growth([meter(zones=1)], readings, AUGUST, SEPTEMBER)) == [60]


def test_a_number_that_may_have_lost_its_last_digit_is_no_turn_of_the_dial() -> None:
    assert consumption(99_469, 9_973, 5) is None
    assert consumption(99_469, 8_999, 5) == Consumption(9_530, rolled_over=True)


class TestFromReadingToReading:
    """A dial is followed step by step: what lies between the ends is not lost."""

    def grown(self, *values: int, power_kw: int | None = 15, rolled: bool = False) -> int:
        dial = meter(1, zones=1)._replace(power_kw=power_kw)
        readings = [reading([value], Period(2026, 1) + at) for at, value in enumerate(values)]
        if rolled:
            readings[-1] = readings[-1]._replace(is_rolled_over=True)
        ((kwh,),) = [part.kwh for part in growth([dial], readings, Period(2026, 1), Period(2026, 12))]
        return kwh

    def test_a_turn_of_the_dial_between_the_ends_is_counted(self) -> None:
        assert self.grown(85_000, 93_000, 99_000, 5_000) == 20_000

    def test_what_the_line_cannot_carry_is_no_turn_but_a_lower_reading(self) -> None:
        assert self.grown(99_388, 40_256) == 40_256 - 99_388
        assert self.grown(99_388, 40_256, 99_475) == 87

    def test_a_turn_that_a_person_saw_counts_though_the_dial_was_not_near_its_end(self) -> None:
        assert self.grown(85_854, 12_087) == 12_087 - 85_854
        assert self.grown(85_854, 12_087, rolled=True) == 26_233
