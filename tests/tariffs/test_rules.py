"""The calendar, prices, bands, norms and VAT, by the numbers that the rules name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.energy import Register
from lk.period import Period
from lk.tariffs.rules import (
    DEFAULT_CALENDAR,
    LAW_2026,
    BandLimits,
    Calendar,
    Extension,
    NoNorm,
    NoRate,
    Norm,
    PriceList,
    Rate,
    calendar_for,
    period_of_reading,
    split_bands,
    vat_inside,
)

SEPTEMBER = Period(2026, 9)


def rate(price: int, since: date, band: int = 1, register: Register = Register.T1, zones: int = 1) -> Rate:
    return Rate("moscow", "gas", band, zones, register, price, since, f"act of {since}")


def norm(residents: int, kwh: int, since: date = date(2020, 1, 1)) -> Norm:
    return Norm("moscow", "gas", residents, kwh, since)


class TestTheMonth:
    def test_readings_are_asked_for_from_the_15th_through_the_25th(self) -> None:
        window = DEFAULT_CALENDAR.window(SEPTEMBER)
        assert (window.opens_on, window.closes_on) == (date(2026, 9, 15), date(2026, 9, 25))
        assert date(2026, 9, 25) in window
        assert date(2026, 9, 26) not in window

    def test_a_period_is_billed_on_the_26th_and_paid_by_the_10th_of_the_next_month(self) -> None:
        assert DEFAULT_CALENDAR.bill_run_on(SEPTEMBER) == date(2026, 9, 26)
        assert DEFAULT_CALENDAR.print_by_on(SEPTEMBER) == date(2026, 9, 27)
        assert DEFAULT_CALENDAR.bill_by_on(SEPTEMBER) == date(2026, 10, 1)
        assert DEFAULT_CALENDAR.pay_by_on(Period(2026, 12)) == date(2027, 1, 10)

    def test_the_law_of_2026_bills_by_the_5th_and_is_paid_by_the_15th(self) -> None:
        assert LAW_2026.bill_by_on(SEPTEMBER) == date(2026, 10, 5)
        assert LAW_2026.pay_by_on(SEPTEMBER) == date(2026, 10, 15)

    def test_an_outage_moves_the_window_end_and_the_bill_run_even_over_the_end_of_february(self) -> None:
        february = Period(2026, 2)
        calendar = replace(DEFAULT_CALENDAR, extensions={202602: Extension(window_days=3)})
        assert calendar.window(february).closes_on == date(2026, 2, 28)
        assert calendar.bill_run_on(february) == date(2026, 3, 1)
        assert calendar.window(february.next).closes_on == date(2026, 3, 25)

    def test_a_bill_delivered_in_time_is_due_on_the_10th(self) -> None:
        assert DEFAULT_CALENDAR.due_on(SEPTEMBER, date(2026, 9, 30)) == date(2026, 10, 10)

    def test_a_bill_delivered_late_leaves_ten_days_to_pay(self) -> None:
        assert DEFAULT_CALENDAR.due_on(SEPTEMBER, date(2026, 10, 4)) == date(2026, 10, 14)

    def test_an_outage_on_the_due_day_moves_it(self) -> None:
        calendar = replace(DEFAULT_CALENDAR, extensions={202609: Extension(due_days=2)})
        assert calendar.pay_by_on(SEPTEMBER) == date(2026, 10, 12)
        assert calendar.due_on(SEPTEMBER, date(2026, 10, 1)) == date(2026, 10, 13)

    def test_the_calendar_of_a_period_is_the_latest_one_begun_by_its_first_day(self) -> None:
        calendars = [LAW_2026, DEFAULT_CALENDAR]
        assert calendar_for(calendars, Period(2026, 2)) is DEFAULT_CALENDAR
        assert calendar_for(calendars, Period(2026, 3)) is LAW_2026

    @pytest.mark.parametrize(
        "days",
        [
            {"readings_open": 26},
            {"readings_close": 26},
            {"bill_run": 28, "print_by": 27},
            {"print_by": 29},
            {"bill_by": 11},
            {"pay_by": 0},
        ],
    )
    def test_a_calendar_whose_days_do_not_follow_each_other_is_refused(self, days: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="days 1 to 28"):
            replace(DEFAULT_CALENDAR, **days)  # type: ignore[arg-type]


class TestThePeriodOfAReading:
    @pytest.mark.parametrize(("day", "period"), [(1, 9), (14, 9), (25, 9), (26, 10), (30, 10)])
    def test_days_to_the_25th_count_for_this_month_and_later_ones_for_the_next(self, day: int, period: int) -> None:
        counted = period_of_reading(date(2026, 9, day), DEFAULT_CALENDAR, SEPTEMBER)
        assert counted == Period(2026, period)

    def test_new_years_eve_counts_for_january(self) -> None:
        assert period_of_reading(date(2026, 12, 31), DEFAULT_CALENDAR, SEPTEMBER) == Period(2027, 1)

    def test_a_reading_of_a_billed_period_counts_for_the_first_unbilled_one(self) -> None:
        assert period_of_reading(date(2026, 7, 20), DEFAULT_CALENDAR, SEPTEMBER) == SEPTEMBER

    def test_in_an_extended_window_the_26th_still_counts_for_this_month(self) -> None:
        calendar = replace(DEFAULT_CALENDAR, extensions={202609: Extension(window_days=1)})
        assert period_of_reading(date(2026, 9, 26), calendar, SEPTEMBER) == SEPTEMBER
        assert period_of_reading(date(2026, 9, 27), calendar, SEPTEMBER) == SEPTEMBER.next

    def test_a_window_extended_past_the_month_takes_the_first_days_of_the_next(self) -> None:
        calendar = Calendar(date(1970, 1, 1), readings_close=27, bill_run=28, print_by=28)
        extended = replace(calendar, extensions={202602: Extension(window_days=3)})
        february = Period(2026, 2)
        assert period_of_reading(date(2026, 3, 2), extended, february) == february
        assert period_of_reading(date(2026, 3, 3), extended, february) == february.next


class TestPrices:
    def test_the_price_is_the_latest_begun_by_the_first_day_of_the_period(self) -> None:
        prices = PriceList([rate(945, date(2025, 7, 1)), rate(900, date(2025, 1, 1)), rate(1000, date(2025, 7, 2))])
        assert prices.rate("moscow", "gas", 1, 1, Register.T1, Period(2025, 6)).price_kopecks == 900
        assert prices.rate("moscow", "gas", 1, 1, Register.T1, Period(2025, 7)).price_kopecks == 945
        assert prices.rate("moscow", "gas", 1, 1, Register.T1, Period(2025, 8)).price_kopecks == 1000

    def test_a_band_without_a_row_has_the_price_of_band_1(self) -> None:
        prices = PriceList([rate(787, date(2025, 1, 1)), rate(1100, date(2025, 1, 1), band=2)])
        (first,), (second,), (third,) = prices.rates("moscow", "gas", 1, Period(2025, 7))
        assert [first.price_kopecks, second.price_kopecks, third.price_kopecks] == [787, 1100, 787]

    def test_before_the_first_row_there_is_no_rate(self) -> None:
        prices = PriceList([rate(945, date(2025, 7, 1))])
        with pytest.raises(NoRate):
            prices.rate("moscow", "gas", 1, 1, Register.T1, Period(2025, 6))
        with pytest.raises(NoRate):
            prices.rates("moscow", "gas", 2, Period(2025, 7))

    def test_there_are_three_bands_since_2025_and_none_before(self) -> None:
        prices = PriceList([])
        assert prices.month(Period(2024, 12)).band_widths == ()
        assert prices.month(Period(2025, 1)).band_widths == (3900, 2100)

    def test_vat_is_20_percent_through_2025_and_22_since(self) -> None:
        prices = PriceList([])
        assert prices.month(Period(2025, 12)).vat_percent == 20
        assert prices.month(Period(2026, 1)).vat_percent == 22

    def test_a_thousand_rubles_hold_their_vat(self) -> None:
        assert vat_inside(1000_00, 20) == 166_67
        assert vat_inside(1000_00, 22) == 180_33
        assert vat_inside(-1000_00, 22) == -180_33


class TestNorms:
    prices = PriceList([], [norm(1, 60), norm(2, 50), norm(5, 40), norm(2, 55, date(2026, 7, 1))])

    @pytest.mark.parametrize(("residents", "kwh"), [(1, 60), (2, 55), (4, 55), (5, 40), (9, 40), (0, 60)])
    def test_a_household_has_the_row_of_its_size_or_the_nearest_smaller_one(self, residents: int, kwh: int) -> None:
        assert self.prices.norm("moscow", "gas", residents, SEPTEMBER).kwh_per_person == kwh

    def test_a_norm_begins_with_its_day(self) -> None:
        assert self.prices.norm("moscow", "gas", 2, Period(2026, 6)).kwh_per_person == 50

    def test_a_category_without_rows_has_no_norm(self) -> None:
        with pytest.raises(NoNorm):
            self.prices.norm("moscow", "electric", 2, SEPTEMBER)


class TestBands:
    def test_6500_kwh_are_3900_and_2100_and_500(self) -> None:
        assert split_bands([6500], BandLimits(date(2025, 1, 1), (3900, 6000)).widths) == [[3900], [2100], [500]]

    def test_with_zones_each_band_is_split_in_proportion_to_what_is_not_yet_priced(self) -> None:
        assert split_bands([4000, 2500], [3900, 2100]) == [[2400, 1500], [1292, 808], [308, 192]]

    def test_without_bands_everything_is_in_the_first(self) -> None:
        assert split_bands([180, 95], []) == [[180, 95]]

    @given(
        volumes=st.lists(st.integers(0, 20_000), min_size=1, max_size=3),
        room=st.lists(st.integers(0, 8_000), max_size=3),
    )
    def test_bands_and_registers_both_add_up(self, volumes: list[int], room: list[int]) -> None:
        bands = split_bands(volumes, room)
        assert [sum(column) for column in zip(*bands, strict=True)] == volumes
        assert all(kwh >= 0 for band in bands for kwh in band)
        left = sum(volumes)
        for width, band in zip(room, bands, strict=False):
            assert sum(band) == min(width, left)
            left -= sum(band)
