"""An operator's day in the browser: a bank's registry with mistakes, mended, looked through, loaded, taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload

from tests.browser.phone import Phone
from tests.household import hire

REGISTRY = """external_id,account_number,paid_on,amount,channel
b-1,10000-001-01,2025-07-18,1200.50,bank
b-2,10000-001-02,{day},300.00,bank
"""


@pytest.fixture
def operator(either_phone: Phone) -> Phone:
    phone = either_phone
    employee = hire(phone.lk, "operator", "operator")
    phone.lk.move_to("2025-07-20T14:07")
    phone.come_to_work(employee)
    return phone


def _send(phone: Phone, content: str) -> None:
    phone.field("Что в файле").select_option("Платежи банков")
    file = FilePayload(name="реестр 18 июля.csv", mimeType="text/csv", buffer=content.encode())
    phone.field("Файл CSV").set_input_files(file)
    phone.tap("Проверить файл")
    phone.comes_to("/operations/imports/*")


def _comes_by_itself(phone: Phone, text: str) -> None:
    """With scripts the page looks again by itself; without them its reader does."""
    if not phone.has_scripts:
        for _ in range(100):
            phone.page.reload()
            if phone.page.get_by_text(text).count():
                break
            phone.page.wait_for_timeout(200)
    phone.sees(text)
    phone.look()


def test_a_registry_with_mistakes_is_mended_looked_through_loaded_and_taken_back(operator: Phone) -> None:
    phone = operator
    phone.go("/operations/imports")
    _send(phone, REGISTRY.format(day="31.07.2025"))
    _comes_by_itself(phone, "В файле 1 ошибка")
    phone.sees("нужна дата вида 2026-03-10")
    assert phone.lk.rows("SELECT id FROM bank_payments") == []

    phone.tap("Прислать исправленный")
    phone.comes_to("/operations/imports")
    _send(phone, REGISTRY.format(day="2025-07-19"))
    _comes_by_itself(phone, "Что изменится")
    phone.tap("Загрузить")
    _comes_by_itself(phone, "Загружено")
    paid = phone.lk.rows("SELECT amount_kopecks FROM ledger_entries WHERE kind = 'payment' ORDER BY id")
    assert [each["amount_kopecks"] for each in paid] == [120050, 30000]

    phone.page.get_by_text("Отменить загрузку").click()
    phone.type("Почему", "Реестр за другой город")
    phone.tap("Снять 2 платежа")
    phone.sees("Загрузка отменена")
    phone.look()
    phone.go("/operations/imports")
    phone.sees("отменён")
