"""The whole month on a phone, with scripts and without, and what scripts add."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.phone import WAIT, Phone
from tests.household import EMAIL, letter_link

NBSP = "\u00a0"
SUM = f"2{NBSP}088,60{NBSP}₽"


def _bill_and_deliver(phone: Phone) -> None:
    phone.lk.move_to("2025-07-26T00:01")
    phone.lk.run_month()
    phone.lk.move_to("2025-07-29T12:00")
    phone.lk.run_month()


def _send_the_reading(phone: Phone, home: str) -> None:
    phone.go(f"{home}/readings")
    phone.type("День, T1", "5000")
    phone.type("Ночь, T2", "2200")
    phone.tap("Передать показание")
    phone.sees("Показание принято")
    phone.look()


def _pay(phone: Phone, home: str) -> None:
    phone.go(f"{home}/payments")
    phone.tap(f"Оплатить {SUM}")
    phone.comes_to("/sandbox/checkout/*")
    phone.tap(f"Оплатить {SUM}")
    phone.comes_to("/payments/*")
    phone.sees("Платёж прошёл")


def test_from_the_paper_bill_to_a_paid_one(either_phone: Phone) -> None:
    phone = either_phone
    home = phone.open_cabinet()
    _send_the_reading(phone, home)
    _bill_and_deliver(phone)

    phone.go(home)
    phone.sees(SUM)
    phone.sees(f"10{NBSP}августа")
    phone.go(f"{home}/bills")
    phone.go(f"{home}/bills/2025-07")
    phone.page.get_by_text("Почему столько?").first.click()
    phone.sees("180")
    phone.look()
    _pay(phone, home)

    phone.go(home)
    phone.sees(f"0,00{NBSP}₽")
    phone.go(f"{home}/history")
    for words in ("Открыт личный кабинет", "Показания за июль", "Счёт за июль", "Оплата картой"):
        phone.sees(words)
    for page in ("/accounts", "/profile", "/help", "/guide", "/", "/sign-out"):
        phone.go(page)


def test_the_page_of_the_letter_moves_on_by_itself(phone: Phone) -> None:
    phone.go("/register")
    phone.type("Лицевой счёт", "1000000101")
    phone.type("Номер счётчика", "14195368")
    phone.tap("Дальше")
    phone.type("Электронная почта", EMAIL)
    phone.tap("Прислать письмо")
    phone.comes_to("/register/letter")
    mail = phone.second_tab()
    mail.goto(letter_link(phone.lk, EMAIL))
    mail.get_by_role("button", name="Войти").click()

    phone.comes_to("/register/credentials")


def test_the_meters_number_is_typed_on_a_keyboard_of_digits_until_letters_are_asked_for(phone: Phone) -> None:
    phone.go("/register")
    meter = phone.field("Номер счётчика")
    expect(meter).to_have_attribute("inputmode", "numeric")

    phone.tap("Есть буквы")

    expect(meter).to_have_attribute("inputmode", "text")
    expect(meter).to_be_focused()


def test_rubles_are_there_while_the_digits_are_typed(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.go(f"{home}/readings")

    phone.type("День, T1", "5000")
    expect(phone.page.locator("[data-sum]").first).to_have_text(f"1{NBSP}701,00{NBSP}₽")
    expect(phone.page.locator("[data-line]").first).to_have_text(f"+180{NBSP}кВт·ч × 9,45{NBSP}₽")
    phone.type("Ночь, T2", "2200")
    expect(phone.page.locator("[data-total]")).to_have_text(SUM)
    phone.page.keyboard.press("Tab")

    phone.sees("Похоже, всё в порядке.")
    expect(phone.field("День, T1")).to_have_value("5000")
    assert phone.lk.rows("SELECT id FROM readings WHERE kind = 'regular'") == []


def test_without_scripts_the_rubles_come_at_a_press(either_phone: Phone) -> None:
    home = either_phone.open_cabinet()
    either_phone.go(f"{home}/readings")
    either_phone.type("День, T1", "5000")
    either_phone.type("Ночь, T2", "2200")

    either_phone.tap("Посчитать рубли")

    either_phone.sees(SUM)
    either_phone.look()
    assert either_phone.lk.rows("SELECT id FROM readings WHERE kind = 'regular'") == []


def test_the_comma_of_the_dial_is_refused_while_typing(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.go(f"{home}/readings")
    phone.type("День, T1", "5000,7")
    expect(phone.field("День, T1")).to_have_value("5000")

    phone.context.add_cookies([{"name": "lk_language", "value": "en", "url": phone.lk.url}])
    phone.go(f"{home}/readings")
    for typed, shown, kept in (("5,000", "5,000", "5000"), ("5000,7", "5000", "5000"), ("5,000.7", "5,000", "5000")):
        phone.field("Day, T1").clear()
        phone.type("Day, T1", typed)
        expect(phone.field("Day, T1")).to_have_value(shown)
        expect(phone.page.locator("[data-line]").first).to_have_text(f"+180{NBSP}kWh × 9.45{NBSP}₽")
        phone.page.keyboard.press("Tab")
        expect(phone.field("Day, T1")).to_have_value(kept)
    phone.field("Day, T1").clear()
    phone.type("Day, T1", "45,21")
    phone.page.keyboard.press("Tab")
    expect(phone.field("Day, T1")).to_have_value("45,21")
    phone.field("Day, T1").press("End")
    phone.type("Day, T1", "0")
    expect(phone.field("Day, T1")).to_have_value("45210")


def test_the_reading_is_sent_by_keyboard_alone_and_focus_is_always_seen(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.go(f"{home}/readings")
    _tab_to(phone, "T1")
    assert _is_focus_seen(phone)
    phone.page.keyboard.type("5000")
    phone.page.keyboard.press("Tab")
    phone.page.keyboard.type("2200")
    phone.page.keyboard.press("Tab")
    assert _is_focus_seen(phone)
    phone.page.keyboard.press("Enter")

    phone.sees("Показание принято")


def _tab_to(phone: Phone, label: str) -> None:
    for _ in range(40):
        phone.page.keyboard.press("Tab")
        focused = phone.page.evaluate("document.activeElement.labels?.[0]?.textContent ?? ''")
        if label in focused:
            return
    raise AssertionError(f"Tab never comes to {label}")


def _is_focus_seen(phone: Phone) -> bool:
    """The focused element, or the box it stands in, has an outline."""
    return bool(
        phone.page.evaluate(
            """() => {
                let each = document.activeElement
                for (let up = 0; up < 3 && each; up += 1, each = each.parentElement) {
                    const style = getComputedStyle(each)
                    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) return true
                }
                return false
            }"""
        )
    )


def test_the_page_of_a_payment_waits_for_the_bank_by_itself(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.go(f"{home}/payments")
    phone.page.get_by_text("Заплатить заранее").click()
    phone.type("Сумма, ₽", "100")
    phone.tap("Оплатить эту сумму")
    phone.comes_to("/sandbox/checkout/*")
    checkout = phone.path
    phone.page.get_by_role("link", name="Вернуться без оплаты").click()
    phone.comes_to("/payments/*")
    phone.sees("Ждём ответа банка")

    bank = phone.second_tab()
    bank.goto(checkout)
    bank.get_by_role("button", name="Оплатить").click()

    expect(phone.page.get_by_role("heading", name="Платёж прошёл")).to_be_visible(timeout=WAIT)


def test_a_letter_in_the_reading_is_told_beside_its_field_and_kept(either_phone: Phone) -> None:
    home = either_phone.open_cabinet()
    either_phone.go(f"{home}/readings")
    either_phone.type("День, T1", "50o0")
    either_phone.type("Ночь, T2", "2200")
    either_phone.tap("Передать показание")

    expect(either_phone.page.locator(".field-error")).to_have_count(1)
    expect(either_phone.field("День, T1")).to_have_value("50o0")
    expect(either_phone.page.locator(".errors")).to_be_focused() if either_phone.has_scripts else None
    either_phone.look()
    either_phone.complaints[:] = [each for each in either_phone.complaints if "422" not in each]
