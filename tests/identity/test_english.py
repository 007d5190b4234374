"""The door, the wizard, the profile and what went wrong, read in English: no Russian but what is marked as such."""

from __future__ import annotations

import pytest

from tests.onboarding.browser import Browser, open_cabinet, register_up_to_letter
from tests.onboarding.newcomer import EMAIL, METER, NUMBER, OTHER_METER, OTHER_NUMBER
from tests.pages import untranslated

OF_STRANGERS = (
    ("/sign-in", 200),
    ("/sign-out", 200),
    ("/password-reset", 200),
    ("/password-reset?sent", 200),
    ("/password-reset/gone", 410),
    ("/email-change/gone", 410),
    ("/letters-off/gone", 410),
    ("/enrolment/gone", 404),
    ("/register", 200),
    ("/register/first-sign-in/gone", 410),
    ("/closed", 200),
    ("/no/such/page", 404),
)
OF_RESIDENTS = (
    "/profile",
    "/profile/consents",
    "/profile/copy",
    "/profile/closing",
    "/profile/email",
    "/profile/letters",
    "/profile/login",
    "/profile/passkeys",
    "/profile/password",
    "/profile/sessions",
    "/profile?done=letters",
    "/sign-in/confirm?next=/profile/email",
    "/sign-out",
)


@pytest.fixture
def reader(browser: Browser) -> Browser:
    browser.cookies.set("lk_language", "en", domain="localhost.local")
    return browser


def read(reader: Browser, path: str, status: int = 200) -> str:
    page = reader.get(path)
    assert (reader.status, reader.to) == (status, ""), path
    assert untranslated(page) == [], path
    return page


def refused(reader: Browser, path: str, **fields: str) -> None:
    page = reader.post(path, **fields)
    assert reader.status == 422, path
    assert untranslated(page) == [], path


def test_the_pages_of_who_is_not_signed_in(reader: Browser) -> None:
    for path, status in OF_STRANGERS:
        read(reader, path, status)


def test_what_is_refused_at_the_door(reader: Browser) -> None:
    for path, fields in (
        ("/sign-in", {"login": "", "password": ""}),
        ("/sign-in", {"login": "nobody", "password": "wrong"}),
        ("/password-reset", {"login": ""}),
        ("/register", {"account_number": "12", "meter_number": ""}),
        ("/register", {"account_number": NUMBER, "meter_number": "11111111"}),
    ):
        read(reader, path)
        refused(reader, path, **fields)


def test_the_wizard(reader: Browser) -> None:
    reader.get("/register")
    reader.post("/register", account_number=NUMBER, meter_number=METER)
    read(reader, "/register/email")
    refused(reader, "/register/email", email="ivan@gmial.com")
    reader.post("/register/email", email=EMAIL)
    read(reader, "/register/letter")
    reader.newcomer.later(minutes=2)
    read(reader, "/register/letter")
    read(reader, "/register/email")
    link = f"/register/first-sign-in/{reader.newcomer.link()}"
    read(reader, link)
    reader.post(link)
    read(reader, "/register/credentials")
    refused(reader, "/register/credentials", new_login="a", new_password="short")


def test_a_link_opened_in_another_browser(reader: Browser, app: object) -> None:
    link = register_up_to_letter(reader)
    phone = Browser(app, reader.newcomer)
    phone.cookies.set("lk_language", "en", domain="localhost.local")
    read(phone, link)
    refused(phone, link, login=NUMBER, password="11111111")
    phone.post(link, login=NUMBER, password=METER)
    read(reader, "/register/letter")


def test_the_profile(reader: Browser) -> None:
    open_cabinet(reader)
    for path in OF_RESIDENTS:
        read(reader, path)
    read(reader, "/profile/password")
    refused(reader, "/profile/password", new_password="passwordpassword")
    read(reader, "/profile/login")
    refused(reader, "/profile/login", new_login="ab")
    read(reader, "/profile/email")
    refused(reader, "/profile/email", email="ivan")
    reader.post("/profile/email", email="other@mail.example")
    read(reader, "/profile/email")
    read(reader, "/profile/consents")
    refused(reader, "/profile/consents/news")
    reader.post("/profile/copy")
    read(reader, "/profile/copy")


def test_a_second_account_of_who_is_signed_in(reader: Browser) -> None:
    open_cabinet(reader)
    read(reader, "/register?again=yes")
    reader.post("/register", account_number=OTHER_NUMBER, meter_number=OTHER_METER)
    read(reader, "/register/letter")
    read(reader, f"/register/first-sign-in/{reader.newcomer.link()}")
