"""Signing in and out, by password and by code, as a browser sees it."""

from __future__ import annotations

import pyotp
import pytest

from lk import db
from lk.identity.passwords import hash_password
from lk.identity.tables import Agent, User
from tests.onboarding.browser import TOKEN, Browser, another, open_cabinet
from tests.onboarding.newcomer import LOGIN, PASSWORD, Newcomer

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_agent(newcomer: Newcomer) -> None:
    async def made() -> None:
        async with db.write():
            user = User(
                login="agent",
                login_key="agent",
                email="agent@mail.example",
                password_hash=await hash_password(PASSWORD),
                created_at=newcomer.now,
            )
            await User.insert(user)
            await Agent.insert(Agent(user_id=user.id, code="А-17", role="support", totp_secret=SECRET))

    newcomer.at(made)


def test_sign_in_and_out(browser: Browser) -> None:
    open_cabinet(browser)
    token = browser.cookies.get("lk_session")
    assert "Выйти из кабинета?" in browser.get("/sign-out")
    browser.post("/sign-out")
    assert (browser.status, browser.to) == (303, "/")
    browser.cookies.set("lk_session", token or "", domain="localhost.local")
    assert "Вход в кабинет" in browser.get("/sign-in")
    browser.post("/sign-in", login=LOGIN.upper(), password=PASSWORD)
    assert browser.to == "/accounts/flat1234"
    assert browser.cookies.get("lk_session") != token


def test_an_unknown_login_and_a_wrong_password_read_the_same(browser: Browser) -> None:
    open_cabinet(browser)
    browser.cookies.clear()
    answers = []
    for login in (LOGIN, "nobody"):
        browser.get("/sign-in")
        page = browser.post("/sign-in", login=login, password="not the password")
        answers.append((browser.status, TOKEN.sub("", page).replace(login, "")))

    assert answers[0] == answers[1]
    assert answers[0][0] == 422


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\tb"])
def test_sign_in_never_leads_to_another_site(browser: Browser, away: str) -> None:
    open_cabinet(browser)
    browser.cookies.clear()
    browser.get("/sign-in")
    browser.post("/sign-in", login=LOGIN, password=PASSWORD, next=away)

    assert browser.to == "/accounts/flat1234"


@pytest.mark.parametrize("odd", ["\x00", "x" * 5000, "<i>", "\u202eivan"])
def test_an_odd_login_is_just_wrong(browser: Browser, odd: str) -> None:
    browser.get("/sign-in")
    page = browser.post("/sign-in", login=odd, password=odd)

    assert browser.status == 422
    assert "Логин или пароль не подошли" in page


def test_an_agent_needs_the_code_and_each_code_works_once(browser: Browser) -> None:
    make_agent(browser.newcomer)
    browser.get("/sign-in")
    browser.post("/sign-in", login="agent", password=PASSWORD, next="/support/accounts/x")
    assert browser.to == "/sign-in/code?next=/support/accounts/x"
    before = browser.cookies.get("lk_session")
    browser.get("/sign-in")
    assert browser.status == 200
    browser.get("/sign-in/code?next=/support/accounts/x")
    browser.post("/sign-in/code", code="12 34")
    assert browser.status == 422
    code = pyotp.TOTP(SECRET).at(browser.newcomer.now)
    browser.post("/sign-in/code", code=f"{code[:3]} {code[3:]}", next="/support/accounts/x")
    assert browser.to == "/support/accounts/x"
    assert browser.cookies.get("lk_session") != before

    second = another(browser)
    second.get("/sign-in")
    second.post("/sign-in", login="agent", password=PASSWORD)
    second.get("/sign-in/code")
    second.post("/sign-in/code", code=code)
    assert second.status == 422
    assert "Код не подошёл" in second.page


def test_five_wrong_codes_in_a_quarter_of_an_hour(browser: Browser) -> None:
    make_agent(browser.newcomer)
    browser.get("/sign-in")
    browser.post("/sign-in", login="agent", password=PASSWORD)
    browser.get("/sign-in/code")
    right = pyotp.TOTP(SECRET).at(browser.newcomer.now)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert "Код не подошёл" in browser.post("/sign-in/code", code=wrong)

    assert "Слишком много попыток" in browser.post("/sign-in/code", code=right)
