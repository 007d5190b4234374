"""The home page: the answer first, and cheap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from lk import clock, db
from lk.app import create_app
from tests.pages import check_page
from tests.readings.household import Household, moscow, sqlite_household


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


def test_the_home_page_makes_at_most_four_queries(household: Household) -> None:
    cookies = {"lk_session": household.session_of("holder")}
    with clock.fixed_at(household.now), TestClient(create_app(ticks=False), cookies=cookies) as client:
        # The price list is kept by the process and refreshed by its tick, never by a page.
        client.get(f"/accounts/{household.public_id}")
        with db.counted() as counter:
            answer = client.get(f"/accounts/{household.public_id}")
    assert answer.status_code == 200
    check_page(answer.text, "home")
    assert 1 <= len(counter.statements) <= 4, counter.statements


def told(household: Household, when: str) -> str:
    cookies = {"lk_session": household.session_of("holder")}
    with clock.fixed_at(moscow(when)), TestClient(create_app(ticks=False), cookies=cookies) as client:
        return client.get(f"/accounts/{household.public_id}").text.replace("\u00a0", " ")


def test_without_any_bill_nothing_is_called_paid(household: Household) -> None:
    assert "Счетов ещё не было." in told(household, "2026-03-20T14:05")
    household.billed("2026-02")
    assert "Всё оплачено." in told(household, "2026-03-20T14:05")


def test_a_reading_that_waits_for_a_person_is_told_in_the_next_month_too(household: Household) -> None:
    household.send(4800, 2200)
    assert "Показание за март ещё на проверке." in told(household, "2026-03-27T12:00")


def test_home_says_what_to_do_in_the_window(household: Household) -> None:
    cookies = {"lk_session": household.session_of("holder")}
    with clock.fixed_at(household.now), TestClient(create_app(ticks=False), cookies=cookies) as client:
        page = client.get(f"/accounts/{household.public_id}").text
    assert "Передать показания" in page
    assert "осталось 5\u00a0дней" in page
