"""Other ways in, on a phone: a forgotten password, and a helper who was asked in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.phone import Phone
from tests.household import EMAIL, PASSWORD, newest_link
from tests.served import Served

NEW = "skameyka fonar pirog 88"
HELPER = "dochka@example.org"


def forget_everything(phone: Phone) -> None:
    phone.context.clear_cookies()
    phone.screens, phone.typed, phone.taps = [], [], 0


def test_a_forgotten_password_costs_four_screens_and_two_fields(either_phone: Phone) -> None:
    phone = either_phone
    home = phone.open_cabinet()
    forget_everything(phone)
    phone.go("/sign-in")
    phone.tap("Забыли логин или пароль?")
    phone.comes_to("/password-reset")
    phone.type("Логин или почта", EMAIL)
    phone.tap("Прислать письмо")
    phone.comes_to("/password-reset?sent")
    phone.go(newest_link(phone.lk, "password_reset", EMAIL))
    phone.type("Новый пароль", NEW)
    phone.tap("Сохранить и войти")
    phone.comes_to(home)

    assert (len(phone.screens) - 1, len(phone.typed), phone.taps) == (4, 2, 3)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_helper_comes_in_sends_a_reading_and_is_out_again(lk: Served, browser: Browser, has_scripts: bool) -> None:
    with (
        Phone.in_hand(browser, lk, has_scripts=has_scripts) as holder,
        Phone.in_hand(browser, lk, has_scripts=has_scripts) as helper,
    ):
        home = holder.open_cabinet()
        lk.change("UPDATE accesses SET is_provisional = {}", False)
        holder.go(f"{home}/access")
        holder.type("Почта помощника", HELPER)
        holder.tap("Пригласить")
        holder.sees("ждёт ответа")

        helper.go(newest_link(lk, "invitation", HELPER))
        helper.sees("Лесная")
        helper.type("Пароль", PASSWORD)
        helper.tap("Открыть доступ")
        helper.comes_to(home)
        helper.go(f"{home}/readings")
        helper.sees("Передать показание")

        holder.go(f"{home}/access")
        holder.page.locator("summary", has_text="Убрать").click()
        holder.page.get_by_role("button", name="Убрать помощника").click()
        holder.page.wait_for_load_state()
        holder.go(f"{home}/access")
        assert "Помощник" not in holder.page.locator("h2").all_inner_texts()
        answer = helper.context.request.get(f"{lk.url}{home}")
        assert answer.status == 404
