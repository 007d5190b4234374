"""The system of fast payments: the payer confirms or refuses in the bank, no card is in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests import loopback
from tests.sandbox.shop import (
    RETURN_URL,
    Shop,
    answer_bank,
    choose,
    page_of,
    payment_body,
    refund_body,
    saved_card_body,
    sbp_body,
)
from tests.sandbox.test_pages import opened


def test_the_payer_confirms_in_the_bank_and_the_payment_succeeds(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body())
    assert created["status"] == "pending"
    expected = {"type": "sbp", "id": created["id"], "saved": False, "status": "inactive"}
    assert created["payment_method"] == expected

    answer = answer_bank(created, "confirm")
    assert (answer.status_code, answer.headers["location"]) == (303, RETURN_URL)

    paid = shop.payment(created["id"])
    method = paid["payment_method"]
    assert (paid["status"], paid["paid"]) == ("succeeded", True)
    assert {name: method[name] for name in expected} == expected
    assert re.fullmatch(r"[0-9A-F]{32}", method["sbp_operation_id"])
    assert method["payer_bank_details"].keys() == {"bank_id", "bic"}
    assert "card" not in method
    assert shop.log() == [("capture", created["id"], 208860)]


def test_the_payer_may_refuse_in_the_bank(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body())
    answer = answer_bank(created, "refuse")
    assert (answer.status_code, answer.headers["location"]) == (303, RETURN_URL)
    canceled = shop.payment(created["id"])
    assert canceled["status"] == "canceled"
    assert canceled["cancellation_details"] == {"party": "payment_network", "reason": "general_decline"}
    assert "sbp_operation_id" not in canceled["payment_method"]
    assert shop.log() == []


def test_its_page_asks_for_an_answer_and_offers_no_cards(shop: Shop) -> None:
    page = opened(page_of(shop.create("/payments", sbp_body())))
    assert "<h1>Система быстрых платежей</h1>" in page
    assert "2\N{NO-BREAK SPACE}088,60\N{NO-BREAK SPACE}₽" in page
    assert "АО «Энергосбыт-Демо»" in page
    assert "Электроэнергия, 09.2026" in page
    assert re.findall(r'name="answer" value="(\w+)"', page) == ["confirm", "refuse"]
    assert f'href="{RETURN_URL}">Вернуться без оплаты' in page
    assert "<input" not in page


def test_a_card_cannot_pay_there(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body())
    assert choose(created, "passes").headers["location"].endswith(page_of(created).rpartition("/")[2])
    assert loopback.get(f"{page_of(created)}/bank").headers["location"].endswith(page_of(created).rpartition("/")[2])
    assert shop.payment(created["id"])["status"] == "pending"


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_another_answer_is_none(shop: Shop, answer: str) -> None:
    created = shop.create("/payments", sbp_body())
    assert answer_bank(created, answer).headers["location"].endswith(page_of(created).rpartition("/")[2])
    assert shop.payment(created["id"])["status"] == "pending"


def test_a_second_answer_changes_nothing(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body())
    answer_bank(created, "confirm")
    assert answer_bank(created, "refuse").headers["location"] == RETURN_URL
    assert shop.payment(created["id"])["status"] == "succeeded"
    assert "Оплата прошла" in opened(page_of(created))
    assert len(shop.log()) == 1


def test_an_answer_after_an_hour_is_too_late(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body())
    shop.clock.move(hours=1)
    answer_bank(created, "confirm")
    assert shop.payment(created["id"])["cancellation_details"]["reason"] == "expired_on_confirmation"
    assert shop.log() == []


def test_the_bank_may_take_its_time(shop: Shop) -> None:
    shop.faults(late_success=600)
    created = shop.create("/payments", sbp_body())
    answer_bank(created, "confirm")
    assert shop.payment(created["id"])["status"] == "pending"
    assert "Оплата проверяется" in opened(page_of(created))
    shop.clock.move(minutes=10)
    assert shop.payment(created["id"])["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_its_money_goes_back_by_an_operation_of_its_own(shop: Shop) -> None:
    created = shop.create("/payments", sbp_body("100.00"))
    answer_bank(created, "confirm")
    shop.faults(pending_refunds=1)
    held = shop.create("/refunds", refund_body(created["id"], "60.00"))
    assert held["refund_method"] == {"type": "sbp"}
    shop.clock.move(hours=1)
    method = shop.get(f"/refunds/{held['id']}")["refund_method"]
    assert re.fullmatch(r"[0-9A-F]{32}", method["sbp_operation_id"])
    assert method["sbp_operation_id"] != shop.payment(created["id"])["payment_method"]["sbp_operation_id"]
    assert "refund_method" not in shop.create("/refunds", refund_body(shop.paid("100.00")["id"], "1.00"))


def test_a_shop_may_ask_for_a_card_by_name(shop: Shop) -> None:
    created = shop.create("/payments", payment_body(payment_method_data={"type": "bank_card"}))
    assert created["payment_method"]["type"] == "bank_card"
    choose(created, "passes")
    method = shop.payment(created["id"])["payment_method"]
    assert (method["card"]["last4"], method["saved"], method["status"]) == ("4444", False, "inactive")


@pytest.mark.parametrize(
    ("more", "parameter"),
    [
        ({"payment_method_data": {}}, "payment_method_data.type"),
        ({"payment_method_data": "sbp"}, "payment_method_data"),
        ({"payment_method_data": {"type": "qiwi"}}, "payment_method_data.type"),
        ({"payment_method_data": {"type": "sbp"}, "save_payment_method": True}, "save_payment_method"),
        ({"payment_method_data": {"type": "sbp"}, "confirmation": None}, "confirmation"),
    ],
)
def test_a_method_that_the_shop_cannot_have_is_refused_by_name(
    shop: Shop, more: dict[str, Any], parameter: str
) -> None:
    answer = shop.post("/payments", payment_body(**more))
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert shop.get("/payments")["items"] == []


def test_a_saved_card_is_charged_without_another_method(shop: Shop) -> None:
    body = saved_card_body(shop.linked()) | {"payment_method_data": {"type": "sbp"}}
    answer = shop.post("/payments", body)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "payment_method_data")
    assert shop.log() == []


def test_a_card_number_in_a_request_is_refused_and_not_kept(shop: Shop, store_path: Path) -> None:
    card = {"number": "4111111111111111", "expiry_year": "2034", "expiry_month": "12", "csc": "123"}
    answer = shop.post("/payments", payment_body(payment_method_data={"type": "bank_card", "card": card}))
    assert (answer.status_code, answer.json()["parameter"]) == (400, "payment_method_data.card")
    kept = b"".join(path.read_bytes() for path in store_path.parent.glob("sandbox.sqlite3*"))
    assert b"4111" not in kept
