"""Money that goes back, never more than came."""

from __future__ import annotations

from tests.sandbox.shop import Json, Shop, payment_body


def refund_body(payment_id: str, amount: str) -> Json:
    return {"payment_id": payment_id, "amount": {"value": amount, "currency": "RUB"}}


def test_a_payment_is_refunded_in_parts_but_never_above_what_came(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    refund = shop.create("/refunds", refund_body(payment_id, "60.00"))
    assert refund["status"] == "succeeded"
    assert shop.get(f"/refunds/{refund['id']}") == refund
    assert shop.payment(payment_id)["refunded_amount"]["value"] == "60.00"
    assert shop.payment(payment_id)["refundable"] is True

    too_much = shop.post("/refunds", refund_body(payment_id, "40.01"))
    assert (too_much.status_code, too_much.json()["parameter"]) == (400, "amount")

    shop.create("/refunds", refund_body(payment_id, "40.00"))
    assert shop.payment(payment_id)["refundable"] is False
    assert shop.payment(payment_id)["refunded_amount"]["value"] == "100.00"
    assert shop.post("/refunds", refund_body(payment_id, "0.01")).status_code == 400
    assert shop.log() == [
        ("capture", payment_id, 10000),
        ("refund", payment_id, 6000),
        ("refund", payment_id, 4000),
    ]
    assert [item["amount"]["value"] for item in shop.get("/refunds")["items"]] == ["40.00", "60.00"]


def test_the_same_refund_sent_twice_goes_back_once(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    first = shop.create("/refunds", refund_body(payment_id, "60.00"), key="refund-1")
    assert shop.create("/refunds", refund_body(payment_id, "60.00"), key="refund-1") == first
    assert shop.log()[1:] == [("refund", payment_id, 6000)]


def test_what_was_not_paid_is_not_refunded(shop: Shop) -> None:
    waiting = shop.create("/payments", payment_body())["id"]
    answer = shop.post("/refunds", refund_body(waiting, "1.00"))
    assert (answer.status_code, answer.json()["parameter"]) == (400, "payment_id")
    assert shop.post("/refunds", refund_body("unknown", "1.00")).status_code == 404
    assert shop.log() == []
