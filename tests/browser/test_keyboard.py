"""Whole journeys without a mouse: no stop is hidden, covered or without a ring, no swap loses the place, no trap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.furnished import OWED, Furnished, furnished
from tests.browser.keyboard import Keyboard
from tests.browser.phone import HEIGHT, WIDTH, Phone
from tests.household import (
    AGENT_PASSWORD,
    EMAIL,
    METER,
    OTHER_LOGIN,
    PASSWORD,
    hire,
    letter_link,
)

DESK = (1280, 800)
SUM = OWED.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def town(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(house, tmp_path_factory.mktemp("keyboard")) as town:
        yield town


@pytest.fixture
def keyboard(town: Furnished, browser: Browser) -> Iterator[Keyboard]:
    with Phone.in_hand(browser, town.lk, has_scripts=True) as phone:
        keyboard = Keyboard.of(phone, WIDTH, HEIGHT)
        yield keyboard
        keyboard.saw_everything()
        # A refused form is told in the console too.
        phone.complaints[:] = [each for each in phone.complaints if "422" not in each]


@pytest.fixture
def at_home(town: Furnished, keyboard: Keyboard) -> Keyboard:
    town.signed_in(keyboard.phone)
    keyboard.phone.page.goto(town.home)
    keyboard.arrives(town.home)
    return keyboard


@pytest.fixture(scope="module")
def operator(town: Furnished, browser: Browser) -> list[Any]:
    """Comes to work by keys, with the code of the other phone; what the browser keeps of it."""
    employee = hire(town.lk, "operator", "operator")
    town.lk.move_to("2025-07-20T14:07")
    with Phone.in_hand(browser, town.lk, has_scripts=True) as phone:
        keyboard = Keyboard.of(phone, *DESK)
        phone.page.goto("/sign-in")
        keyboard.fill("Логин", employee.login)
        keyboard.fill("Пароль", AGENT_PASSWORD)
        keyboard.press("Enter")
        keyboard.arrives("/sign-in/code")
        keyboard.fill("Код", employee.code(town.lk))
        keyboard.press("Enter")
        keyboard.arrives("/support")
        keyboard.saw_everything()
        return [*phone.context.cookies()]


@pytest.fixture
def at_desk(operator: list[Any], keyboard: Keyboard) -> Iterator[Keyboard]:
    """A look changes the session, so what it left is kept for the next test."""
    context, page = keyboard.phone.context, keyboard.phone.page
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    context.add_cookies(operator)
    page.goto("/support")
    yield keyboard
    operator[:] = context.cookies()


def test_from_the_paper_bill_to_ones_own_cabinet(town: Furnished, keyboard: Keyboard) -> None:
    phone = keyboard.phone
    phone.page.goto("/register")
    keyboard.arrives("/register")
    keyboard.choose("Дальше")
    keyboard.is_told("состоит из 10 цифр")
    keyboard.press("Tab", "Enter")
    keyboard.stands_at("#account_number")
    keyboard.type("10000-001-01")
    keyboard.fill("Номер счётчика", METER)
    keyboard.choose("Дальше", "button")
    keyboard.arrives("/register/email")
    keyboard.fill("Электронная почта", EMAIL)
    keyboard.press("Enter")
    keyboard.arrives("/register/letter")
    phone.page.goto(letter_link(town.lk, EMAIL))
    keyboard.arrives(phone.path)
    keyboard.choose("Войти", "button")
    keyboard.arrives("/register/credentials")
    keyboard.fill("Пароль", PASSWORD)
    keyboard.choose("Показать", by="Space")
    keyboard.choose("Открыть кабинет", "button")
    keyboard.arrives("/accounts/*/welcome")
    keyboard.choose("На главную", "link")
    keyboard.arrives("/accounts/*")


def test_a_doubtful_reading_is_asked_about_and_confirmed(town: Furnished, keyboard: Keyboard) -> None:
    phone = keyboard.phone
    phone.page.goto("/sign-in")
    keyboard.arrives("/sign-in")
    keyboard.fill("Логин", OTHER_LOGIN)
    keyboard.fill("Пароль", "не тот")
    keyboard.press("Enter")
    keyboard.is_told("парол")
    keyboard.fill("Пароль", PASSWORD)
    keyboard.press("Enter")
    keyboard.arrives(town.home)
    keyboard.choose("Передать показания")
    keyboard.arrives("/readings")
    keyboard.choose("Передать показание", "button")
    keyboard.is_told("цифры")
    keyboard.press("Tab", "Enter")
    keyboard.stands_at(".dial-input")
    keyboard.type("1000")
    keyboard.choose("Передать показание", "button")
    keyboard.stands_at(".banner-wait[role=status]")
    keyboard.walk()
    keyboard.choose("Всё верно, отправить", "button")
    keyboard.stands_at(".banner[role=status]")
    phone.sees("Показание принято")
    keyboard.walk()


def test_the_bill_is_paid_with_the_linked_card_and_autopay_set(town: Furnished, at_home: Keyboard) -> None:
    keyboard, phone = at_home, at_home.phone
    keyboard.choose("Оплатить", "link")
    keyboard.arrives("/payments")
    keyboard.choose(f"Оплатить {SUM} картой ··4444", "button")
    keyboard.arrives("/payments/*")
    phone.sees("Платёж прошёл")

    keyboard.choose("Ещё")
    keyboard.choose("Автоплатёж", "link")
    keyboard.arrives("/autopay")
    keyboard.to("Сумму счёта", "radio")
    keyboard.press("ArrowDown")
    keyboard.fill("Сколько, ₽", "1500")
    keyboard.to("Одну и ту же сумму", "radio", key="Shift+Tab")
    keyboard.press("ArrowUp")
    keyboard.choose("Посмотреть, как будет", "button")
    keyboard.is_told("Напишите сумму")
    keyboard.fill("Не больше, ₽", "5000")
    keyboard.to("Какого числа", "combobox")
    keyboard.press("ArrowDown")
    keyboard.choose("Посмотреть, как будет", "button")
    phone.sees("Как будет списываться")
    keyboard.walk()
    keyboard.choose("Включить автоплатёж", "button")
    phone.sees("Каждый месяц")
    keyboard.walk()
    assert town.lk.rows("SELECT id FROM autopays") != []


def test_the_menu_opens_closes_and_leads_to_a_question_and_out(town: Furnished, at_home: Keyboard) -> None:
    keyboard, phone = at_home, at_home.phone
    stops = keyboard.walk()
    assert keyboard.walk("Shift+Tab")[: len(stops)] == stops[::-1]
    keyboard.choose("Ещё")
    keyboard.to("Платежи", "link")
    keyboard.press("Escape")
    assert keyboard.stop() == "Ещё"
    keyboard.press("Enter")
    keyboard.walk()
    keyboard.choose("Ещё")
    keyboard.choose("Помощь", "link")
    keyboard.arrives("/help")
    keyboard.choose("К содержанию", "link")
    keyboard.press("Tab")
    assert keyboard.called().startswith('- link "8 (495)')
    keyboard.to("О чём вопрос", "combobox")
    keyboard.press("ArrowDown")
    keyboard.choose("Отправить вопрос", "button")
    keyboard.is_told("Напишите")
    keyboard.fill("Что случилось", "Счётчик гудит.")
    keyboard.choose("Отправить вопрос", "button")
    phone.sees("Вопрос отправлен")
    keyboard.walk()
    keyboard.choose("Выйти", "button")
    keyboard.arrives("/")


def test_an_agent_finds_a_customer_and_looks(town: Furnished, at_desk: Keyboard) -> None:
    keyboard, phone = at_desk, at_desk.phone
    assert "Счёт, счётчик" in (keyboard.stop() or "")
    keyboard.type("Лесная")
    keyboard.press("Enter")
    phone.sees("Найденные счета")
    assert "Счёт, счётчик" in (keyboard.stop() or "")
    keyboard.to("10000-001-02", "link")
    keyboard.press("Enter")
    keyboard.arrives("/support/accounts/*")
    keyboard.choose("Посмотреть", "button")
    keyboard.is_told("Выберите")
    keyboard.to("Вопрос по счёту", "radio")
    keyboard.press("ArrowDown")
    keyboard.choose("Посмотреть", "button")
    keyboard.arrives(town.home)
    phone.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    keyboard.walk()
    phone.page.goto(f"{town.home}/history")
    keyboard.arrives("/history")
    keyboard.walk("Shift+Tab")
    keyboard.choose("Ввести код жителя")
    keyboard.walk()
    keyboard.choose("Закончить", "button")
    keyboard.arrives("/support")


def test_an_operator_decides_about_a_held_reading_and_reads_the_board(town: Furnished, at_desk: Keyboard) -> None:
    town.held_reading()
    keyboard, phone = at_desk, at_desk.phone
    keyboard.choose("Показания", "link")
    keyboard.arrives("/support/held")
    keyboard.choose("Спросить ещё раз")
    keyboard.choose("Спросить ещё раз", "button")
    keyboard.is_told("Выберите")
    keyboard.walk()
    keyboard.choose("Учесть", "button")
    keyboard.arrives("/support/held?done=accepted")
    phone.sees("Показание учтено.")
    keyboard.choose("Месяц", "link")
    keyboard.arrives("/operations")
