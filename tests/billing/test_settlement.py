"""Real readings settle estimates; corrections walk back to the lines they correct."""

from __future__ import annotations

from datetime import date

from lk.billing.rules import BillDraft, bill_for
from lk.energy import Register
from lk.metering.rules import ReadingFacts
from lk.period import Period
from lk.tariffs.rules import BandLimits
from tests.billing.cast import PRICES, SEPTEMBER, Household, account, booked, kwh, price_list
from tests.metering.cast import meter, monthly, reading

T1, T2 = Register.T1, Register.T2
JUNE, JULY, AUGUST = Period(2026, 6), Period(2026, 7), Period(2026, 8)
TWO_ESTIMATES = tuple(
    booked(period, register, volume) for period in (JULY, AUGUST) for register, volume in ((T1, 180), (T2, 93))
)


def after_two_estimates(t1: int, t2: int) -> BillDraft:
    readings = (reading((4000, 2000), JUNE), reading((4000 + t1, 2000 + t2), SEPTEMBER))
    return bill_for(account(meters=(meter(),), readings=readings, booked=TWO_ESTIMATES), SEPTEMBER, PRICES)


def test_a_reading_books_what_two_estimates_left_out() -> None:
    draft = after_two_estimates(480, 290)
    assert kwh(draft.lines) == {"T1": 120, "T2": 104}
    assert draft.total == 120 * 945 + 104 * 408
    assert draft.missed == 0


def test_a_line_tells_growth_what_was_booked_and_what_is_left() -> None:
    line = after_two_estimates(480, 290).lines[0]
    assert (line.previous_kwh, line.current_kwh, line.consumption_kwh) == (4000, 4480, 120)
    assert line.why["growth_kwh"] == 480
    assert line.why["booked_kwh"] == 360
    assert line.why["booked_periods"] == ["2026-07", "2026-08"]


def test_estimates_above_the_growth_come_back_as_a_credit_at_their_own_price() -> None:
    draft = after_two_estimates(300, 290)
    energy, adjustment = draft.lines
    assert (energy.line, energy.register, energy.consumption_kwh) == ("energy", T2, 104)
    assert (adjustment.line, adjustment.register, adjustment.consumption_kwh) == ("adjustment", T1, -60)
    assert adjustment.credits_id == TWO_ESTIMATES[2].id
    assert (draft.energy_kopecks, draft.adjustment_kopecks) == (104 * 408, -60 * 945)
    assert draft.hold_reasons == ()


def test_a_credit_shows_the_price_and_the_act_of_the_line_it_takes_back() -> None:
    earlier = booked(AUGUST, T1, 100)._replace(price_kopecks=900, legal_act="Приказ 0", tariff_from=date(2023, 7, 1))
    readings = (reading([4000], JULY), reading([4040], SEPTEMBER))
    facts = account(meters=(meter(zones=1),), readings=readings, booked=(earlier,))
    (line,) = bill_for(facts, SEPTEMBER, PRICES).lines
    assert (line.price_kopecks, line.amount_kopecks) == (900, -60 * 900)
    assert (line.legal_act, line.tariff_from) == ("Приказ 0", date(2023, 7, 1))


def credited(lines: tuple[object, ...], grown: int) -> list[tuple[int | None, int, int]]:
    readings = (reading([4000], JUNE), reading([4000 + grown], SEPTEMBER))
    facts = account(meters=(meter(zones=1),), readings=readings, booked=lines)
    return [
        (line.credits_id, line.consumption_kwh, line.amount_kopecks)
        for line in bill_for(facts, SEPTEMBER, PRICES).lines
    ]


def test_a_credit_takes_the_newest_period_first_and_its_highest_band_first() -> None:
    july = booked(JULY, T1, 100)
    august, august_dear = booked(AUGUST, T1, 80), booked(AUGUST, T1, 30, band=2)
    assert credited((july, august, august_dear), grown=50) == [
        (august_dear.id, -30, -30 * 1245),
        (august.id, -80, -80 * 945),
        (july.id, -50, -50 * 945),
    ]


def test_what_was_credited_before_is_not_credited_again() -> None:
    july, august = booked(JULY, T1, 100), booked(AUGUST, T1, 80)._replace(credited_kwh=70)
    assert credited((july, august), grown=40) == [(august.id, -10, -9450), (july.id, -60, -56700)]


def test_estimates_that_were_right_leave_a_line_of_zero() -> None:
    draft = after_two_estimates(360, 186)
    assert [(line.line, line.consumption_kwh) for line in draft.lines] == [("energy", 0), ("energy", 0)]
    assert draft.total == 0


class TestReplacement:
    meters = (meter(1, zones=1), meter(2, zones=1, installed_on=date(2026, 9, 10)))
    readings = (
        reading([45100], AUGUST, 1),
        reading([45210], SEPTEMBER, 1, "final"),
        reading([2], SEPTEMBER, 2, "initial"),
        reading([47], SEPTEMBER, 2),
    )

    def test_both_meters_are_on_one_bill_of_155_kwh(self) -> None:
        draft = bill_for(account(meters=self.meters, readings=self.readings), SEPTEMBER, PRICES)
        assert [(line.meter_id, line.previous_kwh, line.current_kwh, line.consumption_kwh) for line in draft.lines] == [
            (1, 45100, 45210, 110),
            (2, 2, 47, 45),
        ]
        assert draft.total == 155 * 787

    def test_estimates_before_it_are_taken_off_both_meters_as_one(self) -> None:
        earlier = (reading([45000], JULY, 1), *self.readings[1:])
        facts = account(meters=self.meters, readings=earlier, booked=(booked(AUGUST, T1, 230),))
        draft = bill_for(facts, SEPTEMBER, PRICES)
        assert [(line.meter_id, line.consumption_kwh) for line in draft.lines] == [(2, 25)]

    def test_the_replacement_itself_is_the_reading_of_its_period(self) -> None:
        draft = bill_for(account(meters=self.meters, readings=self.readings[:3]), SEPTEMBER, PRICES)
        assert [(line.method, line.consumption_kwh) for line in draft.lines] == [("reading", 110)]
        assert draft.missed == 0

    def test_the_next_bill_begins_at_the_new_meters_reading(self) -> None:
        october = (*self.readings, reading([147], Period(2026, 10), 2))
        draft = bill_for(account(meters=self.meters, readings=october), Period(2026, 10), PRICES)
        assert [(line.meter_id, line.consumption_kwh) for line in draft.lines] == [(2, 100)]


class TestChangeOfZones:
    meters = (
        meter(1, zones=1)._replace(removed_on=date(2026, 9, 10)),
        meter(2, zones=2, installed_on=date(2026, 9, 10)),
    )
    readings = (
        reading([5000], JULY, 1),
        reading([5400], SEPTEMBER, 1, "final"),
        reading((0, 0), SEPTEMBER, 2, "initial"),
        reading((60, 30), SEPTEMBER, 2),
    )

    def test_the_old_meter_is_settled_at_its_removal_and_the_new_one_begins_its_own_history(self) -> None:
        facts = account(meters=self.meters, readings=self.readings, booked=(booked(AUGUST, T1, 180),))
        lines = bill_for(facts, SEPTEMBER, PRICES).lines
        assert [(line.meter_id, line.register, line.consumption_kwh, line.price_kopecks) for line in lines] == [
            (1, T1, 220, 787),
            (2, T1, 60, 945),
            (2, T2, 30, 408),
        ]

    def test_the_old_meters_average_is_not_the_new_ones(self) -> None:
        old = monthly([4000], [[180]] * 5, Period(2026, 3))
        readings = (*old, reading([5000], SEPTEMBER, 1, "final"), reading((0, 0), SEPTEMBER, 2, "initial"))
        facts = account(meters=self.meters, readings=readings, missed_before=0)
        lines = bill_for(facts, Period(2026, 10), PRICES).lines
        assert [(line.method, line.consumption_kwh) for line in lines] == [("norm", 135), ("norm", 0)]


class TestLateAndCorrectedReadings:
    def test_a_reading_accepted_after_its_period_was_estimated_is_settled_all_the_same(self) -> None:
        readings = (reading([1000], JUNE), reading([1150], AUGUST), reading([1350], SEPTEMBER))
        lines = (booked(JULY, T1, 180), booked(AUGUST, T1, 180))
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings, booked=lines), SEPTEMBER, PRICES)
        assert kwh(draft.lines) == {"T1": -10}

    def test_when_a_billed_reading_is_rejected_the_next_one_settles_its_bill_too(self) -> None:
        readings = (reading([1000], JULY), reading([1300], SEPTEMBER))
        lines = (booked(AUGUST, T1, 900, method="reading"),)
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings, booked=lines), SEPTEMBER, PRICES)
        assert kwh(draft.lines) == {"T1": -600}

    def test_a_lower_reading_that_a_person_accepted_credits_the_bill_of_the_higher_one(self) -> None:
        readings = (reading([1900], AUGUST), reading([1800], SEPTEMBER))
        lines = (booked(AUGUST, T1, 900, method="reading"),)
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings, booked=lines), SEPTEMBER, PRICES)
        assert [(line.credits_id, line.consumption_kwh) for line in draft.lines] == [(lines[0].id, -100)]
        assert draft.hold_reasons == ()

    def test_what_no_known_line_billed_cannot_be_taken_back_without_a_person(self) -> None:
        readings = (reading([1900], AUGUST), reading([1800], SEPTEMBER))
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings), SEPTEMBER, PRICES)
        assert [reason.code for reason in draft.hold_reasons] == ["negative"]

    def test_the_norm_of_months_without_a_meter_is_never_settled(self) -> None:
        readings = (reading([0], AUGUST, 1, "initial"), reading([100], SEPTEMBER))
        lines = (booked(JULY, T1, 135, method="norm", meter_id=None),)
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings, booked=lines), SEPTEMBER, PRICES)
        assert kwh(draft.lines) == {"T1": 100}

    def test_an_estimate_after_the_initial_reading_is_settled_by_the_first_real_one(self) -> None:
        readings = (reading([0], AUGUST, 1, "initial"), reading([100], SEPTEMBER))
        lines = (booked(AUGUST, T1, 50, method="norm"),)
        draft = bill_for(account(meters=(meter(zones=1),), readings=readings, booked=lines), SEPTEMBER, PRICES)
        assert kwh(draft.lines) == {"T1": 50}

    def test_what_was_booked_before_the_first_reading_of_all_is_left_alone(self) -> None:
        first: tuple[ReadingFacts, ...] = (reading([5000], SEPTEMBER),)
        facts = account(meters=(meter(zones=1),), readings=first, booked=(booked(AUGUST, T1, 135, method="norm"),))
        assert kwh(bill_for(facts, SEPTEMBER, PRICES).lines) == {"T1": 0}


class TestBandsOfASettlement:
    def volume_by_band(self, household: Household, grown: int, period: Period) -> dict[int, int]:
        draft = household.bill(period, [reading([grown], period)])
        return {line.band: line.consumption_kwh for line in draft.lines}

    def test_6500_kwh_of_one_month_meet_three_prices(self) -> None:
        household = Household((meter(zones=1),), [reading([0], AUGUST)])
        draft = household.bill(SEPTEMBER, [reading([6500], SEPTEMBER)])
        assert [(line.band, line.consumption_kwh, line.price_kopecks) for line in draft.lines] == [
            (1, 3900, 787),
            (2, 2100, 1087),
            (3, 500, 1687),
        ]
        assert draft.total == 3900 * 787 + 2100 * 1087 + 500 * 1687

    def test_a_settled_estimate_brings_its_own_months_room_less_what_it_used(self) -> None:
        household = Household((meter(zones=1),), [reading([0], JULY)])
        household.bill(AUGUST)
        assert kwh_of_august(household) == 135
        assert self.volume_by_band(household, 13_000, SEPTEMBER) == {1: 7800 - 135, 2: 4200, 3: 13_000 - 12_000}

    def test_months_before_the_bands_give_no_room_and_used_none(self) -> None:
        november = Period(2024, 11)
        household = Household((meter(zones=1),), [reading([0], november)], prices=price_list())
        household.bill(Period(2024, 12))
        assert self.volume_by_band(household, 5135, Period(2025, 1)) == {1: 3900, 2: 1100}

    def test_what_is_taken_back_from_one_register_makes_room_for_the_other(self) -> None:
        narrow = price_list([BandLimits(date(2025, 1, 1), (100, 150))])
        readings = (reading((0, 0), JULY), reading((0, 200), SEPTEMBER))
        lines = (booked(AUGUST, T1, 100), booked(AUGUST, T1, 35, band=2))
        draft = bill_for(account(meters=(meter(),), readings=readings, booked=lines), SEPTEMBER, narrow)
        assert [(line.register, line.band, line.consumption_kwh) for line in draft.lines] == [
            (T2, 1, 200),
            (T1, 2, -35),
            (T1, 1, -100),
        ]


def kwh_of_august(household: Household) -> int:
    return sum(line.kwh for line in household.lines if line.period == AUGUST)
