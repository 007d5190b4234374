"""The operators' pages of money, in a browser without JavaScript, and what the resident reads of it."""

from __future__ import annotations

from datetime import date

import pytest

from lk import clock
from lk.payments.reconciling import reconcile_due
from tests.payments_desk.cast import (
    ALLA,
    HOME,
    HOME_NUMBER,
    NEIGHBOUR,
    NOON,
    OLEG,
    OLGA,
    PAID,
    Browser,
    Desk,
    moment,
    run,
)

WORDS = "Заплатили дважды"


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


def refunds_path(desk: Desk) -> str:
    return f"/operations/payments/{desk.one('SELECT public_id FROM payments')}/refunds"


def give_back(desk: Desk, who: Browser, amount: str) -> None:
    path = refunds_path(desk)
    who.get(path)
    who.follow(path, amount=amount, words=WORDS, nonce=who.nonce)


def test_a_payment_is_found_by_its_account_or_its_number_and_given_back(desk: Desk) -> None:
    payment = desk.pays()
    olga = desk.sits(OLGA)
    for query in ("10000-001-01", payment.public_id, payment.acquirer_id):
        olga.get(f"/operations/payments?q={query}")
        assert "2 088,60 ₽" in olga.text
        assert refunds_path(desk) in olga.page
    olga.get("/operations/payments?q=9999999999")
    assert "Ничего не нашлось" in olga.text
    for who, is_led in ((olga, True), (desk.sits(ALLA), False)):
        who.get(f"/support/accounts/{HOME}")
        assert (f"/operations/payments?q={HOME_NUMBER}" in who.page) is is_led

    olga.get(refunds_path(desk))
    assert 'value="2088,60"' in olga.page
    give_back(desk, olga, "500,00")

    assert "Деньги возвращены." in olga.text
    assert "Осталось 1 588,60 ₽" in olga.text
    assert f"возвращено · О-1 · «{WORDS}»" in olga.text


def test_the_resident_sees_the_refund_in_the_history_and_reads_why(desk: Desk) -> None:
    desk.pays()
    give_back(desk, desk.sits(OLGA), "500")

    anna = desk.sits(HOME)
    anna.get(f"/accounts/{HOME}/history")
    assert "Возврат на карту ··4444 +500,00 ₽ 5 октября, 12:00 · сотрудник О-1" in anna.text
    page = f"/accounts/{HOME}/refunds/{desk.one('SELECT public_id FROM refunds')}"
    assert page in anna.page
    anna.get(page)
    for words in ("500,00 ₽", WORDS, "··4444", "О-1"):
        assert words in anna.text
    anna.get(f"/accounts/{HOME}/payments/{desk.one('SELECT public_id FROM payments')}")
    assert "Вернули 500,00 ₽" in anna.text


def test_a_payment_that_went_back_no_longer_says_that_its_money_is_there(desk: Desk) -> None:
    payment, anna, olga = desk.pays(), desk.sits(HOME), desk.sits(OLGA)
    listed = f"/accounts/{HOME}/payments"
    page = f"{listed}/{payment.public_id}"
    anna.get(page)
    assert "Платёж прошёл Деньги уже на счёте." in anna.text

    give_back(desk, olga, "500,00")
    anna.get(page)
    assert "Платёж возвращён частично Вернули 500,00 ₽: банк покажет" in anna.text
    assert "Остальное на счёте." in anna.text
    anna.get(listed)
    assert "· возвращён частично" in anna.text

    give_back(desk, olga, "1588,60")
    anna.get(page)
    assert "Платёж возвращён Вернули 2 088,60 ₽: банк покажет" in anna.text
    for gone in ("оплачено", "частично", "на счёте."):
        assert gone not in anna.text, gone
    anna.get(listed)
    assert "12:00 · возвращён Звоните" in anna.text


def test_nobody_else_reads_it_nor_a_holder_who_came_later(desk: Desk) -> None:
    desk.pays()
    olga = desk.sits(OLGA)
    give_back(desk, olga, "500")
    olga.get(f"/operations/accounts/{HOME}/corrections")
    olga.follow(
        f"/operations/accounts/{HOME}/corrections",
        nonce=olga.nonce,
        direction="less",
        part="principal",
        amount="100",
        words=WORDS,
    )
    refund = desk.one("SELECT public_id FROM refunds")
    correction = desk.one("SELECT public_id FROM corrections")
    paths = [f"/accounts/{HOME}/refunds/{refund}", f"/accounts/{HOME}/corrections/{correction}"]

    anna, boris = desk.sits(HOME), desk.sits(NEIGHBOUR)
    for path in paths:
        assert anna.get(path).status_code == 200
        assert boris.get(path).status_code == 404
        assert boris.get(path.replace(HOME, NEIGHBOUR)).status_code == 404
    desk.change("UPDATE accounts SET seen_from = {} WHERE id = {}", moment(seconds=1), desk.accounts[HOME])
    assert [anna.get(path).status_code for path in paths] == [404, 404]


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(desk: Desk) -> None:
    desk.pays()
    olga, path = desk.sits(OLGA), refunds_path(desk)
    olga.get(path)
    nonce = olga.nonce
    for amount, words, told in (
        ("3000", WORDS, "От этого платежа осталось 2 088,60 ₽. Больше вернуть нельзя."),
        ("сто", WORDS, "Сумма не разобралась."),
        ("-100", WORDS, "Сумма не разобралась."),
        ("", WORDS, "Напишите сумму"),
        ("100", "", "Напишите несколько слов"),
    ):
        answer = olga.post(path, amount=amount, words=words, nonce=nonce)
        assert (answer.status_code, told in olga.text) == (422, True), olga.text
        assert olga.nonce == nonce
    assert 'value="100"' in olga.page
    assert olga.post(path, amount="100", words=WORDS, nonce="").status_code == 422
    assert desk.acquirer.moves("refund") == []


def test_a_large_refund_waits_on_the_list_for_somebody_else(desk: Desk) -> None:
    desk.pays(20_000_00)
    olga, oleg = desk.sits(OLGA), desk.sits(OLEG)
    give_back(desk, olga, "6000")
    assert "Возврат ждёт второго сотрудника. Деньги пока на месте." in olga.text
    public_id = desk.one("SELECT public_id FROM refunds")

    olga.get("/operations/refunds")
    assert "Это предложили вы." in olga.text
    assert f"/operations/refunds/{public_id}/approval" not in olga.page
    assert olga.post(f"/operations/refunds/{public_id}/approval").status_code == 422
    assert "Вы сами это предложили." in olga.text

    oleg.get("/operations/refunds")
    for words in ("10000-001-01", "6 000,00 ₽", WORDS, "О-1, 5 октября", "12:00"):
        assert words in oleg.text
    assert oleg.post(f"/operations/refunds/{public_id}/refusal", words="").status_code == 422
    assert "Напишите несколько слов" in oleg.text
    oleg.follow(f"/operations/refunds/{public_id}/approval")
    assert "Никто не ждёт." in oleg.text
    assert "возвращено · О-1, О-2" in oleg.text
    assert len(desk.acquirer.moves("refund")) == 1

    assert olga.post(f"/operations/refunds/{public_id}/approval").status_code == 422
    assert "Это уже решил другой сотрудник." in olga.text
    assert olga.post("/operations/refunds/nothere/approval").status_code == 404


def test_a_correction_is_made_read_by_the_resident_and_a_large_one_decided_by_two(desk: Desk) -> None:
    olga, oleg, anna = desk.sits(OLGA), desk.sits(OLEG), desk.sits(HOME)
    path = f"/operations/accounts/{HOME}/corrections"
    olga.get(path)
    assert "И••• А•••" in olga.text
    assert "Иванова" not in olga.text
    assert olga.post(path, nonce=olga.nonce, amount="100", words=WORDS).status_code == 422
    assert "Выберите, станет к оплате больше или меньше." in olga.text
    fields = {"direction": "less", "part": "principal", "words": WORDS}
    olga.follow(path, nonce=olga.nonce, amount="100,50", **fields)
    assert "Внесено." in olga.text
    assert "Аванс 100,50 ₽" in olga.text

    anna.get(f"/accounts/{HOME}/history")
    assert "Поправка на счёте −100,50 ₽ 5 октября, 12:00 · сотрудник О-1" in anna.text
    anna.get(f"/accounts/{HOME}/corrections/{desk.one('SELECT public_id FROM corrections')}")
    assert WORDS in anna.text

    olga.get(path)
    olga.follow(path, nonce=olga.nonce, amount="7000", **fields)
    assert "Ждёт второго сотрудника." in olga.text
    large = desk.one("SELECT public_id FROM corrections WHERE status = 'waiting'")
    assert anna.get(f"/accounts/{HOME}/corrections/{large}").status_code == 404
    oleg.get("/operations/refunds")
    assert "−7 000,00 ₽" in oleg.text
    oleg.follow(f"/operations/corrections/{large}/approval")
    assert desk.owes() == -7_100_50


def test_the_advance_of_a_closed_account_is_paid_out_on_its_page_only(desk: Desk) -> None:
    desk.pays()
    olga = desk.sits(OLGA)
    path = f"/operations/accounts/{HOME}/corrections"
    olga.get(path)
    assert "Выплатить аванс" not in olga.text
    desk.change("UPDATE accounts SET closed_on = {} WHERE id = {}", date(2026, 10, 1), desk.accounts[HOME])
    olga.get(path)
    assert "Договор закрыт, на счёте остался аванс." in olga.text
    answer = olga.post(path, nonce=olga.nonce, kind="payout", amount="3000", words="Заявление 14")
    assert answer.status_code == 422
    assert "Аванс на счёте — 2 088,60 ₽. Выплатить можно не больше." in olga.text
    olga.follow(path, nonce=olga.nonce, kind="payout", amount="2 088,60", words="Заявление 14")
    assert desk.owes() == 0


def test_a_banks_payment_is_looked_at_confirmed_and_credited(desk: Desk) -> None:
    desk.change(
        "INSERT INTO bank_payments (external_id, account_number, paid_on, amount_kopecks, channel, loaded_at) "
        "VALUES ('sb-1', '1000000110', {}, 100000, 'sberbank', {})",
        date(2026, 10, 2),
        NOON,
    )
    olga = desk.sits(OLGA)
    olga.get("/operations/payments")
    assert "Платежи банков без счёта: 1" in olga.text
    olga.get("/operations/bank-payments")
    assert "10000-001-10" in olga.text
    path = "/operations/bank-payments/1"
    olga.get(path)
    assert "10000-001-01" in olga.text
    assert "Москва, Лесная улица, 5, •••" in olga.text
    for number, told in (("123", "В номере лицевого счёта 10 цифр."), ("9999999999", "Такого лицевого счёта нет.")):
        assert olga.post(f"{path}/assignment", account_number=number).status_code == 422
        assert told in olga.text

    asked = olga.post(f"{path}/assignment", account_number="10000-001-01")
    assert (asked.status_code, desk.owes()) == (422, 0)
    assert "Проверьте, тот ли это счёт" in olga.text
    olga.follow(f"{path}/assignment", account_number=HOME_NUMBER, confirmed=HOME_NUMBER)
    assert "Все платежи разобраны." in olga.text
    assert desk.owes() == -100_000
    assert olga.get(path).status_code == 303
    assert olga.get("/operations/bank-payments/2").status_code == 404


def test_the_reconciliation_shows_days_and_tasks_and_a_task_is_closed_with_words(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 300_00)
    olga = desk.sits(OLGA)
    olga.get("/operations/reconciliation")
    assert "Всё сходится" in olga.text
    with clock.fixed_at(moment(hours=15)):
        run(reconcile_due())

    olga.get("/operations/reconciliation")
    assert "5 октября 2026 6 октября, 03:00 1 2 088,60 ₽ 300,00 ₽ 1" in olga.text
    assert "Через эквайера вернули 300,00 ₽" in olga.text
    path = "/operations/reconciliation/1"
    assert olga.post(f"{path}/entry", words="").status_code == 422
    assert "Напишите несколько слов" in olga.text
    olga.follow(f"{path}/entry", words=WORDS)
    assert "Возврат проведён по счёту, задача закрыта." in olga.text
    assert desk.owes() == -PAID + 300_00
    assert olga.post(f"{path}/closing", words="Ещё раз").status_code == 422
    assert "Эту задачу уже закрыл другой сотрудник." in olga.text
    assert olga.post("/operations/reconciliation/99/closing", words="Нет").status_code == 404


def test_an_agent_of_support_and_a_resident_reach_none_of_it(desk: Desk) -> None:
    desk.pays()
    paths = (
        "/operations/payments",
        refunds_path(desk),
        "/operations/refunds",
        f"/operations/accounts/{HOME}/corrections",
        "/operations/bank-payments",
        "/operations/reconciliation",
    )
    for who in (ALLA, HOME):
        browser = desk.sits(who)
        assert [browser.get(path).status_code for path in paths] == [403] * len(paths)
        browser.get("/profile")
        posted = browser.post(refunds_path(desk), amount="1", words=WORDS, nonce="23456789abcd")
        assert posted.status_code == 403
    assert desk.acquirer.moves("refund") == []
