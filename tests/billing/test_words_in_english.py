"""Every answer to «Почему столько?» for somebody who chose English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from lk.billing.penalty_words import penalty_line
from lk.billing.rules import bill_for
from lk.billing.sheet import SheetLine
from lk.energy import Register
from lk.language import spoken
from tests.billing import test_bill_page_words as words
from tests.billing.cast import PRICES, SEPTEMBER, account, booked
from tests.billing.test_bill_page_words import AUGUST, HALF_A_YEAR, JULY, JUNE, billed, grown
from tests.metering.cast import meter, reading
from tests.papers import spaced

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LAW = "Приказ 1"
NEW = date(2026, 9, 20)
ESTIMATES = tuple(booked(each, register, 180) for each in (JULY, AUGUST) for register in (Register.T1, Register.T2))

LINES: dict[str, Callable[[], list[SheetLine]]] = {
    "read": partial(billed, [*HALF_A_YEAR, reading((5000, 2200), SEPTEMBER)]),
    "began again": partial(grown, 99980, 12),
    "transformers": partial(grown, 100, 115, meters=(meter(zones=1, ratio=20),)),
    "bands": partial(grown, 1000, 7500, power_kw=None),
    "bands of two months": partial(
        billed,
        [reading([1000], JULY), reading([11000], SEPTEMBER)],
        booked=(booked(AUGUST, Register.T1, 180),),
        power_kw=None,
    ),
    "settled": partial(billed, [reading((4000, 2000), JUNE), reading((4480, 2400), SEPTEMBER)], booked=ESTIMATES),
    "given back": partial(billed, [reading((4000, 2000), JUNE), reading((4300, 2400), SEPTEMBER)], booked=ESTIMATES),
    "nothing was charged": partial(
        billed,
        [reading([4000], JULY), reading([4300], SEPTEMBER)],
        booked=(booked(AUGUST, Register.T1, 0, method="away"),),
    ),
    "replaced": partial(
        billed,
        [
            reading([45100], AUGUST, 1),
            reading([45210], SEPTEMBER, 1, "final"),
            reading([2], SEPTEMBER, 2, "initial"),
            reading([47], SEPTEMBER, 2),
        ],
        meters=(meter(1, zones=1), meter(2, zones=1, installed_on=date(2026, 9, 10))),
    ),
    "average": partial(billed, HALF_A_YEAR),
    "last average": partial(billed, HALF_A_YEAR, missed_before=2),
    "norm": partial(billed, HALF_A_YEAR, missed_before=3),
    "short history": partial(billed, [reading([100], AUGUST)]),
    "no meter": lambda: words.told(bill_for(account(), SEPTEMBER, PRICES)),
    "nobody there": partial(billed, HALF_A_YEAR, away_until=date(2026, 10, 15)),
    "part of a month": partial(
        billed, [reading([0], SEPTEMBER, 1, "initial")], meters=(meter(zones=1, installed_on=NEW),), opened_on=NEW
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_every_line_answers_in_english(name: str) -> None:
    with spoken("en"):
        said = [each for line in LINES[name]() for each in told(line)]
    assert said
    assert [each for each in said if CYRILLIC.search(each.replace(LAW, ""))] == []


def test_a_reading_is_told_from_the_dial_to_the_sum() -> None:
    with spoken("en"):
        day = LINES["read"]()[0]
    assert told(day) == [
        "Day, T1",
        "180 kWh × 9.45 ₽",
        "Meter 00710001: before 4,820 (20 August), now 5,000 (20 September), sent from the cabinet.",
        "Tariff 9.45 ₽ per kWh, in force since 1 January 2024: Приказ 1.",
        "180 × 9.45 ₽ = 1,701.00 ₽.",
    ]


def test_a_penalty_is_told_in_english() -> None:
    of, days = words._penalty, [words.TestPenalty.to_day_90, words.TestPenalty.day_91]
    with spoken("en"):
        first = penalty_line(9865, of(9865, days, 9865))
        more = penalty_line(365, of(365, days, 9865, posted=9500))
        back = penalty_line(-9500, of(-9500, [], 0, posted=9500))
    assert told(first) == [
        "Late fee for March 2025",
        "due 10 April 2025",
        "It was due by 10 April 2025. There is no late fee for the first 30 days after that.",
        "11 May — 9 July 2025, 60 days: 5,000.00 ₽ × 9.5% ÷ 300 × 60 = 95.00 ₽.",
        "10 July 2025, 1 day: 5,000.00 ₽ × 9.5% ÷ 130 × 1 = 3.65 ₽.",
        "98.65 ₽ in all. There is no late fee on a late fee.",
    ]
    assert told(more)[-1] == "98.65 ₽ in all, 95.00 ₽ of it in earlier bills: 3.65 ₽ in this one."
    assert told(back)[-1] == "0.00 ₽ in all, but 95.00 ₽ in earlier bills: we return the extra 95.00 ₽."


def told(line: SheetLine) -> list[str]:
    return [spaced(each) for each in (line.title, line.note, *line.why)]
