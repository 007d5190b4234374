"""Consents that nobody needs to give, on both engines: never ticked, each to one text, withdrawn at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lk.actor import Actor
from lk.outcome import Refused
from lk.profile.consents import give_consent, live_consents, withdraw_consent
from lk.profile.rules import CONSENTS
from tests.onboarding.browser import Browser, open_cabinet, register_up_to_letter
from tests.onboarding.newcomer import LOGIN, PASSWORD, Newcomer
from tests.profile.lives import user_of

NOW = CONSENTS["news"].version
OLD = "2025-02-01"


@pytest.fixture
def resident(newcomer: Newcomer) -> Newcomer:
    newcomer.open_cabinet()
    return newcomer


@pytest.fixture
def another_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of `news` is a newer one from now on."""
    monkeypatch.setitem(CONSENTS, "news", replace(CONSENTS["news"], version="2027-02-01"))


def give(who: Newcomer, version: str = NOW, kind: str = "news") -> None:
    who.at(give_consent, user_of(who), kind, version, Actor(user_of(who), address=who.address))


def withdraw(who: Newcomer, kind: str = "news") -> None:
    who.at(withdraw_consent, user_of(who), kind, Actor(user_of(who), address="198.51.100.9"))


def stored(who: Newcomer) -> list[dict[str, Any]]:
    return who.rows("SELECT * FROM consents ORDER BY id")


def events(who: Newcomer) -> list[tuple[str, dict[str, str]]]:
    found = who.rows("SELECT kind, params FROM events WHERE kind LIKE 'consent_%' ORDER BY id")
    return [(row["kind"], json.loads(row["params"])) for row in found]


def test_it_is_kept_with_its_text_its_time_and_its_address(resident: Newcomer) -> None:
    give(resident)

    (row,) = stored(resident)
    assert (row["kind"], row["text_version"], row["given_from"]) == ("news", NOW, resident.address)
    assert (row["given_at"], row["withdrawn_at"]) == (resident.now, None)
    assert events(resident) == [("consent_given", {"consent": "news", "version": NOW})]


def test_withdrawn_it_is_over_and_both_halves_are_kept(resident: Newcomer) -> None:
    give(resident)
    resident.later(days=3)
    withdraw(resident)

    (row,) = stored(resident)
    assert (row["withdrawn_at"], row["withdrawn_from"]) == (resident.now, "198.51.100.9")
    assert resident.at(live_consents, user_of(resident)) == {}
    assert events(resident)[-1] == ("consent_withdrawn", {"consent": "news"})


def test_once_more_changes_nothing_either_way(resident: Newcomer) -> None:
    give(resident)
    give(resident)
    withdraw(resident)
    withdraw(resident)
    withdraw(resident, "polls")

    assert len(stored(resident)) == 1
    assert len(events(resident)) == 2


def test_one_consent_says_nothing_of_the_other(resident: Newcomer) -> None:
    give(resident)
    give(resident, CONSENTS["polls"].version, "polls")
    withdraw(resident)

    assert list(resident.at(live_consents, user_of(resident))) == ["polls"]


def test_a_text_that_changed_while_it_was_read_is_not_agreed_to(resident: Newcomer) -> None:
    for version in (OLD, "", "9999-01-01"):
        with pytest.raises(Refused, match="text_changed"):
            give(resident, version)
    assert stored(resident) == []


@pytest.mark.usefixtures("another_text")
def test_agreed_to_anew_the_older_one_ends(resident: Newcomer) -> None:
    resident.change(
        "INSERT INTO consents (user_id, kind, text_version, given_at, given_from) VALUES ({}, 'news', {}, {}, '')",
        *(user_of(resident), NOW, resident.now),
    )
    resident.later(days=1)
    give(resident, "2027-02-01")

    older, newer = stored(resident)
    assert (older["withdrawn_at"], newer["withdrawn_at"]) == (resident.now, None)
    assert resident.at(live_consents, user_of(resident))["news"].text_version == "2027-02-01"


def test_registration_asks_for_none(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    pages = [browser.get("/register/letter"), browser.get(link)]
    browser.post(link)
    pages.append(browser.get("/register/credentials"))
    browser.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)
    pages.append(browser.get(browser.to))

    assert not [page for page in pages if "огласи" in page or 'type="checkbox"' in page]
    assert stored(browser.newcomer) == []


def test_each_is_a_form_of_its_own_and_nothing_is_ticked_beforehand(browser: Browser) -> None:
    open_cabinet(browser)
    page = browser.get("/profile/consents")

    for kind, text in CONSENTS.items():
        assert page.count(f'action="/profile/consents/{kind}"') == 1
        assert text.title in page
    assert page.count('type="checkbox"') == len(CONSENTS)
    assert "checked" not in page
    assert "{company}" not in page
    assert "Редакция от 25\u00a0ноября\u00a02026" in page


def test_without_the_tick_nothing_is_given_and_with_it_the_page_says_since_when(browser: Browser) -> None:
    open_cabinet(browser)
    browser.get("/profile/consents")
    assert "поставьте отметку" in browser.post("/profile/consents/news", version=NOW)
    assert browser.status == 422
    assert "checked" not in browser.page
    assert stored(browser.newcomer) == []

    browser.post("/profile/consents/news", version=NOW, agree="yes")
    assert (browser.status, browser.to) == (303, "/profile/consents")
    page = browser.get("/profile/consents")
    assert page.count("согласие дано") == 1
    assert "16\u00a0марта, 14:05" in page
    browser.post("/profile/consents/news/withdrawal")
    assert "согласие дано" not in browser.get("/profile/consents")


def test_one_given_to_an_older_text_shows_as_given_to_that_one(browser: Browser) -> None:
    open_cabinet(browser)
    who = browser.newcomer
    who.change(
        "INSERT INTO consents (user_id, kind, text_version, given_at, given_from) VALUES ({}, 'news', {}, {}, '')",
        *(user_of(who), OLD, who.now),
    )
    page = browser.get("/profile/consents")

    assert "от 1\u00a0февраля\u00a02025" in page
    assert "С тех пор текст изменился" in page
    assert page.count('type="checkbox"') == len(CONSENTS)


def test_a_consent_that_there_is_not_is_not_there(browser: Browser) -> None:
    open_cabinet(browser)
    for path in ("/profile/consents/everything", "/profile/consents/everything/withdrawal"):
        browser.get("/profile/consents")
        browser.post(path, agree="yes")
        assert browser.status == 404
