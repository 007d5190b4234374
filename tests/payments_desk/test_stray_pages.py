"""The operators' pages of money that nobody expected, in a browser without JavaScript."""

from __future__ import annotations

import pytest

from tests.payments_desk.cast import (
    ALLA,
    HOME,
    HOME_NUMBER,
    NEIGHBOUR_NUMBER,
    OLEG,
    OLGA,
    PAID,
    Browser,
    Desk,
)
from tests.payments_desk.test_bank_payments import came
from tests.payments_desk.test_strays import acquirers_id, late, strange

WORDS = "Поздний ответ банка"


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


def form_of(browser: Browser, action: str) -> str:
    """The nonce of the page's form that posts there."""
    form = browser.page.split(f'action="{action}"')[1].split("</form>")[0]
    return form.split('name="nonce" value="')[1].split('"')[0]


def test_money_taken_and_not_booked_is_booked_from_its_task(desk: Desk) -> None:
    _, task = late(desk)
    olga = desk.sits(OLGA)
    path = f"/operations/reconciliation/{task}"
    olga.get("/operations/reconciliation")
    assert f'href="{path}"' in olga.page
    olga.get(path)
    assert "Зачислить 2 088,60 ₽" in olga.text
    assert "Вернуть 2 088,60 ₽" in olga.text
    nonce = form_of(olga, f"{path}/booking")
    assert olga.post(f"{path}/booking", words="", nonce=nonce).status_code == 422
    assert "Напишите несколько слов" in olga.text
    olga.follow(f"{path}/booking", words=WORDS, nonce=nonce)
    assert "Деньги зачислены, задача закрыта." in olga.text
    assert desk.owes() == -PAID
    assert olga.get(path).headers["location"] == "/operations/reconciliation"
    anna = desk.sits(HOME)
    anna.get(f"/accounts/{HOME}/history")
    assert "сотрудник О-1" in anna.text


def test_a_large_sum_is_given_back_by_two_people(desk: Desk) -> None:
    _, task = late(desk, 6_000_00)
    olga, oleg = desk.sits(OLGA), desk.sits(OLEG)
    path = f"/operations/reconciliation/{task}"
    olga.get(path)
    olga.follow(f"{path}/return", words="Заплатили наличными", nonce=form_of(olga, f"{path}/return"))
    assert "Решение ждёт второго сотрудника." in olga.text
    olga.get(path)
    assert "Решение ждёт второго сотрудника." in olga.text
    assert "/booking" not in olga.page
    assert olga.post(f"{path}/closing", words="Закрываю").status_code == 422
    assert "Об этих деньгах уже решено" in olga.text
    olga.get("/operations/refunds")
    assert "Это предложили вы." in olga.text

    oleg.get("/operations/refunds")
    assert "6 000,00 ₽" in oleg.text
    nonce = desk.one("SELECT public_id FROM strays")
    assert oleg.post(f"/operations/strays/{nonce}/refusal", words="").status_code == 422
    oleg.follow(f"/operations/strays/{nonce}/approval")
    assert "Подтверждено." in oleg.text
    assert "возвращено · О-1, О-2" in oleg.text
    assert desk.acquirer.moves("refund") == [(acquirers_id(desk), 6_000_00)]
    anna = desk.sits(HOME)
    anna.get(f"/accounts/{HOME}/history")
    assert "Лишнее списание вернули на карту ··4444" in anna.text


def test_whose_foreign_money_is_is_shown_before_it_is_booked(desk: Desk) -> None:
    task = strange(desk)
    olga = desk.sits(OLGA)
    path = f"/operations/reconciliation/{task}"
    olga.get(path)
    assert "Показать счёт" in olga.text
    for number, told in (("123", "В номере лицевого счёта 10 цифр."), ("9999999999", "Такого лицевого счёта нет.")):
        assert olga.post(f"{path}/booking", account_number=number).status_code == 422
        assert told in olga.text
    assert olga.post(f"{path}/booking", account_number="10000-001-01").status_code == 422
    assert "Москва, Лесная улица, 5, •••" in olga.text
    assert desk.owes() == 0
    nonce = form_of(olga, f"{path}/booking")
    fields = {"account_number": HOME_NUMBER, "nonce": nonce, "words": WORDS}
    assert olga.post(f"{path}/booking", **fields, confirmed=NEIGHBOUR_NUMBER).status_code == 422
    olga.follow(f"{path}/booking", **fields, confirmed=HOME_NUMBER)
    assert desk.owes() == -PAID


def test_money_that_cannot_be_booked_has_one_button(desk: Desk) -> None:
    task = strange(desk, "autopay:999999:2026-09:1")
    olga = desk.sits(OLGA)
    path = f"/operations/reconciliation/{task}"
    olga.get(path)
    assert "можно только вернуть" in olga.text
    assert f"{path}/booking" not in olga.page
    olga.follow(f"{path}/return", words=WORDS, nonce=form_of(olga, f"{path}/return"))
    assert "Деньги вернулись на карту, задача закрыта." in olga.text


def test_a_banks_payment_of_nobody_goes_back_and_is_listed(desk: Desk) -> None:
    payment_id = came(desk, kopecks=7_000_00)
    olga, oleg = desk.sits(OLGA), desk.sits(OLEG)
    path = f"/operations/bank-payments/{payment_id}"
    olga.get(path)
    assert olga.post(f"{path}/return", words=" ", nonce=olga.nonce).status_code == 422
    assert "Напишите несколько слов" in olga.text
    olga.follow(f"{path}/return", words="Поручение 118", nonce=olga.nonce)
    assert "Возврат ждёт второго сотрудника." in olga.text
    olga.get(path)
    assert "Возврат отправителю ждёт второго сотрудника" in olga.text
    assert "/assignment" not in olga.page

    oleg.get("/operations/refunds")
    assert "Вернуть отправителю 7 000,00 ₽" in oleg.text
    back = desk.one("SELECT public_id FROM bank_returns")
    oleg.follow(f"/operations/bank-returns/{back}/approval")
    assert "Платёж закрыт как возвращённый отправителю." in oleg.text
    olga.get("/operations/bank-payments")
    assert "Все платежи разобраны." in olga.text
    assert "возвращён отправителю · О-1, О-2 · «Поручение 118»" in olga.text
    assert olga.get(path).status_code == 303


def test_nobody_but_an_operator_reaches_them(desk: Desk) -> None:
    _, task = late(desk)
    payment_id = came(desk)
    for who in (ALLA, HOME):
        browser = desk.sits(who)
        browser.get("/profile")
        for path in (f"/operations/reconciliation/{task}/booking", f"/operations/reconciliation/{task}/return"):
            assert browser.post(path, words=WORDS, nonce="23456789abcd").status_code == 403
        path = f"/operations/bank-payments/{payment_id}/return"
        assert browser.post(path, words=WORDS, nonce="23456789abcd").status_code == 403
    assert (desk.owes(), desk.acquirer.moves("refund")) == (0, [])
