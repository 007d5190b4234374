"""One account's bill of one period: lines, sums, and what a person must look at first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from lk.billing.rules import BillDraft, bill_for, first_period, is_billed_in, last_period
from lk.energy import Zone
from lk.outcome import Severity
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR, NoNorm, NoRate, Norm, PriceList
from tests.billing.cast import PRICES, SEPTEMBER, Household, account, kwh
from tests.metering.cast import meter, monthly, reading

HALF_A_YEAR = [(180, 95), (170, 90), (190, 100), (200, 85), (175, 92), (165, 98)]
THROUGH_AUGUST = monthly((4820 - 1080, 2105 - 560), HALF_A_YEAR, Period(2026, 2))
READ = (*THROUGH_AUGUST, reading((5000, 2200), SEPTEMBER))


def billed(**known: object) -> BillDraft:
    return bill_for(account(**{"meters": (meter(),), "readings": READ} | known), SEPTEMBER, PRICES)


def unread(**known: object) -> BillDraft:
    return billed(readings=THROUGH_AUGUST, **known)


def reasons(draft: BillDraft) -> list[str]:
    assert all(reason.severity is Severity.HOLD for reason in draft.hold_reasons)
    return [reason.code for reason in draft.hold_reasons]


class TestAReadMonth:
    def test_180_by_day_and_95_by_night_cost_2088_60(self) -> None:
        draft = billed()
        assert draft.total == draft.energy_kopecks == 2088_60
        assert (draft.adjustment_kopecks, draft.missed, draft.hold_reasons) == (0, 0, ())

    def test_each_line_shows_readings_volume_price_and_act(self) -> None:
        day, night = billed().lines
        assert (day.zone, night.zone) == (Zone.DAY, Zone.NIGHT)
        assert (day.previous_kwh, day.current_kwh, day.consumption_kwh) == (4820, 5000, 180)
        assert (day.previous_on, day.current_on, day.source) == (date(2026, 8, 20), date(2026, 9, 20), "resident")
        assert (day.price_kopecks, day.amount_kopecks, day.method) == (945, 170100, "reading")
        assert (night.price_kopecks, night.legal_act, night.tariff_from) == (408, "Приказ 1", date(2024, 1, 1))

    def test_vat_is_inside_the_sum(self) -> None:
        draft = billed()
        assert (draft.vat_percent, draft.vat_kopecks) == (22, 376_63)

    def test_what_was_owed_before_is_carried_and_not_part_of_the_periods_sum(self) -> None:
        draft = billed(opening_balance_kopecks=500_00)
        assert (draft.opening_balance_kopecks, draft.total) == (500_00, 2088_60)

    def test_a_dial_that_rolled_over_says_so(self) -> None:
        readings = (reading([99980], Period(2026, 8)), reading([12], SEPTEMBER))
        (line,) = billed(meters=(meter(zones=1),), readings=readings).lines
        assert (line.consumption_kwh, line.why["rolled_over"]) == (32, True)

    def test_every_explanation_can_be_stored(self) -> None:
        for draft in (billed(), unread(), unread(missed_before=3)):
            assert all(json.dumps(line.why) for line in draft.lines)


class TestAMonthWithoutAReading:
    def test_the_average_of_180_and_93_costs_2080_44(self) -> None:
        readings = monthly((4000, 2000), HALF_A_YEAR, Period(2026, 2))
        draft = billed(readings=readings)
        assert kwh(draft.lines) == {"T1": 180, "T2": 93}
        assert (draft.total, draft.missed) == (2080_44, 1)
        assert {line.method for line in draft.lines} == {"average"}

    def test_the_line_tells_from_what_it_was_found_and_how_many_are_left(self) -> None:
        line = unread(missed_before=1).lines[0]
        assert (line.current_kwh, line.previous_kwh) == (None, 4820)
        assert line.why["estimates_left_before_norm"] == 1
        assert (line.why["growth_kwh"], line.why["months"]) == (1080, 6)
        assert (line.why["from_period"], line.why["to_period"]) == ("2026-02", "2026-08")

    def test_the_fourth_one_is_the_norm(self) -> None:
        draft = unread(missed_before=3)
        assert {line.method for line in draft.lines} == {"norm"}
        assert (kwh(draft.lines), draft.missed) == ({"T1": 89, "T2": 46}, 4)

    def test_three_people_with_gas_and_one_zone_pay_1062_45_by_the_norm(self) -> None:
        draft = billed(meters=(), readings=())
        assert (kwh(draft.lines), draft.total) == ({"T1": 135}, 1062_45)

    def test_an_account_without_a_meter_misses_nothing(self) -> None:
        draft = billed(meters=(), readings=(), missed_before=0)
        assert draft.missed == 0
        assert [(line.meter_id, line.serial_number, line.zone) for line in draft.lines] == [(None, "", Zone.SINGLE)]

    def test_a_meter_removed_before_the_period_is_no_meter(self) -> None:
        removed = meter()._replace(removed_on=date(2026, 8, 31))
        assert {line.meter_id for line in unread(meters=(removed,)).lines} == {None}

    def test_opened_on_20_september_the_norm_of_135_is_50_kwh(self) -> None:
        new = meter(zones=1)._replace(installed_on=date(2026, 9, 20))
        initial = reading([0], SEPTEMBER, 1, "initial")
        draft = billed(meters=(new,), readings=(initial,), opened_on=date(2026, 9, 20))
        assert [(line.method, line.consumption_kwh) for line in draft.lines] == [("norm", 50)]

    def test_the_norm_of_a_first_part_month_is_settled_by_the_next_reading(self) -> None:
        household = Household((meter(zones=1),))
        opened = date(2026, 9, 20)
        household.bill(SEPTEMBER, [reading([0], SEPTEMBER, 1, "initial")], opened_on=opened)
        october = household.bill(Period(2026, 10), [reading([120], Period(2026, 10))], opened_on=opened)
        assert kwh(october.lines) == {"T1": 70}

    def test_nobody_there_books_nothing_and_is_not_missed(self) -> None:
        draft = unread(away_until=date(2026, 10, 15), missed_before=2)
        assert [(line.method, line.consumption_kwh) for line in draft.lines] == [("away", 0), ("away", 0)]
        assert (draft.total, draft.missed) == (0, 2)

    def test_after_six_months_away_it_is_estimated(self) -> None:
        draft = unread(away_until=date(2026, 10, 15), away_periods_used=6)
        assert ({line.method for line in draft.lines}, draft.missed) == ({"average"}, 1)

    def test_a_reading_counts_although_away_was_declared(self) -> None:
        assert billed(away_until=date(2026, 10, 15)).total == 2088_60

    def test_a_reading_of_the_next_period_does_not_make_this_one_read(self) -> None:
        later = (*THROUGH_AUGUST, reading((5000, 2200), Period(2026, 10)))
        assert {line.method for line in billed(readings=later).lines} == {"average"}


class TestWhatIsHeld:
    def test_a_usual_bill_is_not(self) -> None:
        assert reasons(billed(usual_totals=(2000_00,) * 6)) == []

    def spent(self, used: int, **known: object) -> BillDraft:
        readings = (reading([0], Period(2026, 8)), reading([used], SEPTEMBER))
        return billed(**{"meters": (meter(zones=1),), "readings": readings} | known)

    def test_more_than_five_times_the_usual_is(self) -> None:
        five_times = 1000 * 787
        assert reasons(self.spent(1000, usual_totals=(five_times // 5,) * 3)) == []
        draft = self.spent(1000, usual_totals=(five_times // 5 - 1,) * 3)
        assert reasons(draft) == ["far_above_usual"]
        assert draft.hold_reasons[0].params == {"total": 787000, "usual": 157399}

    def test_the_usual_is_the_median_of_the_last_bills(self) -> None:
        assert reasons(self.spent(1000, usual_totals=(1, 1, 1, 400000, 400000, 400000))) == []
        assert reasons(self.spent(1000, usual_totals=(1, 1, 1, 314799, 400000, 400000))) == []
        assert reasons(self.spent(1000, usual_totals=(1, 1, 1, 314798, 400000, 400000))) == ["far_above_usual"]

    def test_up_to_3000_rubles_nothing_is_far_above(self) -> None:
        assert self.spent(381).total == 2998_47
        assert reasons(self.spent(381, usual_totals=(100, 100, 100))) == []
        assert reasons(self.spent(382, usual_totals=(100, 100, 100))) == ["far_above_usual"]

    def test_with_two_bills_there_is_no_usual(self) -> None:
        assert reasons(self.spent(1000, usual_totals=(100, 100))) == []

    def test_more_than_the_connection_can_carry_is(self) -> None:
        cap = 15 * 24 * 31
        assert reasons(self.spent(cap)) == []
        assert reasons(self.spent(cap + 1)) == ["above_physical_cap"]

    def test_a_meter_that_was_removed_long_ago_widens_no_months_cap(self) -> None:
        year_ago, used = Period(2025, 9), 15 * 24 * 31 + 1
        meters = (meter(1, 1)._replace(removed_on=date(2025, 9, 10)), meter(2, 1, installed_on=date(2025, 9, 10)))
        readings = (
            reading([100], year_ago.previous, 1),
            reading([150], year_ago, 1, "final"),
            reading([0], year_ago, 2, "initial"),
            reading([500], Period(2026, 8), 2),
            reading([500 + used], SEPTEMBER, 2),
        )
        assert reasons(billed(meters=meters, readings=readings)) == ["above_physical_cap"]

    def test_without_a_rate_there_is_no_bill(self) -> None:
        for known in ({}, {"readings": THROUGH_AUGUST}):
            with pytest.raises(NoRate, match="rural"):
                billed(tariff_category="rural", **known)

    def test_without_a_norm_only_an_account_that_needs_it_has_no_bill(self) -> None:
        rates = [PRICES.rate("moscow", "gas", 1, 2, line.register, SEPTEMBER) for line in billed().lines]
        without_norms = PriceList(rates, [Norm("moscow", "electric", 1, 70, date(2020, 1, 1))])
        by_average = account(meters=(meter(),), readings=THROUGH_AUGUST)
        assert reasons(bill_for(by_average, SEPTEMBER, without_norms)) == []
        by_norm = replace(by_average, missed_before=3)
        with pytest.raises(NoNorm):
            bill_for(by_norm, SEPTEMBER, without_norms)


class TestWhoIsBilled:
    calendars = (DEFAULT_CALENDAR,)

    @pytest.mark.parametrize(("day", "period"), [(25, SEPTEMBER), (26, Period(2026, 10)), (30, Period(2026, 10))])
    def test_opened_or_closed_on_the_run_day_or_later_is_the_next_run(self, day: int, period: Period) -> None:
        assert first_period(date(2026, 9, day), self.calendars, Period(2020, 1)) == period
        assert last_period(date(2026, 9, day), self.calendars) == period

    def test_nothing_before_the_companys_first_period_is_billed(self) -> None:
        assert first_period(date(2019, 1, 1), self.calendars, SEPTEMBER) == SEPTEMBER

    def test_an_account_is_billed_from_its_first_period_through_its_last(self) -> None:
        def billed_in(month: int) -> bool:
            opened_on, closed_on = date(2026, 3, 26), date(2026, 8, 25)
            return is_billed_in(Period(2026, month), opened_on, closed_on, self.calendars, Period(2026, 1))

        assert [month for month in range(1, 13) if billed_in(month)] == [4, 5, 6, 7, 8]
