"""A card linked on a phone, whose page moves on by itself, and one button for several places."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.furnished import owe
from tests.browser.phone import WAIT, Phone
from tests.household import ACCOUNT, OTHER_ACCOUNT

NBSP = "\u00a0"


def _link_a_card(phone: Phone, home: str) -> None:
    phone.go(f"{home}/cards")
    phone.tap("Привязать карту")
    phone.comes_to("/sandbox/checkout/*")
    phone.page.get_by_role("button").first.click()
    phone.comes_to("/cards/*")
    phone.sees("Карта привязана")


def test_the_page_of_a_card_moves_on_by_itself(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.go(f"{home}/cards")
    phone.tap("Привязать карту")
    phone.comes_to("/sandbox/checkout/*")
    acquirers_page = phone.page.url
    phone.page.get_by_role("link", name="Вернуться").first.click()
    phone.comes_to("/cards/*")
    phone.sees("Карта ещё не привязана")

    other = phone.second_tab()
    other.goto(acquirers_page)
    other.get_by_role("button").first.click()
    other.wait_for_url("**/cards/*")
    other.close()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Карта привязана", timeout=WAIT)


def test_the_button_for_several_places_counts_anew_at_every_tick(phone: Phone) -> None:
    home = phone.open_cabinet()
    _link_a_card(phone, home)
    _second_place(phone)

    phone.go("/accounts")
    phone.tap("Оплатить всё")
    phone.comes_to("/payments")
    phone.sees(f"Оплатить всё: 3{NBSP}500,00{NBSP}₽")
    phone.page.get_by_text("Мама", exact=True).click()
    phone.sees(f"Оплатить 2{NBSP}000,00{NBSP}₽")
    assert "_csrf_token" not in phone.page.url
    phone.page.get_by_text("Мама", exact=True).click()
    phone.tap(f"Оплатить всё: 3{NBSP}500,00{NBSP}₽")
    phone.comes_to("/payments/*")
    phone.sees("Всё оплачено")
    phone.go("/accounts")
    phone.sees("0,00")


def _second_place(phone: Phone) -> None:
    """2 000 ₽ are owed at home, and 1 500 ₽ at a place where the resident helps."""
    phone.lk.change(
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, name, created_at) "
        "SELECT u.id, a.id, 'helper', 0, 'Мама', u.created_at FROM users u, accounts a "
        "WHERE u.login IS NOT NULL AND a.number = {}",
        OTHER_ACCOUNT,
    )
    owe(phone.lk, ACCOUNT, 200_000)
    owe(phone.lk, OTHER_ACCOUNT, 150_000)
