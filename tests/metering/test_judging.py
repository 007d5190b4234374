"""What is said of a reading before it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lk.metering.rules import JudgeFacts, Verdict, judge_reading, verdict, verification_warning
from lk.outcome import Severity

USUAL = JudgeFacts(
    zones=2,
    digits=5,
    values=(5000, 2200),
    taken_on=date(2026, 9, 20),
    today=date(2026, 9, 20),
    previous=(4820, 2105),
    previous_taken_on=date(2026, 8, 20),
    power_kw=15,
    typical=(180, 93),
)


def found(facts: JudgeFacts) -> list[tuple[str, Severity, str | None]]:
    return [(problem.code, problem.severity, problem.field) for problem in judge_reading(facts)]


def test_a_usual_reading_has_no_problems() -> None:
    assert judge_reading(USUAL) == []


def test_the_first_reading_of_a_meter_is_compared_with_nothing() -> None:
    assert judge_reading(replace(USUAL, previous=None, previous_taken_on=None)) == []


@pytest.mark.parametrize("values", [(None, 2200), (-1, 2200)])
def test_what_is_not_a_number_is_refused(values: tuple[int | None, ...]) -> None:
    assert found(replace(USUAL, values=values)) == [("not_a_number", Severity.REFUSE, "t1")]


def test_a_register_left_out_is_refused() -> None:
    assert found(replace(USUAL, values=(5000,))) == [("not_a_number", Severity.REFUSE, "t2")]


def test_more_digits_than_the_dial_has_are_refused() -> None:
    assert found(replace(USUAL, values=(5000, 100_000))) == [("too_many_digits", Severity.REFUSE, "t2")]
    assert "too_many_digits" not in [code for code, *_ in found(replace(USUAL, values=(99_999, 2200)))]


def test_a_reading_of_tomorrow_is_refused() -> None:
    facts = replace(USUAL, taken_on=date(2026, 9, 21))
    assert found(facts) == [("taken_in_future", Severity.REFUSE, "taken_on")]


def test_a_reading_below_the_previous_is_held_with_both_numbers() -> None:
    problem, *rest = judge_reading(replace(USUAL, values=(4400, 2200)))
    assert not rest
    assert (problem.code, problem.severity, problem.field) == ("below_previous", Severity.HOLD, "t1")
    assert problem.params == {"previous": 4820, "value": 4400}


def test_a_believable_roll_over_is_no_problem() -> None:
    assert judge_reading(replace(USUAL, values=(12, 2200), previous=(99_880, 2105))) == []


def test_a_roll_over_above_the_cap_is_doubtful() -> None:
    facts = replace(USUAL, values=(5000, 2200), previous=(90_000, 2105), typical=None)
    assert found(facts) == [("roll_over_doubtful", Severity.HOLD, "t1")]


def test_a_roll_over_far_above_the_typical_is_doubtful() -> None:
    at_most = replace(USUAL, values=(440, 2200), previous=(99_900, 2105))
    assert found(at_most) == []
    assert found(replace(at_most, values=(441, 2200))) == [("roll_over_doubtful", Severity.HOLD, "t1")]


def test_more_than_the_connection_can_carry_is_held() -> None:
    facts = replace(USUAL, previous=(0, 0), typical=None, values=(11_000, 160))
    assert found(facts) == []
    problem, *rest = judge_reading(replace(facts, values=(11_000, 161)))
    assert not rest
    assert (problem.code, problem.severity, problem.field) == ("above_physical_cap", Severity.HOLD, "t1")
    assert problem.params == {"consumption": 11_161, "cap": 15 * 24 * 31}


def test_above_three_times_the_typical_is_to_be_confirmed() -> None:
    assert found(replace(USUAL, values=(4820 + 540, 2200))) == []
    assert found(replace(USUAL, values=(4820 + 541, 2200))) == [("far_above_typical", Severity.CONFIRM, "t1")]


def test_the_typical_is_taken_for_each_period_elapsed() -> None:
    assert found(replace(USUAL, values=(4820 + 1080, 2105 + 186), months=2)) == []


def test_without_a_typical_consumption_nothing_is_far_above_it() -> None:
    assert found(replace(USUAL, values=(4820 + 5000, 2200), typical=None)) == []


def test_equal_to_the_previous_is_confirmed_and_never_held() -> None:
    problems = judge_reading(replace(USUAL, values=(4820, 2105)))
    assert [(problem.code, problem.field) for problem in problems] == [
        ("equal_to_previous", "t1"),
        ("equal_to_previous", "t2"),
    ]
    assert verdict(problems, "resident") is Verdict.UNCONFIRMED
    assert verdict(problems, "resident", is_confirmed=True) is Verdict.ACCEPTED


def test_all_problems_are_told_at_once() -> None:
    facts = replace(USUAL, values=(None, 2100), taken_on=date(2026, 9, 21))
    assert {code for code, *_ in found(facts)} == {"not_a_number", "taken_in_future", "below_previous"}


class TestZonesLookSwapped:
    facts = replace(USUAL, previous=(5000, 5000), typical=(200, 60))

    def test_day_typed_as_night_is_asked_about(self) -> None:
        problem, *rest = judge_reading(replace(self.facts, values=(5058, 5178)))
        assert not rest
        assert (problem.code, problem.severity) == ("zones_look_swapped", Severity.CONFIRM)
        assert problem.params == {"t1": 5178, "t2": 5058}

    def test_the_usual_order_is_not_asked_about(self) -> None:
        assert judge_reading(replace(self.facts, values=(5178, 5058))) == []

    def test_an_unusual_month_that_the_other_order_does_not_explain_is_not_asked_about(self) -> None:
        assert judge_reading(replace(self.facts, values=(5110, 5100))) == []

    def test_a_swap_that_falls_below_the_previous_is_recognised_too(self) -> None:
        codes = {code for code, *_ in found(replace(USUAL, values=(2200, 5000)))}
        assert {"below_previous", "zones_look_swapped"} <= codes

    def test_a_value_that_is_refused_is_not_tried_in_another_zone(self) -> None:
        facts = replace(self.facts, previous=(90, 90_000), values=(100_020, 250), typical=(160, 10_020))
        assert [code for code, *_ in found(facts) if code == "zones_look_swapped"] == []

    def test_three_zones_typed_in_a_circle_are_put_in_order(self) -> None:
        facts = replace(self.facts, zones=3, previous=(100, 100, 100), typical=(100, 40, 10), values=(110, 200, 140))
        swapped = next(problem for problem in judge_reading(facts) if problem.code == "zones_look_swapped")
        assert swapped.params == {"t1": 200, "t2": 140, "t3": 110}


class TestTheVerdict:
    def test_a_held_reading_is_kept_for_a_person(self) -> None:
        assert verdict(judge_reading(replace(USUAL, values=(4400, 2200))), "resident") is Verdict.HELD

    def test_a_refusal_outweighs_everything(self) -> None:
        problems = judge_reading(replace(USUAL, values=(None, 2100)))
        assert verdict(problems, "import", is_confirmed=True) is Verdict.REFUSED

    def test_a_bulk_import_does_not_stop_where_a_person_would_be_asked(self) -> None:
        problems = judge_reading(replace(USUAL, values=(4820, 2200)))
        assert problems
        assert verdict(problems, "import") is Verdict.ACCEPTED

    def test_nothing_odd_is_accepted(self) -> None:
        assert verdict([], "link") is Verdict.ACCEPTED


class TestVerification:
    def test_a_meter_past_its_verification_is_still_read(self) -> None:
        assert judge_reading(replace(USUAL, verified_until=date(2026, 9, 19))) == []

    def test_where_the_company_says_so_its_reading_is_held(self) -> None:
        facts = replace(USUAL, verified_until=date(2026, 9, 19), is_used_after_verification=False)
        assert found(facts) == [("verification_over", Severity.HOLD, None)]
        assert found(replace(facts, verified_until=date(2026, 9, 20))) == []

    @pytest.mark.parametrize(
        ("today", "months"),
        [
            (date(2026, 3, 14), None),
            (date(2026, 3, 15), 6),
            (date(2026, 6, 15), 3),
            (date(2026, 8, 15), 1),
            (date(2026, 9, 15), 1),
            (date(2026, 9, 16), 0),
        ],
    )
    def test_the_holder_is_told_6_3_and_1_months_ahead(self, today: date, months: int | None) -> None:
        assert verification_warning(date(2026, 9, 15), today) == months
