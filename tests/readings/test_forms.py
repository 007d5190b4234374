"""What a person may type for a reading, and what it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.language import spoken
from lk.readings.forms import meter_in, parse
from lk.readings.rules import TypedReading


def typed(t1: str, **others: str) -> TypedReading:
    return parse({"t1": t1, **others}, meter_id=7, zones=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000", 5000),
        ("05000", 5000),
        ("00000", 0),
        (" 5 000 ", 5000),
        ("5\u00a0000", 5000),
        ("000000000000000000000012", 12),
    ],
)
def test_spaces_and_leading_zeros_are_welcome(text: str, value: int) -> None:
    form = typed(text)

    assert (form.values, form.problems) == ((value,), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing_typed"),
        ("   ", "nothing_typed"),
        ("5000,7", "digits_after_comma"),
        ("5000.", "digits_after_comma"),
        (",7", "not_a_number"),
        ("5000,7,1", "not_a_number"),
        ("-1", "not_a_number"),
        ("+1", "not_a_number"),
        ("5e3", "not_a_number"),
        ("²", "not_a_number"),
    ],
)
def test_anything_else_is_a_problem_of_its_field(text: str, code: str) -> None:
    form = typed(text)

    assert [(problem.code, problem.field) for problem in form.problems] == [(code, "t1")]
    assert form.typed == {"t1": text}


def test_the_part_before_the_comma_is_offered() -> None:
    assert typed("05000,7").problems[0].params == {"whole": 5000}


@pytest.mark.parametrize(
    ("text", "value", "whole"),
    [
        ("45,210", 45210, None),
        ("1,045,210", 1045210, None),
        (" 45,210 ", 45210, None),
        ("45 210", 45210, None),
        ("45,210.7", None, 45210),
        ("5000,7", None, 5000),
        ("45,21", None, 45),
        ("0,125", None, 0),
        ("5000.", None, 5000),
    ],
)
def test_in_english_a_comma_groups_digits_by_three_and_is_a_fraction_elsewhere(
    text: str, value: int | None, whole: int | None
) -> None:
    with spoken("en"):
        form = typed(text)

    assert form.values == (value,)
    assert [each.params for each in form.problems] == ([] if whole is None else [{"whole": whole}])
    assert form.typed == {"t1": text}


def test_in_russian_no_comma_groups_digits() -> None:
    assert typed("45,210").problems[0].params == {"whole": 45}


def test_every_dial_of_the_meter_is_read_and_no_other() -> None:
    form = parse({"t1": "1", "t2": "2", "t3": "3"}, meter_id=7, zones=2)

    assert form.values == (1, 2)
    assert parse({}, meter_id=7, zones=3).values == (None, None, None)


def test_only_the_numbers_asked_about_are_confirmed() -> None:
    assert typed("05000", confirmed="5000").is_confirmed
    assert not typed("5001", confirmed="5000").is_confirmed
    assert not typed("5000").is_confirmed


@given(st.text())
def test_whatever_is_typed_becomes_a_storable_number_or_a_problem(text: str) -> None:
    form = typed(text)

    (value,) = form.values
    assert (value is None) == bool(form.problems)
    assert value is None or 0 <= value < 2**63


@given(st.text())
def test_the_meter_of_a_form_is_a_storable_number_or_none(text: str) -> None:
    found = meter_in({"meter": text})

    assert found is None or 0 <= found < 2**63
