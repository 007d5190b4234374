"""The code at the foot of a resident's page, read out on the phone, brings an agent to the same page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lk import clock, db
from lk.access import matrix
from lk.actor import Role
from lk.page_codes import LETTERS, PLACES, fold_page_code, is_page, page_code, pages_of
from tests.metering.cabinet import Cabinet, agent, look, words
from tests.readings.household import NOW, Household, sqlite_household

_CODE = re.compile(rf"Код этой страницы: ([{LETTERS}]{{3}}-[{LETTERS}]{{3}})")


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


def _code(site: Cabinet, page: str) -> str:
    found = _CODE.search(site.text(page))
    assert found
    return found[1]


@settings(max_examples=300)
@given(account_id=st.integers(1, 4_000_000), page=st.sampled_from(PLACES), hours=st.integers(0, 100_000))
def test_it_leads_back_to_its_account_and_page(account_id: int, page: str, hours: int) -> None:
    with clock.fixed_at(NOW + timedelta(hours=hours)):
        code = fold_page_code(page_code(account_id, f"/accounts/abc/{page}"))
        assert pages_of(code)[0] == (account_id, page)
    with clock.fixed_at(NOW + timedelta(hours=hours + 1)):
        assert (account_id, page) in pages_of(code)
    with clock.fixed_at(NOW + timedelta(hours=hours + 2)):
        assert (account_id, page) not in pages_of(code)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/accounts/abc", ""),
        ("/accounts/abc/bills/2026-02", "bills/2026-02"),
        ("/accounts/abc/bills/2026-03", "bills/2026-03"),
        ("/accounts/abc/bills/2019-03", "bills"),
        ("/accounts/abc/bills/nothing", "bills"),
        ("/accounts/abc/payments/23456789abcd", "payments"),
        ("/accounts/abc/readings/17", "readings"),
        ("/accounts/abc/refunds/23456789abcd", ""),
        ("/elsewhere", ""),
    ],
)
def test_what_has_no_code_of_its_own_has_that_of_the_page_above_it(path: str, page: str) -> None:
    with clock.fixed_at(NOW):
        assert pages_of(fold_page_code(page_code(7, path)))[0] == (7, page)


def test_an_agent_may_see_every_page_that_a_code_leads_to() -> None:
    for page in (*PLACES, "bills/{period}"):
        path = f"/accounts/{{account_id}}/{page}".rstrip("/")
        assert matrix()["GET", path][Role.LOOKING] == "+", path
    assert not any(map(is_page, ("confirmation", "bills/../../x", "//example.org", "bills/2026-13", "bills/1")))


def test_typed_in_latin_or_small_letters_it_is_the_same_code() -> None:
    assert fold_page_code(" k7m-4рд ") == "К7М4РД"
    assert fold_page_code("иванов") == ""
    assert fold_page_code("К7М-4Р") == ""


def test_too_many_accounts_have_no_code_rather_than_a_wrong_one() -> None:
    assert page_code(5_000_000, "/accounts/abc") == ""


def test_the_code_opens_the_card_with_the_way_to_the_same_page(household: Household) -> None:
    code = _code(Cabinet(household), f"/accounts/{household.public_id}/readings")
    desk = agent(household, "support")

    found = desk.post("/support", q=code.lower())
    card = desk.get(found.headers["location"])
    look = desk.post(f"/support/accounts/{household.public_id}/look", reason="reading", seen="readings")

    assert found.status_code == 303
    assert found.headers["location"] == f"/support/accounts/{household.public_id}?seen=readings"
    assert "Житель видит: Показания" in words(card.text)
    assert "Посмотреть эту страницу" in words(card.text)
    assert (look.status_code, look.headers["location"]) == (303, f"/accounts/{household.public_id}/readings")


def test_a_look_leads_nowhere_but_into_the_cabinet(household: Household) -> None:
    desk = agent(household, "support")

    for seen in ("//example.org", "../../operations", "autopay/cancellation"):
        card = desk.get(f"/support/accounts/{household.public_id}?seen={seen}").text
        assert "Житель видит" not in card
    look = desk.post(f"/support/accounts/{household.public_id}/look", reason="bill", seen="//example.org")

    assert look.headers["location"] == f"/accounts/{household.public_id}"


def test_the_code_begins_no_look_by_itself(household: Household) -> None:
    code = _code(Cabinet(household), f"/accounts/{household.public_id}")
    desk = agent(household, "support")
    desk.get(desk.post("/support", q=code).headers["location"])

    refused = desk.post(f"/support/accounts/{household.public_id}/look", seen="readings")

    assert refused.status_code == 422
    assert "Житель видит: Показания" in words(refused.text)
    assert db.run(db.read("SELECT id FROM impersonations")) == []


def test_it_is_dead_after_two_hours_and_without_anybody_before_the_page(household: Household) -> None:
    code = _code(Cabinet(household), f"/accounts/{household.public_id}")
    desk = agent(household, "support")

    async def gone() -> None:
        async with db.write():
            await db.execute("UPDATE sessions SET used_at = {}", household.now - timedelta(hours=4))

    async def stayed() -> None:
        async with db.write():
            await db.execute("UPDATE sessions SET ends_at = {}", household.now + timedelta(days=1))

    db.run(stayed())
    household.now += timedelta(hours=2)
    assert "Ничего не нашлось" in words(desk.post("/support", q=code).text)
    household.now -= timedelta(hours=2)
    assert desk.post("/support", q=code).status_code == 303
    db.run(gone())
    assert "Ничего не нашлось" in words(desk.post("/support", q=code).text)


def test_neither_an_agent_who_looks_nor_a_stranger_has_a_code(household: Household) -> None:
    desk = agent(household, "support")
    look(desk)

    seen = desk.text(f"/accounts/{household.public_id}/readings")
    assert "только просмотр" in seen
    assert "Код этой страницы" not in seen
    assert Cabinet(household, "stranger").get(f"/accounts/{household.public_id}").status_code == 404
