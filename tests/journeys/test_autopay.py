"""Autopay through three months, as its resident sees it: by the bill and by the same sum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.household import PASSWORD, register, sign_in
from tests.journeys.steps import link_card, send_reading
from tests.served import Served, Visitor

MONTHS = (("2025-07", "5000", "2200"), ("2025-08", "5190", "2290"), ("2025-09", "5400", "2400"))
"""Period and dials of the 20th of each month: 2 088,60 ₽, then 2 162,70 ₽ and 2 433,30 ₽."""
BILLS = ("2 088,60 ₽", "2 162,70 ₽", "2 433,30 ₽")


@contextmanager
def months_of(lk: Served, who: Visitor, home: str) -> Iterator[None]:
    """After the block the three months are lived through, autopay and all."""
    yield
    for at, (period, t1, t2) in enumerate(MONTHS):
        year, month = period.split("-")
        if at:
            lk.move_to(f"{period}-20T12:00")
            sign_in(who)
            send_reading(who, home, t1=t1, t2=t2)
        following = f"{year}-{int(month) + 1:02}"
        for moment in (f"{period}-29T12:00", f"{following}-01T12:00", f"{following}-04T09:00", f"{following}-05T10:00"):
            lk.move_to(moment)
            lk.run_month()


def set_autopay(who: Visitor, home: str, **wanted: str) -> None:
    """Through the rehearsal, as a browser sends its form."""
    who.get(f"{home}/autopay")
    card = re.search(r'name="card" type="radio" value="([^"]+)"', who.page)
    assert card, (who.path, who.status)
    wanted = {"limit": "", "amount": "", "day": "5", "card": card[1], **wanted}
    who.post(f"{home}/autopay", **wanted)


def confirm(who: Visitor, home: str) -> None:
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', who.page.split("<main")[-1]))
    fields.pop("_csrf_token", None)
    who.post(f"{home}/autopay", **fields)


def move_in(lk: Served, who: Visitor) -> str:
    """With a linked card, and July's reading sent."""
    path = register(lk, who)
    link_card(who, path)
    send_reading(who, path, t1="5000", t2="2200")
    return path


@pytest.fixture
def who(lk: Served) -> Visitor:
    return lk.visitor()


@pytest.fixture
def home(lk: Served, who: Visitor) -> str:
    return move_in(lk, who)


def test_three_months_by_the_bill(lk_on_each_engine: Served) -> None:
    lk = lk_on_each_engine
    who = lk.visitor()
    home = move_in(lk, who)
    with months_of(lk, who, home):
        set_autopay(who, home, mode="bill", limit="5000")
        assert (who.status, "Как будет списываться" in who.page) == (200, True)
        assert lk.rows("SELECT id FROM autopays") == []
        confirm(who, home)
        assert who.path == f"{home}/autopay"
        assert "Каждый месяц 5-го списываем сумму счёта, если она не больше 5 000 ₽" in who.text
    sign_in(who)
    who.get(f"{home}/autopay")
    for words in ("За июль", "За август", "За сентябрь", *BILLS):
        assert words in who.text
    assert who.text.count("оплачено") == 3
    assert [row["amount_kopecks"] for row in lk.rows("SELECT amount_kopecks FROM payments ORDER BY id")] == [
        208860,
        216270,
        243330,
    ]
    kinds = [row["kind"] for row in lk.rows("SELECT kind FROM messages WHERE kind LIKE 'autopay%' ORDER BY id")]
    assert kinds == ["autopay_set", "autopay_notice", "autopay_notice", "autopay_notice"]
    who.get(home)
    assert "0,00 ₽" in who.text
    who.get(f"{home}/history")
    assert who.text.count("Автоплатёж ··4444") == 3
    assert lk.run("verify").returncode == 0


def test_three_months_of_the_same_sum_fall_behind_as_the_rehearsal_said(lk: Served, who: Visitor, home: str) -> None:
    with months_of(lk, who, home):
        set_autopay(who, home, mode="fixed", amount="2000")
        confirm(who, home)
        assert "списываем 2 000 ₽" in who.text
    rows = lk.rows("SELECT amount_kopecks, status FROM payments ORDER BY id")
    assert rows == [{"amount_kopecks": 200000, "status": "succeeded"}] * 3
    sign_in(who)
    # 2 088,60 + 2 162,70 + 2 433,30 − 3 × 2 000
    who.get(f"{home}/payments")
    assert "684,60 ₽" in who.text


def test_a_month_may_be_skipped_from_its_letter_and_autopay_be_switched_off(
    lk: Served, who: Visitor, home: str
) -> None:
    set_autopay(who, home, mode="bill", limit="5000")
    confirm(who, home)
    for moment in ("2025-07-29T12:00", "2025-08-01T12:00", "2025-08-04T09:00"):
        lk.move_to(moment)
        lk.run_month()
    message = lk.rows("SELECT id FROM messages WHERE kind = 'autopay_notice'")[0]["id"]
    letter = lk.visitor().get(f"/dev/mailbox/{message}").replace("\u00a0", " ")
    for words in ("5 августа", "2 088,60 ₽", "··4444", "Пропустить этот месяц"):
        assert words in letter
    who.get(f"{home}/autopay")
    assert "5 августа спишем 2 088,60 ₽" in who.text
    who.post(f"{home}/autopay/months/2025-07/skip")
    assert "пропущен по вашей просьбе" in who.text
    lk.move_to("2025-08-05T10:00")
    lk.run_month()
    assert lk.rows("SELECT id FROM payments") == []
    who.get(f"{home}/autopay")
    who.post(f"{home}/autopay/cancellation")
    assert "Счёт оплачивается сам" in who.text
    assert lk.rows("SELECT reason FROM autopays") == [{"reason": "by_resident"}]


def test_a_card_is_unlinked_with_its_autopay_after_the_password_is_entered_again(
    lk: Served, who: Visitor, home: str
) -> None:
    set_autopay(who, home, mode="bill", limit="5000")
    confirm(who, home)
    card = lk.rows("SELECT public_id FROM cards")[0]["public_id"]
    removal = f"{home}/cards/{card}/removal"
    lk.move_to("2025-07-20T15:00")
    who.get(removal)
    assert "Введите" in who.page
    who.post(who.path, password=PASSWORD, next=removal)
    who.get(removal)
    assert "Автоплатёж выключится" in who.page
    who.post(removal)
    assert who.path == f"{home}/cards"
    assert lk.rows("SELECT status, acquirer_id FROM cards") == [{"status": "unlinked", "acquirer_id": None}]
    assert lk.rows("SELECT reason FROM autopays WHERE ended_at IS NOT NULL") == [{"reason": "card_unlinked"}]


WRONG = [
    ({"mode": "bill"}, "Напишите сумму, например 5000."),
    ({"mode": "bill", "limit": "много"}, "Сумма не разобралась"),
    ({"mode": "bill", "limit": "0"}, "Наименьшая сумма — 1,00 ₽."),
    ({"mode": "fixed", "amount": "100000,01"}, "Наибольшая сумма — 100 000,00 ₽."),
    ({"mode": "fixed", "amount": "2000", "day": "11"}, "Выберите день с 1-го по 10-е."),
    ({"mode": "fixed", "amount": "2000", "day": "1e1"}, "Выберите день с 1-го по 10-е."),
    ({"mode": "fixed", "amount": "2000", "card": "nosuchcard00"}, "Эта карта уже отвязана. Выберите другую."),
    ({"mode": "all", "amount": "2000"}, "Выберите, что списывать"),
]


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(lk: Served, who: Visitor) -> None:
    home = register(lk, who)
    link_card(who, home)
    for wanted, words in WRONG:
        set_autopay(who, home, **wanted)
        assert (wanted, who.status, words in who.text) == (wanted, 422, True)
        typed = wanted.get("amount") or wanted.get("limit") or ""
        assert f'value="{typed}"' in who.page or not typed
    assert lk.rows("SELECT id FROM autopays") == []
