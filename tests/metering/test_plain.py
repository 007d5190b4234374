"""The plainly unremarkable reading: judging it would find nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.metering.plain import is_plain
from lk.metering.rules import JudgeFacts, MeterFacts, ReadingFacts, judge_reading, physical_cap, typical_monthly
from lk.period import Period

TAKEN = date(2026, 3, 20)


@dataclass(frozen=True)
class Case:
    values: tuple[int, ...]
    previous: tuple[int, ...]
    first: tuple[int, ...]
    history_months: int = 3
    months: int = 1
    days: int = 30
    digits: int = 5
    ratio: int = 1
    power_kw: int = 15

    @property
    def is_plain(self) -> bool:
        return is_plain(
            self.values,
            self.previous,
            self.first if self.history_months >= 3 else None,
            self.history_months,
            self.months,
            self.digits,
            self.ratio,
            physical_cap(self.power_kw, self.days),
        )

    @property
    def problems(self) -> list[str]:
        last = Period(2026, 3) + -self.months
        meter = MeterFacts(1, "", len(self.values), self.digits, self.ratio, date.min)
        history = [
            ReadingFacts(None, 1, self.first, date.min, last + -self.history_months),
            ReadingFacts(None, 1, self.previous, date.min, last),
        ]
        facts = JudgeFacts(
            zones=len(self.values),
            digits=self.digits,
            values=self.values,
            taken_on=TAKEN,
            today=TAKEN,
            ratio=self.ratio,
            previous=self.previous,
            previous_taken_on=TAKEN - timedelta(self.days),
            power_kw=self.power_kw,
            typical=typical_monthly(history, [meter]),
            months=self.months,
            source="import",
        )
        return [problem.code for problem in judge_reading(facts)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Dials that mostly go on, by little or a lot, near the end of the dial or not."""
    zones = draw(st.integers(1, 3))
    digits = draw(st.integers(4, 6))
    steps = st.one_of(st.integers(-5, 60), st.integers(0, 2_000))

    def registers(start: list[int]) -> list[int]:
        return [max(0, value + draw(steps)) for value in start]

    first = [draw(st.one_of(st.integers(0, 500), st.integers(10**digits - 900, 10**digits - 1))) for _ in range(zones)]
    previous = registers(first)
    values = registers(previous)
    if draw(st.booleans()):
        values = draw(st.permutations(values))
    return Case(
        tuple(values),
        tuple(min(value, 10**digits - 1) for value in previous),
        tuple(first),
        draw(st.integers(1, 6)),
        draw(st.integers(1, 14)),
        draw(st.integers(1, 400)),
        digits,
        draw(st.sampled_from([1, 1, 1, 20])),
        draw(st.integers(1, 15)),
    )


@given(cases())
def test_judging_a_plain_reading_finds_nothing(case: Case) -> None:
    if case.is_plain:
        assert case.problems == []


@given(cases())
def test_one_register_that_went_on_is_plain_whenever_judging_finds_nothing(case: Case) -> None:
    went_on = all(
        first <= before < value for first, before, value in zip(case.first, case.previous, case.values, strict=True)
    )
    if len(case.values) == 1 and went_on:
        assert case.is_plain == (case.problems == [])


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (Case((1300,), (1000,), (700,)), None),
        (Case((1301,), (1000,), (700,)), "far_above_typical"),
        (Case((1000,), (1000,), (700,)), "equal_to_previous"),
        (Case((999,), (1000,), (700,)), "below_previous"),
        (Case((100_000,), (99_900,), (99_600,)), "too_many_digits"),
        (Case((11_801,), (1000,), (700,), history_months=2), "above_physical_cap"),
        (Case((11_800,), (1000,), (700,), history_months=2), None),
        (Case((1600,), (1000,), (700,), months=2), None),
        (Case((5200, 2200), (5000, 2100), (4400, 1800)), None),
        (Case((1100, 1200), (1000, 1000), (400, 700)), "zones_look_swapped"),
    ],
)
def test_a_reading_is_plain_up_to_each_limit(case: Case, code: str | None) -> None:
    assert case.is_plain == (code is None)
    assert case.problems == ([code] if code else [])
