"""The pages about an account itself in English: nothing Russian is left but what people wrote."""

from __future__ import annotations

import json

import pytest

from lk.accounts import messages
from lk.accounts.queries import shown_title
from lk.language import spoken
from lk.outcome import Problem
from lk.tokens import derived_token
from tests.accounts.test_releasing import ask, hire
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import EMAIL, PASSWORD
from tests.pages import untranslated

HOME = "/accounts/flat1234"


@pytest.fixture
def english(browser: Browser) -> Browser:
    """A holder whose address is known, in English."""
    browser.newcomer.put_on_record(EMAIL)
    open_cabinet(browser)
    browser.cookies.set("lk_language", "en")
    return browser


def in_english(browser: Browser, token: str) -> Browser:
    """Who has only the letter."""
    guest = another(browser)
    guest.cookies.set("lk_language", "en")
    guest.get(token)
    return guest


def token_in(browser: Browser, kind: str) -> str:
    return derived_token(*json.loads(browser.newcomer.letters(kind)[-1]["params"])["link"]["token_of"])


def test_access_and_the_paper_bill_are_english(english: Browser) -> None:
    english.get(f"{HOME}/access")
    refused = english.post(f"{HOME}/access", email="nobody")
    english.post(f"{HOME}/access", email="dochka@mail.example")
    invited = english.get(f"{HOME}/access")
    paper = english.get(f"{HOME}/paper-bill")
    assert [untranslated(each) for each in (refused, invited, paper)] == [[], [], []]
    assert "no answer yet" in invited


def test_an_invitation_is_english(english: Browser) -> None:
    english.get(f"{HOME}/access")
    english.post(f"{HOME}/access", email="dochka@mail.example")
    path = f"/invitation/{token_in(english, 'invitation')}"
    guest = in_english(english, path)
    assert untranslated(guest.page) == []
    assert untranslated(guest.post(path, new_login="x", new_password="short")) == []
    assert untranslated(english.get(path)) == []


@pytest.mark.parametrize(("tongue", "kept"), [("en", "en"), ("ru", None)])
def test_a_helper_is_written_to_in_the_language_of_the_page_they_came_in_by(
    english: Browser, tongue: str, kept: str | None
) -> None:
    english.get(f"{HOME}/access")
    english.post(f"{HOME}/access", email="dochka@mail.example")
    guest = another(english)
    guest.cookies.set("lk_language", tongue)
    path = f"/invitation/{token_in(english, 'invitation')}"
    guest.get(path)
    guest.post(path, new_login="dochka", new_password=PASSWORD)
    assert english.newcomer.rows("SELECT language FROM users WHERE login = 'dochka'") == [{"language": kept}]
    assert untranslated(guest.get("/invitation/gone")) == []


def test_a_cabinet_that_waits_for_its_code_is_english(browser: Browser) -> None:
    open_cabinet(browser)
    browser.cookies.set("lk_language", "en")
    for path in (HOME, f"{HOME}/welcome", f"{HOME}/confirmation", f"{HOME}/access", f"{HOME}/paper-bill"):
        assert untranslated(browser.get(path)) == [], path
    browser.get(f"{HOME}/confirmation")
    assert untranslated(browser.post(f"{HOME}/confirmation", code="wrong")) == []


def test_a_release_is_english(english: Browser) -> None:
    hire(english.newcomer)
    ask(english.newcomer)
    path = f"/release/{token_in(english, 'release_asked')}"
    assert untranslated(english.get(HOME)) == []
    guest = in_english(english, path)
    assert "will be released from your cabinet" in guest.page
    assert untranslated(guest.page) == []
    assert untranslated(guest.post(path)) == []
    assert untranslated(guest.get(path)) == []


def test_every_refusal_is_english() -> None:
    with spoken("en"):
        said = messages.by_field(tuple(Problem(code) for code in messages._SENTENCES))
    assert untranslated(f"<p>{' '.join(words for _, words in said)}</p>") == []


def test_a_title_is_what_people_call_it_and_a_provisional_one_is_ours() -> None:
    address = "Москва, Лесная улица, 5, кв. 12"
    with spoken("en"):
        assert shown_title("", "1234567890", address, is_provisional=True) == "Account 12345-678-90"
        assert shown_title("", "1234567890", address, is_provisional=False) == "Лесная, 5 — кв.\u00a012"
