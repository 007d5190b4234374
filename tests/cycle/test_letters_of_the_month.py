"""What the month tells people, and when."""

from __future__ import annotations

import json

from lk.ledger.rules import Kind
from tests.cycle.town import IVANOVA, PETROV, Town

EMAIL = "ivanova@example.org"


def test_a_bill_is_delivered_once_with_its_due_day(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.run_due("2025-07-27T23:59")
    assert town.letters("bill_ready") == []

    town.run_due("2025-07-28T00:00")
    town.run_due("2025-07-31T00:00")

    (letter,) = town.letters("bill_ready")
    told = json.loads(letter["params"])
    assert letter["to_address"] == EMAIL
    assert (told["total_kopecks"], told["to_pay_kopecks"], told["due_on"]) == (208860, 208860, "2025-08-10")
    assert told["link"]["path"].endswith("/bills/2025-07")
    assert [str(bill["due_on"]) for bill in town.bills(PETROV)] == ["2025-08-10"]


def test_a_late_delivery_leaves_ten_days_to_pay(town: Town) -> None:
    town.run_due("2025-08-05T12:00")

    assert [str(bill["due_on"]) for bill in town.bills(IVANOVA)] == ["2025-08-15"]


def test_the_letter_asks_for_what_is_owed_on_the_day_of_delivery(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.run_due("2025-07-26T00:00")
    town.posts(IVANOVA, Kind.PAYMENT, -208860, at="2025-07-27T12:00")
    town.run_due("2025-07-28T00:00")

    assert json.loads(town.letters("bill_ready")[0]["params"])["to_pay_kopecks"] == 0


def test_readings_are_asked_for_only_of_those_who_have_sent_none(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.opens_cabinet(PETROV, "petrov@example.org")
    town.run_due("2025-07-15T09:00")
    assert {each["to_address"] for each in town.letters("readings_wanted")} == {EMAIL, "petrov@example.org"}

    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.reads(PETROV, 900, at="2025-07-20T14:05")
    town.run_due("2025-07-25T09:00")

    assert len(town.letters("readings_wanted")) == 2


def test_who_is_away_is_not_asked_for_readings_until_six_months_went_by(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.goes_away(IVANOVA, "2026-01-31", at="2025-07-02T12:00")
    for month in ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"):
        town.run_due(f"{month}-25T09:00")
        assert town.letters("readings_wanted") == []
        town.run_due(f"{month}-29T12:00")
    assert {line[4] for line in town.lines(IVANOVA, 202512)} == {"away"}

    town.run_due("2026-01-15T09:00")
    assert len(town.letters("readings_wanted")) == 1
    town.run_due("2026-01-29T12:00")
    assert {line[4] for line in town.lines(IVANOVA, 202601)} == {"norm"}


def test_nobody_is_reminded_at_night_or_after_the_window(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.run_due("2025-07-15T08:59")
    assert town.letters("readings_wanted") == []

    town.run_due("2025-07-26T12:00")
    assert town.letters("readings_wanted") == []


def test_a_meter_just_installed_is_asked_for_but_the_final_reading_of_a_replaced_one_is_enough(town: Town) -> None:
    number = "3000000001"
    town.add("accounts", f'{number},Сосед,"Дом 3",moscow,gas,3,7,yes,2020-02-01,')
    town.add("meters", f"{number},70000001,1,5,1,2025-07-05,2035-06-01,,45000,,,,,", at="2025-07-06T12:00")
    town.opens_cabinet(number, "sosed@example.org")
    town.run_due("2025-07-15T09:00")
    assert [each["to_address"] for each in town.letters("readings_wanted")] == ["sosed@example.org"]

    town.run_due("2025-07-31T00:00")
    town.add(
        "meters",
        f"{number},70000001,1,5,1,2025-07-05,2035-06-01,2025-08-10,45000,,,45210,,",
        f"{number},70000002,1,5,1,2025-08-10,2035-06-01,,2,,,,,",
        at="2025-08-11T12:00",
    )
    town.run_due("2025-08-15T09:00")
    assert len(town.letters("readings_wanted")) == 1


def test_payment_is_asked_for_only_of_those_who_owe(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.opens_cabinet(PETROV, "petrov@example.org")
    town.run_due("2025-07-28T00:00")
    town.posts(PETROV, Kind.PAYMENT, -106245, at="2025-08-02T12:00")
    town.run_due("2025-08-07T09:00")

    (letter,) = town.letters("payment_due")
    told = json.loads(letter["params"])
    assert letter["to_address"] == EMAIL
    assert (told["owed_kopecks"], told["until"]) == (town.owes(IVANOVA), "2025-08-10")
