"""In which language a browser reads: as switched at the foot of a page, as its user's letters, as the company."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from lk.config import settings
from lk.notifications.letters import off_token
from tests.onboarding.browser import TOKEN, Browser, open_cabinet
from tests.pages import untranslated

_BACK = re.compile(r'name="back" value="([^"]*)"')
_LANGUAGE = re.compile(r'<html lang="(\w+)"')


@pytest.fixture
def english_company(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LK_LANGUAGE", "en")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def language_of(page: str) -> str:
    found = _LANGUAGE.search(page)
    assert found
    return found[1]


def back_of(page: str) -> str:
    """Where the switch of this page leads."""
    found = _BACK.search(page)
    assert found
    return html.unescape(found[1])


def names_of(page: str) -> list[tuple[str, str]]:
    """What the switch of this page offers: language, its name in that language."""
    found = re.findall(r'(?s)<button[^>]*name="language" value="(\w+)" lang="(\w+)">(.*?)</button>', page)
    assert all(chosen == spoken for chosen, spoken, _ in found)
    return [(chosen, re.sub(r"(?s)<[^>]*>", "", inside).strip()) for chosen, _, inside in found]


def switch(browser: Browser, language: str = "en", back: str = "/") -> None:
    browser.get("/sign-in")
    browser.post("/language", language=language, back=back)


@pytest.mark.parametrize("path", ["/", "/guide", "/guide?q=a%20b&x=%D1%8F", "/register?again=yes"])
def test_the_switch_comes_back_to_the_same_page(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert language_of(page) == "ru"

    browser.post("/language", language="en", back=back_of(page))

    assert (browser.status, browser.to) == (303, path)
    assert language_of(browser.get(path)) == "en"
    browser.post("/language", language="ru", back=back_of(browser.page))
    assert language_of(browser.get(path)) == "ru"


def test_the_switch_names_the_other_language_only_by_its_own_name(browser: Browser) -> None:
    assert names_of(browser.get("/")) == [("en", "English")]
    switch(browser)

    assert names_of(browser.get("/")) == [("ru", "Русский")]


@pytest.mark.parametrize(
    "back",
    [
        "https://bad.example/",
        "//bad.example/",
        "/\\bad.example",
        "javascript:alert(1)",
        "guide",
        "/a\r\nb: c",
        "/" * 600,
        "",
    ],
)
def test_what_leads_elsewhere_leads_home(browser: Browser, back: str) -> None:
    switch(browser, back=back)

    assert (browser.status, browser.to) == (303, "/")
    assert browser.cookies.get("lk_language") == "en"


@pytest.mark.parametrize("language", ["fr", "", "EN", "en-GB", "<b>"])
def test_what_lk_does_not_speak_changes_nothing(browser: Browser, language: str) -> None:
    switch(browser)
    browser.get("/")
    browser.post("/language", language=language, back="/guide")

    assert (browser.status, browser.to) == (303, "/guide")
    assert language_of(browser.get("/guide")) == "en"


def test_a_cookie_of_another_hand_is_no_language(browser: Browser) -> None:
    browser.cookies.set("lk_language", "../../ru", domain="localhost.local")

    assert language_of(browser.get("/")) == "ru"


def test_a_refused_form_comes_back_to_the_page_where_it_stands(browser: Browser) -> None:
    browser.get("/register?again=yes")
    token = TOKEN.search(browser.page)
    assert token
    for referer, back in (
        ("http://localhost:8000/register?again=yes", "/register?again=yes"),
        ("https://bad.example/register", "/"),
        ("", "/"),
    ):
        page = browser._ask("POST", "/register", data={"_csrf_token": token[1]}, headers={"referer": referer})
        assert browser.status == 422
        assert back_of(page) == back


def test_a_page_that_is_not_there_speaks_the_chosen_language(browser: Browser) -> None:
    assert language_of(browser.get("/no/such/page")) == "ru"
    switch(browser)
    for path in ("/no/such/page", "/guide/no-such-topic"):
        page = browser.get(path)
        assert browser.status == 404
        assert language_of(page) == "en"
        assert "There is no such page" in page


@pytest.mark.parametrize("lost", ["sessions", "messages"])
def test_while_nobody_can_be_asked_for_what_went_wrong_is_told_in_the_chosen_language(
    browser: Browser, lost: str
) -> None:
    open_cabinet(browser)
    switch(browser)
    browser.newcomer.change(f"ALTER TABLE {lost} RENAME TO lost")
    page = browser.get("/profile" if lost == "sessions" else f"/letters-off/7-{off_token(7)}")

    assert browser.status >= 500
    assert language_of(page) == "en"
    assert untranslated(page) == []


@pytest.mark.usefixtures("english_company")
def test_the_company_may_speak_english_to_who_chose_nothing(browser: Browser) -> None:
    assert language_of(browser.get("/")) == "en"
    assert language_of(browser.get("/no/such/page")) == "en"
    switch(browser, "ru")
    assert language_of(browser.get("/")) == "ru"


def test_who_chose_nothing_here_reads_as_their_letters_are_written(browser: Browser) -> None:
    open_cabinet(browser)
    assert language_of(browser.get("/profile")) == "ru"
    browser.newcomer.change("UPDATE users SET language = 'en'")

    assert language_of(browser.get("/profile")) == "en"
    switch_back = back_of(browser.page)
    browser.post("/language", language="ru", back=switch_back)
    assert browser.to == "/profile"
    assert language_of(browser.get("/profile")) == "ru"
    assert browser.newcomer.rows("SELECT language FROM users") == [{"language": "en"}]


def test_the_language_of_letters_is_chosen_for_this_browser_too(browser: Browser) -> None:
    open_cabinet(browser)
    assert "Язык писем и кабинета" in browser.get("/profile/letters")
    browser.post("/profile/letters", language="en")

    assert browser.newcomer.rows("SELECT language FROM users") == [{"language": "en"}]
    page = browser.get(browser.to)
    assert language_of(page) == "en"
    assert "We’ve saved which emails to send." in page


def test_other_letters_chosen_in_the_language_of_now_leave_it_as_it_is(browser: Browser) -> None:
    open_cabinet(browser)
    switch(browser)
    assert language_of(browser.get("/profile/letters")) == "en"
    browser.post("/profile/letters", language="ru")

    assert browser.to == "/profile?done=letters"
    assert language_of(browser.get(browser.to)) == "en"
    assert "We’ve saved which emails to send." in browser.page
