"""What is booked where no reading came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lk.metering.rules import EstimateFacts, days_open, estimate, is_away, typical_monthly, usage_history
from lk.period import Period
from lk.tariffs.rules import NoNorm
from tests.metering.cast import meter, monthly, reading

HALF_A_YEAR = [(180, 95), (170, 90), (190, 100), (200, 85), (175, 92), (165, 98)]
READINGS = monthly((4000, 2000), HALF_A_YEAR, Period(2026, 2))
"""February to August 2026."""

UNREAD = EstimateFacts(
    zones=2,
    missed=1,
    history=usage_history([meter()], READINGS),
    residents=3,
    kwh_per_person=45,
    days_open=30,
    days=30,
)


class TestTheAverage:
    def test_six_months_of_180_and_93(self) -> None:
        assert typical_monthly(READINGS, [meter()]) == (180, 93)

    def test_an_estimate_by_the_average_tells_how_many_are_left(self) -> None:
        booked = estimate(UNREAD)
        assert (booked.kwh, booked.method, booked.estimates_left_before_norm) == ((180, 93), "average", 2)
        assert estimate(replace(UNREAD, missed=3)).estimates_left_before_norm == 0

    def test_only_the_last_six_months_count(self) -> None:
        longer = monthly((0, 0), [(9000, 9000), *HALF_A_YEAR], Period(2026, 1))
        assert typical_monthly(longer, [meter()]) == (180, 93)

    def test_three_months_are_enough_and_two_are_not(self) -> None:
        assert typical_monthly(monthly((0, 0), HALF_A_YEAR[:3], Period(2026, 5)), [meter()]) == (180, 95)
        assert typical_monthly(monthly((0, 0), HALF_A_YEAR[:2], Period(2026, 6)), [meter()]) is None

    def test_months_without_a_reading_are_months_all_the_same(self) -> None:
        sparse = [reading((1000, 0), Period(2026, 3)), reading((1900, 5), Period(2026, 8))]
        assert typical_monthly(sparse, [meter()]) == (180, 1)

    def test_a_half_is_rounded_up(self) -> None:
        sparse = [reading((0, 0), Period(2026, 2)), reading((3, 2), Period(2026, 8))]
        assert typical_monthly(sparse, [meter()]) == (1, 0)

    def test_the_dial_is_multiplied_by_the_ratio(self) -> None:
        assert typical_monthly(READINGS, [meter(ratio=20)]) == (3600, 1867)

    def test_a_replacement_joins_the_two_meters(self) -> None:
        joined = [
            reading([44500], Period(2026, 3)),
            reading([45210], Period(2026, 6), 1, "final"),
            reading([2], Period(2026, 6), 2, "initial"),
            reading([292], Period(2026, 8), 2),
        ]
        assert typical_monthly(joined, [meter(1, zones=1), meter(2, zones=1)]) == (200,)

    def test_an_initial_reading_counts_in_its_month(self) -> None:
        new = [reading([0], Period(2026, 5), 1, "initial"), reading([300], Period(2026, 8))]
        assert typical_monthly(new, [meter(zones=1)]) == (100,)

    def test_without_readings_there_is_no_history(self) -> None:
        assert usage_history([meter()], []) is None
        assert typical_monthly([reading((1, 1), Period(2026, 8))], [meter()]) is None

    def test_a_part_month_is_booked_in_proportion(self) -> None:
        assert estimate(replace(UNREAD, days_open=10)).kwh == (60, 31)


class TestTheNorm:
    def test_from_the_fourth_month_without_a_reading_it_is_the_norm(self) -> None:
        booked = estimate(replace(UNREAD, missed=4))
        assert (booked.method, sum(booked.kwh), booked.kwh_per_person) == ("norm", 135, 45)

    def test_it_is_split_over_the_zones_by_their_usual_shares(self) -> None:
        assert estimate(replace(UNREAD, missed=4)).kwh == (89, 46)

    def test_one_month_of_history_is_enough_for_the_shares(self) -> None:
        history = usage_history([meter()], monthly((0, 0), [(100, 200)], Period(2026, 7)))
        assert estimate(replace(UNREAD, history=history)).kwh == (45, 90)

    def test_without_history_all_of_it_is_on_t1(self) -> None:
        assert estimate(replace(UNREAD, history=None)).kwh == (135, 0)

    def test_without_a_limit_the_average_never_gives_way(self) -> None:
        booked = estimate(replace(UNREAD, missed=40, max_periods=None))
        assert (booked.method, booked.estimates_left_before_norm) == ("average", None)

    def test_an_account_opened_on_20_september_has_50_of_135_kwh(self) -> None:
        open_days = days_open(Period(2026, 9), date(2026, 9, 20), None)
        assert open_days == 11
        assert sum(estimate(replace(UNREAD, history=None, days_open=open_days)).kwh) == 50

    def test_where_none_is_known_it_says_so(self) -> None:
        with pytest.raises(NoNorm):
            estimate(replace(UNREAD, history=None, kwh_per_person=None))

    def test_an_account_without_a_meter_has_the_norm_even_when_away(self) -> None:
        booked = estimate(replace(UNREAD, zones=1, history=None, missed=0, has_meter=False, is_away=True))
        assert (booked.kwh, booked.method) == ((135,), "norm")


class TestAway:
    def test_nothing_is_booked_while_nobody_is_there(self) -> None:
        booked = estimate(replace(UNREAD, missed=0, is_away=True))
        assert (booked.kwh, booked.method) == ((0, 0), "away")

    def test_it_holds_for_windows_that_end_before_the_return(self) -> None:
        assert is_away(date(2026, 9, 25), date(2026, 9, 25), 0)
        assert not is_away(date(2026, 9, 24), date(2026, 9, 25), 0)
        assert not is_away(None, date(2026, 9, 25), 0)

    def test_after_six_periods_a_reading_is_asked_for(self) -> None:
        assert is_away(date(2027, 9, 1), date(2026, 9, 25), 5)
        assert not is_away(date(2027, 9, 1), date(2026, 9, 25), 6)


class TestDaysOpen:
    @pytest.mark.parametrize(
        ("opened_on", "closed_on", "days"),
        [
            (date(2020, 1, 1), None, 30),
            (date(2026, 9, 20), None, 11),
            (date(2020, 1, 1), date(2026, 9, 10), 10),
            (date(2026, 9, 5), date(2026, 9, 5), 1),
            (date(2020, 1, 1), date(2026, 8, 31), 0),
            (date(2026, 10, 1), None, 0),
        ],
    )
    def test_the_first_and_the_last_day_are_open(self, opened_on: date, closed_on: date | None, days: int) -> None:
        assert days_open(Period(2026, 9), opened_on, closed_on) == days
