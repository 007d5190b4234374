"""The resident's pages of a month in English: nothing Russian is left on them but what people wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lk.language import spoken
from lk.metering import messages
from lk.metering.decisions import ASKED_AGAIN, CORRECTED, UNDONE, Decision
from lk.metering.messages import decision_words, sentence
from lk.outcome import Problem
from tests.metering.cabinet import words
from tests.metering.test_replacing import Desk
from tests.pages import untranslated
from tests.readings.household import PUBLIC_ID, Household, moscow
from tests.readings.photos import photo
from tests.readings.site import Site
from tests.readings.test_carried import HOUR, Phone
from tests.readings.test_link import path as link_path

HOME = f"/accounts/{PUBLIC_ID}"
READINGS, AWAY = f"{HOME}/readings", f"{HOME}/away"
PARAMS: dict[str, Any] = {
    **dict.fromkeys(("previous", "value", "next", "whole", "cap", "consumption", "expected", "digits"), 4820),
    **dict.fromkeys(("zones", "longest", "megabytes", "megapixels", "months"), 3),
    **dict.fromkeys(("last", "verified_until", "day", "latest", "closed_on"), "2026-03-10"),
    "period": "2026-03",
    "t1": 4900,
    "t2": 2150,
}
"""Whatever a sentence has places for."""


@pytest.fixture
def household(sqlite: Household) -> Household:
    return sqlite


def nothing(_: Household) -> None:
    """A month in its window, with half a year behind it."""


def before_the_window(household: Household) -> None:
    household.now = moscow("2026-03-05T12:00")


def after_the_window(household: Household) -> None:
    household.now = moscow("2026-03-28T12:00")


def sent(household: Household) -> None:
    household.send(5000, 2200)
    Site(household).upload(f"{READINGS}/{household.readings()[-1].id}/photo", photo())


def held(household: Household) -> None:
    household.send(4800, 2200)


def carried(household: Household) -> None:
    Phone(household).bring(waited=HOUR)


def nobody_home(household: Household) -> None:
    Site(household).post(AWAY, until="2026-06-15")


def another_meter(household: Household) -> None:
    Desk(household).replace()
    household.install(zones=1, serial="77А-1")


def near_its_verification(household: Household) -> None:
    household.now = moscow("2026-09-20T12:00")


@pytest.mark.parametrize(
    "happened",
    [
        nothing,
        before_the_window,
        after_the_window,
        sent,
        held,
        carried,
        nobody_home,
        another_meter,
        near_its_verification,
    ],
)
def test_the_pages_of_a_month_are_english(household: Household, happened: Callable[[Household], None]) -> None:
    happened(household)
    receipts = [f"{READINGS}/{each.id}" for each in household.readings()]
    english = Site(household, language="en")
    for path in ("/accounts", HOME, f"{HOME}/welcome", READINGS, AWAY, *receipts):
        answer = english.get(path)
        assert answer.status_code == 200, path
        assert untranslated(answer.text) == [], path


def test_answers_to_what_was_typed_are_english(household: Household) -> None:
    english = Site(household, language="en")
    meter = {"meter": str(household.meter_id)}
    household.send(4800, 2200)
    attached = f"{READINGS}/{household.readings()[-1].id}/photo"
    for answer in (
        english.post(f"{READINGS}/preview", **meter, t1="9500", t2="2200"),
        english.post(f"{READINGS}/preview", **meter, t1="5000", t2="2200"),
        english.post(READINGS, **meter, t1="4820", t2="2105"),
        english.post(READINGS, **meter, t1="", t2="1234567"),
        english.post(AWAY, until="2028-01-01"),
        english.upload(attached, b"no picture"),
    ):
        assert untranslated(answer.text) == []


def test_the_link_of_a_letter_and_the_page_without_a_signal_are_english(household: Household) -> None:
    anybody = Site(household, None, language="en")
    meter = {"meter": str(household.meter_id)}
    household.send(5000, 2200)
    for answer in (
        anybody.get(link_path()),
        anybody.post(link_path(), **meter, t1="9500", t2="2200"),
        anybody.get("/offline"),
    ):
        assert untranslated(answer.text) == []
    household.now = moscow("2026-04-20T12:00")
    assert untranslated(anybody.get(link_path()).text) == []
    assert untranslated(anybody.get(f"{link_path()}x").text) == []


def test_the_page_says_it_as_english_does(household: Household) -> None:
    household.send(5000, 2200)
    text = words(Site(household, language="en").get(READINGS).text)
    assert "You can send readings for March until the end of 25 March. Only the digits before the point" in text
    assert "Day, T1" in text
    assert "Correct it — until the end of 25 March" in text
    assert "2,088.60 ₽" in text
    assert "20 March for March · 180 + 95 kWh · you · accepted" in text.replace("5,000 / 2,200 ", "")


def test_days_are_counted_as_english_does(household: Household) -> None:
    english = Site(household, language="en")
    for day, left in (("20", "5 days left"), ("24", "1 day left"), ("25", "last day today")):
        household.now = moscow(f"2026-03-{day}T14:05")
        assert left in words(english.get(HOME).text)
    told = "Readings from the 15th to the 25th, bill on the 1st, payment by the 10th"
    assert told in words(english.get(HOME).text)


def test_a_phone_keeps_its_words_in_both_languages_whatever_is_read_meanwhile(household: Household) -> None:
    page = Site(household, language="en").get(READINGS).text
    kept = json.loads(page.partition('data-carried-page="')[2].partition('"')[0].replace("&#34;", '"'))
    assert kept["meters"][0]["title"] == {"ru": "Счётчик 14195368", "en": "Meter 14195368"}
    assert kept["invitation"]["ru"].startswith("Примем показания за")
    assert kept["invitation"]["en"].startswith("You can send readings for")

    answer = Phone(household).bring().json()
    assert answer["title"]["en"] == "We have your reading, 20\u00a0March\u00a014:05"
    assert answer["told"]["en"] == ["Taken on 20\u00a0March at\u00a013:05.", "It counts for\u00a0March."]


def test_every_sentence_about_a_reading_is_english() -> None:
    with spoken("en"):
        said = [sentence(Problem(code, params=PARAMS)) for code in messages._SENTENCES]
    assert untranslated(f"<p>{' '.join(said)}</p>") == []
    assert [each for each in said if "%" in each] == []


def test_what_a_person_decided_is_english_and_their_own_words_stay_as_written() -> None:
    with spoken("en"):
        for code in (CORRECTED, UNDONE, *ASKED_AGAIN):
            assert untranslated(f"<p>{decision_words(Decision(code, 'Снимите ближе'))}</p>") == []
    assert decision_words(Decision("own_words", "Снимите ближе")) == "Снимите ближе"
