"""What goes wrong on the way in: the letter is lost, days pass, the account is taken; and how an agent enrols."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Browser

from tests.browser.phone import Phone
from tests.household import AGENT_PASSWORD, EMAIL, METER, PASSWORD, letter_link
from tests.served import Served

OTHER = "ivanova.m@example.org"


def up_to_letter(phone: Phone, email: str = EMAIL) -> None:
    phone.go("/register")
    phone.type("Лицевой счёт", "10000-001-01")
    phone.type("Номер счётчика", METER)
    phone.tap("Дальше")
    phone.comes_to("/register/email")
    phone.type("Электронная почта", email)
    phone.tap("Прислать письмо")
    phone.comes_to("/register/letter")


def test_a_lost_letter_is_sent_again_to_a_corrected_address(either_phone: Phone) -> None:
    phone = either_phone
    up_to_letter(phone)
    lost = letter_link(phone.lk, EMAIL)
    phone.lk.move_to("2025-07-20T14:07")
    phone.go("/register/letter")
    phone.tap("Прислать ещё раз")
    phone.sees("Действует только последнее")
    phone.tap("Исправить адрес")
    phone.comes_to("/register/email")
    phone.field("Электронная почта").fill("")
    phone.type("Электронная почта", OTHER)
    phone.tap("Прислать письмо")
    phone.comes_to("/register/letter")

    answer = phone.context.request.get(f"{phone.lk.url}{lost}")
    assert answer.status == 410
    phone.go(letter_link(phone.lk, OTHER))
    phone.tap("Войти")
    phone.comes_to("/register/credentials")


def test_after_three_days_the_way_begins_again_and_nothing_is_lost(either_phone: Phone) -> None:
    phone = either_phone
    up_to_letter(phone)
    link = letter_link(phone.lk, EMAIL)
    phone.go(link)
    phone.tap("Войти")
    phone.comes_to("/register/credentials")
    phone.sees("выберите их до 23 июля, 14:05")
    phone.lk.move_to("2025-07-23T14:05")
    phone.type("Пароль", PASSWORD)
    phone.tap("Открыть кабинет")
    phone.comes_to("/register")
    phone.sees("На счёте ничего не пропало")
    phone.lk.move_to("2025-07-20T15:00")
    assert phone.context.request.get(f"{phone.lk.url}{link}").status == 410
    phone.lk.move_to("2025-07-23T14:06")
    phone.context.clear_cookies()
    assert phone.open_cabinet().startswith("/accounts/")


def test_an_account_that_somebody_has_already_looks_the_same_and_its_owner_hears_of_it(
    lk: Served, browser: Browser
) -> None:
    with (
        Phone.in_hand(browser, lk, has_scripts=True) as owner,
        Phone.in_hand(browser, lk, has_scripts=True) as stranger,
    ):
        owner.open_cabinet()
        up_to_letter(stranger, "chuzhoy@example.org")
        stranger.sees("Оно ушло на")
        stranger.sees("Если у этого счёта уже есть кабинет, напишем только его владельцу")
        assert stranger.page.locator('a[href^="tel:"]').count() >= 2

    letters = lk.rows("SELECT kind, to_address FROM messages ORDER BY id DESC LIMIT 1")
    assert letters == [{"kind": "registration_attempt", "to_address": EMAIL}]


def test_an_agent_enrols_by_the_printed_link_with_a_code_and_once_without_the_phone(phone: Phone) -> None:
    done = phone.lk.run("agent", "add", "novikova", "--role", "support")
    phone.go(done.stdout.strip().removeprefix(phone.lk.url))
    secret = phone.page.locator(".mark").inner_text()
    phone.type("Новый пароль", AGENT_PASSWORD)
    phone.type("Код из приложения", pyotp.TOTP(secret).at(phone.lk.now))
    phone.tap("Готово")
    phone.sees("Запишите запасные коды")
    phone.look()
    saved = phone.page.locator(".codes li").first.inner_text()
    phone.tap("Войти")
    phone.comes_to("/sign-in")
    phone.lk.move_to("2025-07-20T14:07")
    phone.type("Логин", "novikova")
    phone.type("Пароль", AGENT_PASSWORD)
    phone.page.get_by_role("button", name="Войти", exact=True).click()
    phone.comes_to("/sign-in/code")
    phone.type("Код", pyotp.TOTP(secret).at(phone.lk.now))
    phone.tap("Войти")
    phone.comes_to("/support")

    phone.context.clear_cookies()
    phone.go("/sign-in")
    phone.type("Логин", "novikova")
    phone.type("Пароль", AGENT_PASSWORD)
    phone.page.get_by_role("button", name="Войти", exact=True).click()
    phone.comes_to("/sign-in/code")
    phone.type("Код", saved)
    phone.tap("Войти")
    phone.comes_to("/profile/recovery-codes?used")
    phone.sees("Осталось 9")
    phone.look()
