"""What a cabinet just opened says of the days to come: those of the calendar in force, and nothing that is not so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lk.tariffs.queries import forget_price_list
from tests.metering.cabinet import words
from tests.onboarding.browser import Browser, open_cabinet
from tests.onboarding.newcomer import EMAIL

HOME = "/accounts/flat1234"


@pytest.fixture(autouse=True)
def _prices() -> Iterator[None]:
    forget_price_list()
    yield
    forget_price_list()


def follow_the_law(browser: Browser) -> None:
    """The bill by the 5th, made on the 24th already."""
    browser.newcomer.change(
        "INSERT INTO calendars (valid_from, readings_open, readings_close, bill_run, print_by, bill_by, pay_by) "
        "VALUES ('2026-03-01', 15, 23, 24, 27, 5, 15)"
    )
    forget_price_list()


def test_the_first_bill_is_told_by_the_calendar_in_force(browser: Browser) -> None:
    browser.newcomer.put_on_record(EMAIL)
    open_cabinet(browser)
    page = browser.get(f"{HOME}/bills")
    told = "Счетов пока нет. Считаем их 26-го, приходят они не позже 1-го числа следующего месяца."
    assert told in words(page)
    assert f"{HOME}/confirmation" not in page
    assert "Счёт приходит не позже 1-го числа каждого месяца." in words(browser.get(f"{HOME}/welcome"))

    follow_the_law(browser)
    assert "Считаем их 24-го, приходят они не позже 5-го числа" in words(browser.get(f"{HOME}/bills"))
    assert "Счёт приходит не позже 5-го числа каждого месяца." in words(browser.get(f"{HOME}/welcome"))


def test_earlier_bills_are_not_said_to_be_none_while_they_wait_for_the_code(browser: Browser) -> None:
    open_cabinet(browser)
    page = browser.get(f"{HOME}/bills")
    assert "Новых счетов пока нет." in words(page)
    assert f'href="{HOME}/confirmation">Прошлые счета откроются с кодом</a>' in page


def test_as_many_things_are_named_as_there_are(browser: Browser) -> None:
    open_cabinet(browser)
    page = browser.get(f"{HOME}/welcome")
    assert ("три дела" in page, page.count('<section class="card"')) == (True, 3)

    browser.newcomer.change("UPDATE meters SET removed_on = '2026-03-01'")
    page = browser.get(f"{HOME}/welcome")
    assert ("два дела" in page, page.count('<section class="card"')) == (True, 2)
