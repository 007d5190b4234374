"""Autopay on a phone: set in three screens, told the day before, skipped once, taken, switched off."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.phone import WAIT, Phone

NBSP = "\u00a0"
SUM = f"2{NBSP}088,60{NBSP}₽"


def _link_a_card(phone: Phone, home: str, card: str = "Оплата проходит") -> None:
    phone.go(f"{home}/cards")
    phone.tap("Привязать карту")
    phone.comes_to("/sandbox/checkout/*")
    phone.page.get_by_text(card).click()
    phone.page.get_by_role("button").first.click()


def _live_to(phone: Phone, *moments: str) -> None:
    for moment in moments:
        phone.lk.move_to(moment)
        phone.lk.run_month()


def _send_the_reading(phone: Phone, home: str) -> None:
    phone.go(f"{home}/readings")
    phone.type("День, T1", "5000")
    phone.type("Ночь, T2", "2200")
    phone.tap("Передать показание")
    phone.sees("Показание принято")


def _set_by_the_bill(phone: Phone, home: str) -> None:
    phone.go(f"{home}/autopay")
    phone.type("Не больше, ₽", "5000")
    phone.tap("Посмотреть, как будет")
    phone.sees("Как будет списываться")
    phone.look()
    phone.tap("Включить автоплатёж")
    phone.sees("Каждый месяц 5-го списываем сумму счёта")
    phone.look()


def test_a_bill_pays_itself_and_the_resident_is_told_before(either_phone: Phone) -> None:
    phone = either_phone
    home = phone.open_cabinet()
    _link_a_card(phone, home)
    phone.comes_to("/cards/*")
    _send_the_reading(phone, home)
    _set_by_the_bill(phone, home)
    _live_to(phone, "2025-07-29T12:00", "2025-08-01T12:00", "2025-08-04T12:00")
    phone.go(f"{home}/autopay")
    phone.sees(f"5{NBSP}августа спишем {SUM}")
    _live_to(phone, "2025-08-05T12:00")
    phone.go(home)
    phone.sees(f"0,00{NBSP}₽")
    phone.sees("Автоплатёж ··4444")
    phone.go(f"{home}/autopay")
    phone.sees("оплачено")


def test_a_month_is_skipped_and_autopay_switched_off_in_a_tap_each(phone: Phone) -> None:
    home = phone.open_cabinet()
    _link_a_card(phone, home)
    phone.comes_to("/cards/*")
    _send_the_reading(phone, home)
    _set_by_the_bill(phone, home)
    _live_to(phone, "2025-07-29T12:00", "2025-08-01T12:00", "2025-08-04T12:00")
    phone.go(f"{home}/autopay")
    phone.tap("Пропустить этот месяц")
    phone.sees("пропущен по вашей просьбе")
    _live_to(phone, "2025-08-05T12:00")
    phone.go(home)
    phone.sees(SUM)
    phone.go(f"{home}/autopay")
    phone.page.get_by_text("Выключить", exact=True).click()
    phone.tap("Выключить автоплатёж")
    phone.sees("Счёт оплачивается сам")


def test_the_sum_that_goes_with_the_choice_is_asked_for(phone: Phone) -> None:
    home = phone.open_cabinet()
    _link_a_card(phone, home)
    phone.comes_to("/cards/*")
    phone.go(f"{home}/autopay")
    expect(phone.field("Не больше, ₽")).to_be_visible(timeout=WAIT)
    expect(phone.field("Сколько, ₽")).to_be_hidden()
    phone.page.get_by_text("Одну и ту же сумму").click()
    expect(phone.field("Сколько, ₽")).to_be_visible(timeout=WAIT)
    expect(phone.field("Не больше, ₽")).to_be_hidden()


def test_a_card_that_the_bank_refuses_is_told_and_another_one_links(phone: Phone) -> None:
    home = phone.open_cabinet()
    _link_a_card(phone, home, "Проверка 3-D Secure")
    phone.comes_to("/bank")
    phone.page.get_by_role("button", name="Отказаться").click()
    phone.comes_to("/cards/*")
    phone.sees("Карта не привязалась")
    _link_a_card(phone, home, "Проверка 3-D Secure")
    phone.comes_to("/bank")
    phone.page.get_by_role("button").first.click()
    phone.comes_to("/cards/*")
    phone.sees("Карта привязана")
