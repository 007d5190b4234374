"""A reading told by phone: typed at the desk, judged like any other, told to the resident."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from lk import db
from tests.metering.cabinet import agent, words
from tests.readings.household import Household, moscow, sqlite_household
from tests.readings.site import Site


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def desk(household: Household) -> Site:
    return Site(household, agent(household, "support").who)


def path(household: Household) -> str:
    return f"/support/accounts/{household.public_id}/reading"


def told(desk: Site, taken_on: str = "2026-03-20", **fields: str) -> httpx.Response:
    meter = str(desk.household.meter_id)
    return desk.post(path(desk.household), **{"meter": meter, "taken_on": taken_on, **fields})


def letters() -> list[tuple[str, str, object]]:
    rows = db.run(db.read("SELECT kind, to_address, params FROM messages ORDER BY id"))
    return [(row["kind"], row["to_address"], json.loads(row["params"])["values"]) for row in rows]


def test_the_form_shows_the_previous_values_and_today(household: Household, desk: Site) -> None:
    assert f'href="{path(household)}"' in desk.get(f"/support/accounts/{household.public_id}").text

    page = desk.get(path(household)).text

    assert "День, T1 было 4 820" in words(page)
    assert 'value="2026-03-20"' in page
    for secret in ("Лесная", "А. Б."):
        assert secret not in page


def test_it_counts_as_the_agents_and_the_resident_is_told(household: Household, desk: Site) -> None:
    answer = told(desk, t1="5000", t2="02 200")

    done = f"/support/accounts/{household.public_id}?done=reading"
    assert (answer.status_code, answer.headers["location"]) == (303, done)
    assert "Показание записано и учтено." in words(desk.get(done).text)
    (stored,) = household.readings()
    assert (stored.values, stored.source, stored.status) == ((5000, 2200), "agent", "accepted")
    assert letters() == [("reading_by_agent", "holder@example.org", [5000, 2200])]
    history = words(Site(household).get(f"/accounts/{household.public_id}/history").text)
    assert "Показания за март" in history
    assert "сотрудник А-support" in history
    assert "сотрудник · принято" in words(Site(household).get(Site(household).readings).text)


def test_sent_twice_it_is_one_reading_and_one_letter(household: Household, desk: Site) -> None:
    told(desk, t1="5000", t2="2200")
    told(desk, t1="5000", t2="2200")

    assert len(household.readings()) == len(letters()) == 1


def test_it_counts_by_the_day_on_which_the_meter_was_read(household: Household) -> None:
    household.now = moscow("2026-03-26T09:00")

    told(Site(household, agent(household, "support").who), "2026-03-25", t1="5000", t2="2200")

    (stored,) = household.readings("2026-03")
    assert stored.taken_on == date(2026, 3, 25)


def test_a_doubt_is_asked_about_and_the_day_stays(household: Household, desk: Site) -> None:
    asked = told(desk, "2026-03-19", t1="5500", t2="2200")

    assert asked.status_code == 422
    assert "намного больше обычного: за месяц около 180" in words(asked.text)
    assert 'value="2026-03-19"' in asked.text
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', asked.text)
    assert confirmed
    assert household.readings() == []
    assert letters() == []
    assert told(desk, "2026-03-19", t1="5500", t2="2200", confirmed=confirmed[1]).status_code == 303


def test_one_that_waits_for_a_check_says_so(household: Household, desk: Site) -> None:
    answer = told(desk, t1="4800", t2="2200")

    assert answer.headers["location"].endswith("?done=reading_held")
    assert "ждёт проверки" in words(desk.get(answer.headers["location"]).text)


@pytest.mark.parametrize(
    ("taken_on", "sentence"),
    [
        ("", "Напишите день так"),
        ("вчера", "Напишите день так"),
        ("2026-03-21", "Этот день ещё не наступил."),
        ("0001-01-01", "Этому дню больше года."),
        ("2025-03-18", "Этому дню больше года."),
    ],
)
def test_a_day_that_cannot_be_is_told(household: Household, desk: Site, taken_on: str, sentence: str) -> None:
    answer = told(desk, taken_on, t1="5000", t2="2200")

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert household.readings() == []


def test_a_meter_of_another_account_is_not_found(household: Household, desk: Site) -> None:
    assert told(desk, meter="999", t1="5000", t2="2200").status_code == 404
    assert desk.get("/support/accounts/nobodysflat2/reading").status_code == 404


def test_neither_a_resident_nor_an_agent_who_looks_may(household: Household) -> None:
    assert told(Site(household), t1="5000", t2="2200").status_code == 403
    looking = Site(household, household.look_by_agent())
    assert looking.get(path(household)).status_code == 403
    assert told(looking, t1="5000", t2="2200").status_code == 403
    assert household.readings() == []
