"""The table of what a resident's time is worth, each row counted: screens, taps and typed characters.

Seconds are those of a slow hand: so many for a screen to look at, a tap, a character; the program adds next to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.phone import HEIGHT, Phone
from tests.browser.questions import LARGEST
from tests.household import ACCOUNT, EMAIL, PASSWORD, hire, newest_link, served_house
from tests.journeys.steps import link_card
from tests.served import Served

NBSP = "\u00a0"
SUM = f"2{NBSP}088,60{NBSP}₽"
A_SCREEN = 4.0
THUMB, TEN_FINGERS = (1.5, 0.5), (1.2, 0.25)
"""Seconds: of a tap, of a character."""


@dataclass
class Table:
    rows: list[str] = field(default_factory=list)

    def count(self, task: str, phone: Phone, hand: tuple[float, float] = THUMB) -> float:
        """The row of what this phone has gone through; the seconds that it takes."""
        a_tap, a_character = hand
        typed = sum(map(len, phone.typed))
        seconds = len(phone.screens) * A_SCREEN + phone.taps * a_tap + typed * a_character
        self.rows.append(f"{task:<44} {len(phone.screens):>7} {phone.taps:>5} {typed:>6} {seconds:>8.1f}")
        return seconds

    def __str__(self) -> str:
        return "\n".join(["", f"{'task':<44} screens  taps  typed  seconds", *self.rows])


@dataclass
class Month:
    """One household: a cabinet opened on paper's two numbers, a card, and a month that goes on from test to test."""

    lk: Served
    phone: Phone
    home: str
    table: Table = field(default_factory=Table)


@pytest.fixture(scope="module")
def month(house: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with (
        served_house(house, tmp_path_factory.mktemp("time-worth")) as lk,
        Phone.in_hand(browser, lk, has_scripts=True) as phone,
    ):
        yield Month(lk, phone, phone.open_cabinet())


@pytest.fixture(scope="module")
def wanderer(month: Month, browser: Browser) -> Iterator[Phone]:
    """A phone on which nobody has signed in, after the letter that reminds of the reading came."""
    month.lk.move_to("2025-07-22T09:05")
    month.lk.run_month()
    with Phone.in_hand(browser, month.lk, has_scripts=True) as phone:
        phone.go(newest_link(month.lk, "readings_wanted", EMAIL))
        phone.type("День, T1", "5000")
        phone.type("Ночь, T2", "2200")
        phone.tap("Передать показание")
        phone.sees("Показание принято")
        yield phone


@pytest.fixture(scope="module")
def billed(month: Month, wanderer: Phone) -> Month:
    who = month.lk.visitor()
    who.get("/sign-in")
    who.post("/sign-in", login=EMAIL, password=PASSWORD)
    link_card(who, month.home)
    for moment in ("2025-07-26T00:01", "2025-07-29T12:00"):
        month.lk.move_to(moment)
        month.lk.run_month()
    return month


@pytest.fixture(scope="module")
def staff(billed: Month, browser: Browser) -> Iterator[Phone]:
    operator = hire(billed.lk, "operator", "operator")
    billed.lk.move_to("2025-07-29T12:05")
    with Phone.in_hand(browser, billed.lk, has_scripts=True) as phone:
        phone.come_to_work(operator)
        yield phone


def _begins(phone: Phone) -> None:
    phone.screens, phone.typed, phone.taps = [], [], 0


def test_the_way_in_is_five_screens_and_nothing_is_typed_twice(month: Month) -> None:
    phone = month.phone
    cabinet = phone.screens.pop()
    assert [screen.split("/first-sign-in/")[0] for screen in phone.screens] == [
        "/register",
        "/register/email",
        "/register/letter",
        "/register",
        "/register/credentials",
    ]
    assert cabinet.startswith("/accounts/")
    assert len(phone.typed) == len(set(phone.typed)) == 4
    assert phone.taps == 4
    assert month.table.count("from the paper bill to one's own cabinet", phone) <= 90


def test_the_reading_from_the_letter_is_opened_typed_and_sent_by_one_tap(month: Month, wanderer: Phone) -> None:
    assert (len(wanderer.screens), wanderer.typed, wanderer.taps) == (1, ["5000", "2200"], 1)
    assert month.table.count("the month's reading from the letter", wanderer) <= 15
    rows = month.lk.rows("SELECT t1_kwh, t2_kwh, source FROM readings WHERE kind = 'regular'")
    assert [tuple(row.values()) for row in rows] == [(5000, 2200, "link")]


def test_what_is_owed_and_by_when_is_seen_before_any_tap(billed: Month) -> None:
    phone = billed.phone
    _begins(phone)
    phone.go(billed.home)
    billed.table.count("what do I owe, and by when?", phone)
    assert phone.taps == 0
    bar = phone.page.locator(".tabs").bounding_box()
    assert bar
    for words in (SUM, f"до 10{NBSP}августа"):
        found = phone.page.locator("main").get_by_text(words).first
        expect(found).to_be_visible()
        box = found.bounding_box()
        assert box
        assert 0 <= box["y"] < box["y"] + box["height"] <= bar["y"] <= HEIGHT, words
    assert phone.page.evaluate("scrollY") == 0
    (size, largest), (next_size, _) = phone.page.evaluate(LARGEST)
    assert largest == SUM
    assert size > next_size


def test_the_bill_is_paid_with_the_linked_card_by_two_taps(billed: Month) -> None:
    phone = billed.phone
    phone.go(billed.home)
    _begins(phone)
    phone.tap(f"Оплатить {SUM}")
    phone.comes_to("/payments")
    phone.tap(f"Оплатить {SUM} картой ··4444")
    phone.comes_to("/payments/*")
    phone.sees("Платёж прошёл")
    assert (phone.taps, phone.typed) == (2, [])
    billed.table.count("paying the bill with the linked card", phone)
    phone.go("/payments")
    phone.sees("Платить нечего")


def test_an_agent_sees_what_the_caller_sees_after_one_search_and_one_page(billed: Month, staff: Phone) -> None:
    staff.go("/support")
    _begins(staff)
    staff.page.set_viewport_size({"width": 1280, "height": 800})
    staff.typed.append(ACCOUNT + "\n")
    staff.page.keyboard.type(ACCOUNT + "\n")
    staff.page.wait_for_url("**/support/accounts/*")
    staff.screens.append(staff.path)
    staff.page.get_by_text("Вопрос по счёту").first.click()
    staff.taps += 1
    staff.tap("Посмотреть как житель")
    staff.page.wait_for_url(f"**{billed.home}")
    staff.sees("только просмотр")
    assert staff.screens == [f"/support{billed.home}"]
    assert billed.table.count("agent: from the number to the caller's page", staff, TEN_FINGERS) <= 10
    staff.tap("Закончить")
    staff.comes_to("/support")


def test_an_operator_sees_on_one_page_whether_the_month_is_all_right(billed: Month, staff: Phone) -> None:
    _begins(staff)
    staff.go("/operations")
    assert (len(staff.screens), staff.taps, staff.typed) == (1, 0, [])
    answer = staff.page.locator("main .banner-title").first
    expect(answer).to_be_in_viewport()
    print(answer.inner_text())
    stages = staff.page.locator(".stages").all_inner_texts()
    for words in ("Показания получены", "1 из 3", "Расчёт счетов", "Доставка счетов", "Оплачено к сроку", "50\u00a0%"):
        assert any(words in stage for stage in stages), words
    billed.table.count("operator: is this month all right?", staff, TEN_FINGERS)
    print(billed.table)
