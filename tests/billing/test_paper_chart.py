"""The months on paper, bar by bar."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lk.billing.paper_chart import SHADES, chart
from lk.billing.sheet import BillSheet, Month
from lk.period import Period
from tests.billing.sheets import JULY, REPLACED, TWO_ZONES

DARK, MIDDLE, LIGHT = SHADES


def bars(sheet: BillSheet) -> list[tuple[str, int, int, int]]:
    """(shade, left, top, height) of each, in thousandths of the width and of three hundred."""
    return [
        (shade, int(left), int(top), int(height))
        for shade, path in re.findall(r'<path fill="(#\w+)" d="([^"]*)"', chart(sheet)["svg"])
        for left, top, height in re.findall(r"M(\d+) (-?\d+)h\d+v(-?\d+)h", path)
    ]


def of(*kwh: tuple[int, ...]) -> BillSheet:
    """So much in the last months; the newest is July's."""
    months = tuple(Month(JULY + at + 1 + -len(kwh), each) for at, each in enumerate(kwh))
    return replace(REPLACED if len(kwh[0]) == 1 else TWO_ZONES, months=months)


def test_the_tallest_month_fills_the_height_and_the_others_stand_beside_it_in_proportion() -> None:
    assert [each[2:] for each in bars(of((100,), (50,), (25,)))] == [(0, 300), (150, 150), (225, 75)]


def test_of_one_zone_the_newest_month_is_the_dark_one() -> None:
    assert [shade for shade, *_ in bars(of((100,), (50,)))] == [MIDDLE, DARK]


def test_zones_stand_on_each_other_each_in_its_own_shade() -> None:
    assert bars(of((60, 40), (30, 20))) == [
        (DARK, 10, 120, 180),
        (DARK, 93, 210, 90),
        (MIDDLE, 10, 0, 120),
        (MIDDLE, 93, 150, 60),
    ]
    assert LIGHT not in chart(of((60, 40), (30, 20)))["svg"]


def test_what_was_taken_back_is_no_bar_below_the_ground_and_makes_no_other_taller() -> None:
    assert [each[2:] for each in bars(of((-40,), (100,)))] == [(300, 0), (0, 300)]
    assert [each[2:] for each in bars(of((-50, 100), (100, 100)))] == [(300, 0), (150, 150), (150, 150), (0, 150)]
    assert max(height for *_, height in bars(of((-50, 100), (40, 20)))) == 300


def test_months_of_nothing_are_a_bare_ground() -> None:
    assert {each[2:] for each in bars(of((0,), (0,), (0,)))} == {(300, 0)}


def test_a_first_month_has_nothing_to_be_compared_with() -> None:
    assert chart(of((100,)))["svg"] == ""
    assert chart(of((100,), (90,)))["svg"].startswith("<svg")


@pytest.mark.parametrize(
    ("count", "marks"),
    [
        (3, [(0, "май 2025")]),
        (7, [(0, "январь 2025")]),
        (12, [(0, "август 2024"), (415, "2025")]),
        (24, [(0, "август 2023"), (697, "2025")]),
    ],
)
def test_where_the_bars_and_where_years_begin_is_written_below(count: int, marks: list[tuple[int, str]]) -> None:
    found = [(at, words.replace("\u00a0", " ")) for at, words in chart(of(*[(100,)] * count))["marks"]]
    assert found == marks


def test_it_says_how_much_the_month_was() -> None:
    first, *compared = chart(of((100,), (112,)))["words"]
    assert first.replace("\u00a0", " ") == "Июль 2025 — 112 кВт·ч"
    assert [words.replace("\u00a0", " ")[:10] for words in compared] == ["+12 кВт·ч "]
    assert of((100,)).period == Period(2025, 7)
