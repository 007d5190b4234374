"""One household's whole month, as the resident lives it."""

from __future__ import annotations

import re

from tests.household import ACCOUNT, LOGIN, OTHER_ACCOUNT, PASSWORD, register, sign_in
from tests.journeys.steps import NBSP, bill_lines, pay_by_card, send_reading
from tests.served import Served

SUM = f"2{NBSP}088,60{NBSP}₽"


def test_from_the_paper_bill_to_a_paid_one(lk_on_each_engine: Served) -> None:
    lk = lk_on_each_engine
    who = lk.visitor()
    home = register(lk, who)
    assert re.fullmatch(r"/accounts/[a-z0-9]+", home)

    send_reading(who, home, t1="5000", t2="02200")
    assert who.status == 200
    assert SUM in who.page

    lk.move_to("2025-07-26T00:01")
    lk.run_month()
    own = bill_lines(lk, "2025-07", ACCOUNT)
    assert [(row["register"], row["consumption_kwh"], row["amount"]) for row in own] == [
        ("T1", "180", "1701.00"),
        ("T2", "95", "387.60"),
    ]
    assert {row["total"] for row in own} == {"2088.60"}

    lk.move_to("2025-07-29T12:00")
    lk.run_month()
    assert SUM in who.get(home)
    assert f"10{NBSP}августа" in who.page
    bill = who.get(f"{home}/bills/2025-07")
    assert SUM in bill
    assert "Почему столько?" in bill

    pay_by_card(who, home, "2088,60")
    assert "Платёж прошёл" in who.page
    assert f"0,00{NBSP}₽" in who.get(home)
    assert SUM not in who.page.split("Последнее")[0]

    who.get(f"{home}/history")
    for words in ("Открыт личный кабинет", "Показания за июль", "Счёт за июль", "Оплата картой"):
        assert words in who.text
    verified = lk.run("verify")
    assert verified.returncode == 0, verified.stdout


def test_who_has_a_cabinet_signs_in_with_their_own_login_and_out_again(lk: Served) -> None:
    home = register(lk, lk.visitor())
    who = lk.visitor()
    sign_in(who, LOGIN, PASSWORD)
    assert who.path == home
    who.get(home)
    who.post("/sign-out")
    who.get(home)
    assert who.path == "/sign-in"


def test_the_two_numbers_of_the_paper_bill_open_nothing_once_there_is_a_cabinet(lk: Served) -> None:
    register(lk, lk.visitor())
    who = lk.visitor()

    sign_in(who, ACCOUNT, "14195368")

    assert who.status == 422
    assert who.path == "/sign-in"


def test_a_reading_corrected_within_the_window_is_the_one_that_counts(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)
    send_reading(who, home, t1="5000", t2="2200")
    lk.move_to("2025-07-25T23:59")

    send_reading(who, home, t1="5010", t2="2200")

    assert who.status == 200
    lk.move_to("2025-07-26T00:01")
    lk.run_month()
    own = bill_lines(lk, "2025-07", ACCOUNT)
    assert [(row["register"], row["previous"], row["current"], row["amount"]) for row in own] == [
        ("T1", "4820", "5010", "1795.50"),
        ("T2", "2105", "2200", "387.60"),
    ]
    who.get(f"{home}/history")
    assert who.text.count("Показания за июль") == 2


def test_a_reading_sent_on_the_26th_counts_for_the_next_month(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)
    who.get(f"{home}/readings")
    lk.move_to("2025-07-26T00:00")

    send_reading(who, home, t1="5000", t2="2200")

    assert who.status == 200
    assert "засчитали за август" in who.text
    lk.run_month()
    assert {row["method"] for row in bill_lines(lk, "2025-07", ACCOUNT)} == {"norm"}


def test_without_a_reading_the_month_is_billed_by_the_norm_and_says_so(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)
    lk.move_to("2025-07-26T00:01")
    lk.run_month()

    (single,) = bill_lines(lk, "2025-07", OTHER_ACCOUNT)
    assert (single["method"], single["consumption_kwh"], single["total"]) == ("norm", "135", "1062.45")
    assert {row["method"] for row in bill_lines(lk, "2025-07", ACCOUNT)} == {"norm"}

    lk.move_to("2025-07-29T12:00")
    lk.run_month()
    assert "взят норматив на человека" in who.get(f"{home}/bills/2025-07")


def test_a_reading_below_the_last_one_is_kept_for_a_person_and_asked_about_first(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)

    send_reading(who, home, t1="4800", t2="2200")

    assert who.status in (200, 422)
    if who.status == 422:
        confirmed = re.search(r'name="confirmed" value="([^"]+)"', who.page)
        meter = re.search(r'name="meter" value="([^"]+)"', who.page)
        assert confirmed
        assert meter
        who.post(f"{home}/readings", meter=meter[1], t1="4800", t2="2200", confirmed=confirmed[1])
    assert "ждёт проверки" in who.page
    assert lk.rows("SELECT status FROM readings WHERE kind = 'regular'") == [{"status": "held"}]


def test_what_is_no_number_comes_back_with_the_form_and_nothing_is_kept(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)

    send_reading(who, home, t1="пять тысяч", t2="2200")

    assert who.status == 422
    assert 'value="пять тысяч"' in who.page
    assert lk.rows("SELECT id FROM readings WHERE kind = 'regular'") == []


def test_a_card_without_money_leaves_the_debt_and_says_that_nothing_was_taken(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)
    send_reading(who, home, t1="5000", t2="2200")
    lk.move_to("2025-07-29T12:00")
    lk.run_month()

    pay_by_card(who, home, "2088,60", card="no_money")

    assert "Платёж не прошёл" in who.page
    assert "Деньги не списаны" in who.page
    assert SUM in who.get(home)
