"""What is walked nowhere else with JavaScript off.

The way in, the month, cards, autopay, a question with a file, a helper's invitation and an operator's import are walked
with scripts and without beside their own tests (`either_phone`); searching and deciding at the desk in `test_desk.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.furnished import OWED, Furnished, furnished
from tests.browser.phone import Phone
from tests.browser.questions import ONLY_SCRIPTS
from tests.household import EMAIL, METER, OTHER_ACCOUNT, OTHER_LOGIN, PASSWORD, hire, letter_link


@pytest.fixture(scope="module")
def town(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(house, tmp_path_factory.mktemp("without-scripts")) as town:
        yield town


@pytest.fixture
def plain(town: Furnished, browser: Browser) -> Iterator[Phone]:
    with Phone.in_hand(browser, town.lk, has_scripts=False) as phone:
        yield phone
        # A refused form is told in the console too.
        phone.complaints[:] = [each for each in phone.complaints if "422" not in each]


def _sign_in(phone: Phone, password: str = PASSWORD) -> None:
    phone.go("/sign-in")
    phone.type("Логин", OTHER_LOGIN)
    phone.type("Пароль", password)
    phone.tap("Войти")


def _told(phone: Phone, text: str) -> None:
    phone.sees("Проверьте, пожалуйста")
    phone.sees(text)
    phone.look()


def test_every_screen_of_the_way_in_says_no_and_goes_on(plain: Phone, town: Furnished, browser: Browser) -> None:
    plain.go("/register")
    plain.tap("Дальше")
    _told(plain, "состоит из 10 цифр")
    plain.type("Лицевой счёт", "10000-001-01")
    plain.type("Номер счётчика", METER)
    plain.tap("Дальше")
    plain.comes_to("/register/email")
    plain.type("Электронная почта", "ivanova")
    plain.tap("Прислать письмо")
    _told(plain, "не похож на настоящий")
    plain.field("Электронная почта").fill(EMAIL)
    plain.tap("Прислать письмо")
    plain.comes_to("/register/letter")
    plain.tap("Кнопка в письме нажата — продолжить")
    plain.comes_to("/register/letter")

    with Phone.in_hand(browser, town.lk, has_scripts=False) as other:
        other.go(letter_link(town.lk, EMAIL))
        other.field("Логин — лицевой счёт").fill("10000-001-01")
        other.field("Пароль — номер счётчика").fill(METER)
        other.tap("Войти")
        other.comes_to("/register/credentials")
        other.type("Пароль", "12345")
        other.tap("Открыть кабинет")
        _told(other, "12")
        other.type("Пароль", PASSWORD)
        other.tap("Открыть кабинет")
        other.comes_to("/accounts/*/welcome")
        other.complaints.clear()


def test_a_doubtful_reading_is_confirmed_then_corrected_and_the_resident_leaves(plain: Phone, town: Furnished) -> None:
    _sign_in(plain, "ne tot parol")
    _told(plain, "парол")
    _sign_in(plain)
    plain.comes_to(town.home)
    plain.tap("Передать показания")
    plain.comes_to("/readings")
    plain.page.locator(".dial-input").first.fill("1000")
    plain.tap("Передать показание")
    plain.sees("Проверьте цифры")
    plain.look()
    assert town.lk.rows("SELECT id FROM readings WHERE kind = 'regular'") == []
    plain.tap("Всё верно, отправить")
    plain.sees("Показание принято")
    plain.look()

    plain.page.get_by_text("Исправить — можно до").click()
    plain.page.locator(".dial-input").first.fill("1180")
    plain.tap("Передать показание")
    plain.sees("Показание принято")
    kept = town.lk.rows("SELECT t1_kwh, status FROM readings WHERE kind = 'regular' ORDER BY id")
    assert [(row["t1_kwh"], row["status"]) for row in kept] == [(1000, "superseded"), (1180, "accepted")]

    plain.page.get_by_text("Ещё", exact=True).click()
    plain.page.get_by_role("button", name="Выйти").click()
    plain.comes_to("/")
    plain.go(town.home)
    assert plain.path.startswith("/sign-in")


def test_a_bill_is_paid_and_autopay_set_and_switched_off(plain: Phone, town: Furnished) -> None:
    town.signed_in(plain)
    plain.go(f"{town.home}/payments")
    plain.tap(f"Оплатить {OWED} картой ··4444")
    plain.comes_to("/payments/*")
    plain.sees("Платёж прошёл")

    plain.go(f"{town.home}/autopay")
    plain.page.get_by_text("Одну и ту же сумму").click()
    plain.tap("Посмотреть, как будет")
    _told(plain, "Напишите сумму")
    plain.type("Сколько, ₽", "1500")
    plain.tap("Посмотреть, как будет")
    plain.sees("Как будет списываться")
    plain.tap("Включить автоплатёж")
    plain.comes_to("/autopay")
    plain.page.get_by_text("Выключить", exact=True).click()
    plain.tap("Выключить автоплатёж")
    plain.sees("Счёт оплачивается сам")
    assert [row["ended_at"] is not None for row in town.lk.rows("SELECT ended_at FROM autopays")] == [True]


def test_a_card_is_unlinked_and_another_one_linked(plain: Phone, town: Furnished) -> None:
    town.signed_in(plain)
    plain.go(f"{town.home}/cards")
    plain.tap("Отвязать карту ··4444")
    plain.look()
    plain.page.get_by_role("button", name="Отвязать").click()
    plain.sees("Привязать карту")
    plain.tap("Привязать карту")
    plain.comes_to("/sandbox/checkout/*")
    plain.page.get_by_role("button").first.click()
    plain.comes_to("/cards/*")
    plain.sees("Карта привязана")


def test_staff_search_look_decide_and_read_the_board(plain: Phone, town: Furnished) -> None:
    town.held_reading()
    operator = hire(town.lk, "operator", "operator")
    town.lk.move_to("2025-07-20T14:07")
    plain.come_to_work(operator)
    plain.page.locator("input[name=q]").fill("Лесная")
    plain.tap("Найти")
    plain.sees("Найденные счета")
    plain.page.locator("input[name=q]").fill(OTHER_ACCOUNT)
    plain.tap("Найти")
    plain.page.wait_for_url("**/support/accounts/*")
    plain.tap("Посмотреть")
    _told(plain, "Выберите")
    plain.page.get_by_text("Вопрос по счёту").first.click()
    plain.page.locator("form[action$='/look'] button[type=submit]").click()
    plain.page.wait_for_url("**/accounts/*")
    plain.sees("только просмотр")
    plain.tap("Закончить")
    plain.comes_to("/support")

    plain.go("/support/held")
    plain.page.get_by_text("Другие цифры").first.click()
    plain.page.locator(".dial-input").first.fill("730")
    plain.tap("Учесть эти цифры")
    plain.comes_to("/support/held?done=*")
    assert town.lk.rows("SELECT id FROM readings WHERE status = 'held'") == []

    plain.go("/operations")
    plain.sees("Июль 2025")
    plain.tap("Открыть пробный расчёт")
    plain.comes_to("/operations/trial?period=*")


def test_no_page_offers_what_only_scripts_can_do(plain: Phone, town: Furnished) -> None:
    pages = ["/", "/register", "/sign-in", "/password-reset", "/guide", "/help"]
    town.signed_in(plain)
    pages += [town.home + end for end in ("", "/readings", "/bills", "/payments", "/cards", "/autopay", "/history")]
    pages += [f"{town.home}/access", f"{town.home}/away"]
    pages += ["/accounts", "/profile", "/profile/password", "/profile/passkeys"]
    dead = {}
    for path in pages:
        plain.page.goto(path)
        found = plain.page.evaluate(ONLY_SCRIPTS)
        if found:
            dead[path] = found
    assert dead == {}
