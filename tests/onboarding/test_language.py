"""Whoever is not known yet is written to in the language of the page; a new user goes on in it."""

from __future__ import annotations

import pytest

from lk.notifications.letters import render
from lk.notifications.queries import language_of
from lk.notifications.tables import Message
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import LOGIN


def in_english(browser: Browser) -> Browser:
    browser.cookies.set("lk_language", "en", domain="localhost.local")
    return browser


def subjects(browser: Browser, kind: str) -> list[str]:
    found = [Message(**row) for row in browser.newcomer.letters(kind)]
    return [render(each, browser.newcomer.at(language_of, each.user_id)).subject for each in found]


def test_who_registers_in_english_is_written_to_in_english_from_then_on(browser: Browser) -> None:
    open_cabinet(in_english(browser))

    assert browser.newcomer.rows("SELECT language FROM users") == [{"language": "en"}]
    assert subjects(browser, "first_sign_in")[0].startswith("Sign in to your cabinet by ")
    assert subjects(browser, "welcome") == ["Your cabinet is open"]


def test_the_companys_own_language_is_nobodys_choice(browser: Browser) -> None:
    open_cabinet(browser)

    assert browser.newcomer.rows("SELECT language FROM users") == [{"language": None}]
    assert subjects(browser, "first_sign_in")[0].startswith("Войдите в личный кабинет")
    assert subjects(browser, "welcome") == ["Ваш кабинет открыт"]


@pytest.mark.parametrize("login", [LOGIN, "ivan@mail.example"])
def test_a_forgotten_password_is_answered_in_the_language_of_the_page(browser: Browser, login: str) -> None:
    open_cabinet(browser)
    for who in (another(browser), in_english(another(browser))):
        who.get("/password-reset")
        who.post("/password-reset", login=login)
        assert who.to == "/password-reset?sent"

    assert subjects(browser, "password_reset") == [
        "Новый пароль для личного кабинета",
        "A new password for your cabinet",
    ]


def test_a_strangers_language_does_not_decide_how_the_holder_is_warned(browser: Browser) -> None:
    open_cabinet(browser)
    stranger = in_english(another(browser))
    stranger.get("/register")
    stranger.post("/register", account_number="1234567890", meter_number="14195368")
    stranger.get("/register/email")
    stranger.post("/register/email", email="stranger@mail.example")

    assert subjects(browser, "registration_attempt")[0].startswith("Кто-то")
