"""One's own way in, as a browser sees it: password, login, sessions, and the password asked for once more."""

from __future__ import annotations

import pytest

from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import LOGIN, PASSWORD

NEW = "скамейка-фонарь-пирог-88"


@pytest.fixture
def resident(browser: Browser) -> Browser:
    open_cabinet(browser)
    return browser


def sign_in(browser: Browser, login: str = LOGIN, password: str = PASSWORD) -> Browser:
    browser.get("/sign-in")
    browser.post("/sign-in", login=login, password=password)
    return browser


def is_in(browser: Browser) -> bool:
    browser.get("/profile")
    return browser.status == 200


def test_a_new_password_ends_every_other_sign_in_and_not_this_one(resident: Browser) -> None:
    phone = sign_in(another(resident))
    resident.get("/profile/password")
    before = resident.cookies.get("lk_session")
    resident.post("/profile/password", new_password=NEW)

    assert resident.to == "/profile?done=password"
    assert resident.cookies.get("lk_session") != before
    assert "Пароль изменён" in resident.get(resident.to)
    assert not is_in(phone)
    assert is_in(sign_in(phone, password=NEW))
    assert len(resident.newcomer.letters("password_changed")) == 1


def test_a_password_that_others_could_know_is_refused_beside_its_field(resident: Browser) -> None:
    resident.get("/profile/password")
    page = resident.post("/profile/password", new_password="ivan@mail.example")

    assert resident.status == 422
    assert "Такой пароль легко угадать" in page
    assert 'value="ivan@mail.example"' not in page


def test_a_new_login_works_and_the_old_one_does_not(resident: Browser) -> None:
    resident.get("/profile/login")
    resident.post("/profile/login", new_login="Lesnaya-5")

    assert resident.to == "/profile?done=login"
    assert is_in(sign_in(another(resident), "lesnaya-5"))
    assert not is_in(sign_in(another(resident)))
    assert len(resident.newcomer.letters("login_changed")) == 1


def test_a_sign_in_elsewhere_is_seen_and_ended(resident: Browser) -> None:
    phone = sign_in(another(resident))
    page = resident.get("/profile/sessions")
    assert page.count("Последний раз") == 2
    (other,) = resident.newcomer.rows("SELECT max(id) AS id FROM sessions")
    resident.post(f"/profile/sessions/{other['id']}/end")

    assert not is_in(phone)
    assert is_in(resident)


def test_all_others_end_at_once(resident: Browser) -> None:
    phones = [sign_in(another(resident)) for _ in range(2)]
    resident.get("/profile/sessions")
    resident.post("/profile/sessions/end-others")

    assert [is_in(phone) for phone in phones] == [False, False]
    assert is_in(resident)


def test_nobody_elses_sign_in_can_be_ended(resident: Browser) -> None:
    (own,) = resident.newcomer.rows("SELECT max(id) AS id FROM sessions")
    resident.newcomer.browser = None
    resident.newcomer.open_cabinet("petrov", "2345678901", "20304050")
    stranger = sign_in(another(resident), "petrov")
    stranger.get("/profile/sessions")
    stranger.post(f"/profile/sessions/{own['id']}/end")

    assert is_in(resident)


def test_after_a_quarter_of_an_hour_the_password_is_asked_once_more(resident: Browser) -> None:
    resident.newcomer.later(minutes=16)
    resident.get("/profile/password")
    assert resident.to == "/sign-in/confirm?next=/profile/password"
    resident.get(resident.to)
    before = resident.cookies.get("lk_session")
    resident.post("/sign-in/confirm", password="not the password", next="/profile/password")
    assert resident.status == 422
    resident.post("/sign-in/confirm", password=PASSWORD, next="/profile/password")

    assert resident.to == "/profile/password"
    assert resident.cookies.get("lk_session") != before
    resident.get("/profile/password")
    assert resident.status == 200


def test_a_form_sent_too_late_changes_nothing(resident: Browser) -> None:
    resident.get("/profile/password")
    resident.newcomer.later(minutes=16)
    resident.post("/profile/password", new_password=NEW)

    assert resident.to.startswith("/sign-in/confirm")
    assert is_in(sign_in(another(resident)))


def test_the_password_asked_for_once_more_cannot_be_guessed(resident: Browser) -> None:
    resident.get("/sign-in/confirm")
    for _ in range(5):
        assert "Пароль не подошёл" in resident.post("/sign-in/confirm", password="not the password")

    assert "Слишком много попыток" in resident.post("/sign-in/confirm", password=PASSWORD)
    assert is_in(resident)
