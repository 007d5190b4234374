"""Periods, money, the bank's key."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.company import is_account_of_bank, is_correspondent_account
from lk.language import spoken
from lk.money import half_up, parse_rubles, split_by_shares, to_rubles, typed_rubles
from lk.period import Period
from lk.text import fold_account_number, fold_serial_number, parse_day

PERIODS = st.builds(Period, st.integers(1990, 2200), st.integers(1, 12))


def test_a_period_is_written_stored_and_read() -> None:
    period = Period.parse("2026-09")
    assert (str(period), period.number, Period.from_number(202609)) == ("2026-09", 202609, period)
    assert (period.first_day, period.last_day) == (date(2026, 9, 1), date(2026, 9, 30))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-9", "26-09", "2026-09-01", "", "٢٠٢٦-٠٩"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Period.parse(text)


@given(PERIODS, st.integers(-240, 240))
def test_months_add_and_subtract(period: Period, months: int) -> None:
    assert (period + months) - period == months


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [("2088.60", 208860), ("2 088,60", 208860), ("2\u00a0088,6", 208860), ("0", 0), ("-5", -500), ("1,05", 105)],
)
def test_rubles_are_read_as_people_type_them(text: str, kopecks: int) -> None:
    assert parse_rubles(text) == kopecks


@pytest.mark.parametrize(
    "text", ["", "1e3", "1.005", "1,2,3", "٥", "５", "--1", "12345678901234567890", "NaN", "1_000"]
)
def test_what_is_not_a_sum_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a sum"):
        parse_rubles(text)


def test_in_english_a_comma_may_group_rubles() -> None:
    with spoken("en"):
        typed = [typed_rubles(text) for text in ("2,088.60", "2088.60", "2088,60", "2,088", "1,000,000.5")]
    assert typed == [208860, 208860, 208860, 208800, 100000050]
    assert typed_rubles("2,08") == 208


@pytest.mark.parametrize("text", ["0,125", "00,125.00", "2,0886", "20,88.60", "2,088.605"])
def test_a_slip_of_the_comma_is_no_sum(text: str) -> None:
    with spoken("en"), pytest.raises(ValueError, match="not a sum"):
        typed_rubles(text)


@given(st.integers(-(10**12), 10**12))
def test_rubles_written_are_read_back(kopecks: int) -> None:
    assert parse_rubles(to_rubles(kopecks)) == kopecks


def test_halves_go_up() -> None:
    assert [half_up(5, 10), half_up(4, 10), half_up(15, 10), half_up(-5, 10)] == [1, 0, 2, -1]


@given(st.integers(0, 10**6), st.lists(st.integers(0, 1000), min_size=1, max_size=3))
def test_a_split_adds_up(total: int, shares: list[int]) -> None:
    assert sum(split_by_shares(total, shares)) == total


def test_ties_of_a_largest_remainder_go_to_the_lowest_register() -> None:
    assert split_by_shares(1, [1, 1, 1]) == [1, 0, 0]


def test_the_banks_key_of_the_rules_examples() -> None:
    assert is_account_of_bank("40702810338360027201", "044525225")
    assert is_account_of_bank("40702810138250123017", "044525225")
    assert is_correspondent_account("30101810400000000225", "044525225")
    assert not is_account_of_bank("30101810965770000413", "044525225")
    assert not is_correspondent_account("30101810965770000413", "044525225")


@pytest.mark.parametrize(
    "typed", ["1000000101", "10000-001-01", " 10000 001 01 ", "1ОООО–ОО1–О1", "10000\u00a0001\u00a001"]
)
def test_an_account_number_is_read_as_people_type_it(typed: str) -> None:
    assert fold_account_number(typed) == "1000000101"


def test_a_meter_number_is_compared_without_spaces_dashes_zeros_and_case() -> None:
    assert fold_serial_number("00-14 195 368") == fold_serial_number("14195368")
    assert fold_serial_number("ав-12") == fold_serial_number("AB12")
    assert fold_serial_number("мк-O1Iб") == fold_serial_number("MK-011Б")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-03-15", date(2027, 3, 15)),
        ("15.03.2027", date(2027, 3, 15)),
        (" 5.3.27 ", date(2027, 3, 5)),
        ("15/03/2027", date(2027, 3, 15)),
        ("15-03-2027", date(2027, 3, 15)),
        ("29.02.2028", date(2028, 2, 29)),
        ("29.02.2027", None),
        ("2027-13-01", None),
        ("15 марта", None),
        ("150320270", None),
        ("١٥.٠٣.٢٠٢٧", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_a_day_is_read_as_browsers_send_it_and_as_people_write_it(typed: str, day: date | None) -> None:
    assert parse_day(typed) == day
