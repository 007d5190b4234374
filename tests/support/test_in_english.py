"""The desk has no Russian for an agent who reads English but what people and papers are called by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from tests.household import served_house
from tests.metering.cabinet import Cabinet, agent, look, words
from tests.metering.test_replacing import GOOD
from tests.pages import untranslated
from tests.readings.household import Household, sqlite_household
from tests.served import Served, Visitor
from tests.support.test_bill_reading import path_of
from tests.support.test_bill_replay import Desk
from tests.support.test_customer import _wait_for_money
from tests.support.test_held_bills import desk as desk_of_bills
from tests.support.test_look_code import _enter, _page, _set_autopay, _shown

__all__ = ["desk_of_bills"]
ENGLISH = ("lk_language", "en")


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def desk(household: Household) -> Cabinet:
    return in_english(agent(household, "operator"))


def in_english(cabinet: Cabinet) -> Cabinet:
    cabinet.cookies.update([ENGLISH])
    return cabinet


def read(cabinet: Cabinet, path: str) -> str:
    answer = cabinet.get(path)
    assert answer.status_code == 200
    assert untranslated(answer.text) == []
    return words(answer.text)


def refused(cabinet: Cabinet, path: str, **fields: str) -> str:
    """What the form answers that is not done."""
    answer = cabinet.post(path, **fields)
    assert answer.status_code in (200, 422)
    assert untranslated(answer.text) == []
    return words(answer.text)


@pytest.mark.parametrize("query", ["", "Лесная", "12345", "nobody", "holder@example.org"])
def test_whoever_searches_reads_english(desk: Cabinet, query: str) -> None:
    read(desk, "/support")
    answer = desk.post("/support", q=query)
    assert answer.status_code == 303 or untranslated(answer.text) == []


def test_the_card_of_a_customer(household: Household, desk: Cabinet) -> None:
    card = f"/support/accounts/{household.public_id}"
    assert "No reading for March yet" in read(desk, card)
    household.send(4800, 2200)
    _wait_for_money(household)
    _set_autopay(household)
    text = read(desk, f"{card}?seen=bills/2026-02&done=release")
    assert "Account 12345-678-90" in text
    assert "The reading for March is being checked" in text
    assert "The bill for February is put aside no tariff" in text
    assert "up to 5,000 ₽, on the 5th of the month" in text
    assert "The resident sees: Bill for February" in text
    assert "Choose what the resident came with" in refused(desk, f"{card}/look")
    assert "Choose why you need the name" in refused(desk, f"{card}/personal-data")
    assert "Choose why the account is to be released" in refused(desk, f"{card}/release")
    refused(desk, f"{card}/personal-data", why="caller")
    desk.post(f"{card}/release", release_reason="moved")
    assert "The resident can cancel this." in read(desk, card)


def test_a_reading_by_phone(household: Household, desk: Cabinet) -> None:
    path, meter = f"/support/accounts/{household.public_id}/reading", str(household.meter_id)
    read(desk, path)
    for t1, day in (("", "2026-03-20"), ("5500", "2026-03-20"), ("5000", "2027-01-01")):
        refused(desk, path, meter=meter, t1=t1, t2="2200", taken_on=day)


def test_a_replaced_meter(household: Household, desk: Cabinet) -> None:
    path = f"/support/accounts/{household.public_id}/meters/{household.meter_id}/replacement"
    assert "In place since" in read(desk, path)
    refused(desk, path)
    assert "The old meter counted" in refused(desk, path, **GOOD)


def test_readings_that_wait(household: Household, desk: Cabinet) -> None:
    assert "Nothing is waiting." in read(desk, "/support/held?done=asked")
    path = f"/support/held/{household.send(4800, 2200).id}"
    assert "difference −20" in read(desk, "/support/held")
    refused(desk, f"{path}/rejection")
    refused(desk, f"{path}/correction", t1="", t2="x")
    refused(desk, f"{path}/correction", t1="9000", t2="2200")


def test_a_code_read_out(household: Household, desk: Cabinet) -> None:
    resident = in_english(Cabinet(household))
    read(resident, _page(resident))
    look(desk)
    assert "Staff member А-operator is looking at your cabinet" in read(resident, _page(resident))
    code = _shown(resident)
    assert "Works once, until" in read(resident, _page(resident))
    refused(desk, "/support/look/code", code="", next=desk.home)
    refused(desk, "/support/look/code", code="000", next=desk.home)
    _enter(desk, code)
    assert "You gave the code on" in read(resident, _page(resident))


@pytest.fixture(scope="module")
def replay(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served_house(house, tmp_path_factory.mktemp("english")) as lk:
        yield Desk(lk)


def test_why_a_bill_is_as_it_is(replay: Desk) -> None:
    operator = replay.staff["operator"]
    operator.http.cookies.set(*ENGLISH)
    operator.get(f"{replay.page}?done=corrected")
    for said in ("Bill for July 2025", "9.45 ₽ per kWh", "For July, read on 20 July 2025", "by readings"):
        assert said in operator.text, said
    assert untranslated(operator.page) == []
    for fields in ({}, {"t1": "9000"}, {"day": "2025-08-20"}):
        assert untranslated(replay.what_if(**fields)) == []
    replay.what_if()
    assert "less than now" in operator.text
    assert untranslated(replay.correct(cause="")) == []


def test_bills_that_wait(desk_of_bills: tuple[Served, Visitor]) -> None:
    lk, who = desk_of_bills
    who.http.cookies.set(*ENGLISH)
    for path in ("/support/held-bills?done=released", path_of(lk)):
        who.get(path)
        assert untranslated(who.page) == []
    who.get("/support/held-bills")
    assert "The line lets through 720 kWh at most" in who.text
    release = path_of(lk).replace("/reading", "/release")
    who.post(release)
    who.post(release)
    assert "Another staff member has already decided" in who.text
    assert untranslated(who.page) == []
