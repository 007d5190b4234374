"""An operator changes a price on a phone, sees first what last month would have come to, and takes files."""

from __future__ import annotations

from zipfile import ZipFile

from tests.browser.phone import Phone
from tests.household import hire

NBSP = "\u00a0"
PRICES = "/operations/tariffs/moscow/gas/prices"


def test_a_price_is_compared_confirmed_billed_by_and_one_to_come_is_withdrawn(phone: Phone) -> None:
    lk = phone.lk
    lk.move_to("2025-07-26T00:01")
    lk.run_month()
    _sign_in(phone)
    phone.go("/operations/tariffs")
    phone.tap("Цены и новая цена")
    phone.comes_to(PRICES)
    _type_price(phone, "август 2025", "10,00")
    phone.tap("Проверить")
    phone.sees("Если бы так считали за июль")
    phone.sees(f"На 575,10{NBSP}₽ больше")
    phone.look()
    assert lk.rows("SELECT id FROM rates WHERE price_kopecks = 1000") == []
    phone.tap("Всё верно, записать")
    phone.sees("Записано.")
    phone.comes_to(f"{PRICES}?done=set")

    _type_price(phone, "сентябрь 2025", "99")
    phone.tap("Проверить")
    phone.tap("Всё верно, записать")
    phone.sees(f"С{NBSP}1{NBSP}сентября{NBSP}2025")
    phone.tap("Отменить")
    phone.sees("Отменено: будет как раньше.")
    phone.go("/operations/tariffs/changes")
    phone.sees("Отменены будущие цены: Москва, газовые плиты")

    _takes_files(phone)

    lk.move_to("2025-08-26T00:01")
    lk.run_month()
    prices = lk.rows(
        "SELECT c.price_kopecks FROM charges c JOIN bills b ON b.id = c.bill_id JOIN meters m ON m.id = c.meter_id "
        "WHERE b.period = 202508 AND m.zones = 1"
    )
    assert {row["price_kopecks"] for row in prices} == {1000}


def _sign_in(phone: Phone) -> None:
    operator = hire(phone.lk, "tarifnaya", "operator")
    phone.lk.move_to("2025-07-26T12:05")
    phone.come_to_work(operator)


def _type_price(phone: Phone, month: str, price: str) -> None:
    phone.field("С какого месяца").select_option(label=month.replace(" ", NBSP))
    phone.type("Каким документом", "Приказ № 7")
    phone.page.locator("#price_1_T1_1").fill(price)


def _takes_files(phone: Phone) -> None:
    """The readings as a file, and the month's paper, which is made while the page waits."""
    phone.go("/operations/exports")
    with phone.page.expect_download() as taken:
        phone.page.locator("form[action$='/files/bills'] button").click()
    assert taken.value.suggested_filename == "bills-2025-07.csv"
    phone.page.locator("#print-run-period").select_option(label=f"июль{NBSP}2025")
    phone.tap("Подготовить")
    phone.sees("Готово:")
    with phone.page.expect_download() as printed:
        phone.page.get_by_role("button", name="Скачать ZIP").click()
    with ZipFile(printed.value.path()) as archive:
        assert "control.csv" in archive.namelist()
