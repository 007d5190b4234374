"""Money that goes back, never more than came."""

from __future__ import annotations

import pytest

from tests.sandbox.shop import Shop, payment_body, refund_body


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


def test_a_refund_may_be_pending_first_and_its_money_is_held(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(pending_refunds=1, refund_takes=43200)
    held = shop.create("/refunds", refund_body(payment_id, "60.00"), key="refund-1")
    assert held["status"] == "pending"
    assert shop.payment(payment_id)["refunded_amount"]["value"] == "0.00"
    assert shop.post("/refunds", refund_body(payment_id, "40.01")).status_code == 400
    assert shop.create("/refunds", refund_body(payment_id, "40.00"))["status"] == "succeeded"
    assert shop.payment(payment_id)["refundable"] is False
    assert shop.log()[1:] == [("refund", payment_id, 4000)]

    shop.clock.move(hours=12)
    assert shop.get(f"/refunds/{held['id']}")["status"] == "succeeded"
    assert shop.payment(payment_id)["refunded_amount"]["value"] == "100.00"
    assert shop.log()[1:] == [("refund", payment_id, 4000), ("refund", payment_id, 6000)]
    assert shop.create("/refunds", refund_body(payment_id, "60.00"), key="refund-1")["id"] == held["id"]


def test_a_canceled_refund_moves_nothing_and_may_be_asked_for_again(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(canceled_refunds=1)
    canceled = shop.create("/refunds", refund_body(payment_id, "100.00"))
    assert canceled["status"] == "canceled"
    assert canceled["cancellation_details"] == {"party": "yoo_money", "reason": "insufficient_funds"}
    assert shop.payment(payment_id)["refundable"] is True
    assert shop.payment(payment_id)["refunded_amount"]["value"] == "0.00"
    assert len(shop.log()) == 1
    assert shop.create("/refunds", refund_body(payment_id, "100.00"))["status"] == "succeeded"


def test_a_pending_refund_may_be_canceled_in_the_end_and_its_money_is_free_again(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(pending_refunds=1, canceled_refunds=1, refund_reason="rejected_by_payee")
    held = shop.create("/refunds", refund_body(payment_id, "100.00"))
    assert held["status"] == "pending"
    assert shop.payment(payment_id)["refundable"] is False
    shop.clock.move(hours=1)
    canceled = shop.get(f"/refunds/{held['id']}")
    assert canceled["cancellation_details"] == {"party": "refund_network", "reason": "rejected_by_payee"}
    assert shop.payment(payment_id)["refundable"] is True
    assert shop.create("/refunds", refund_body(payment_id, "100.00"))["status"] == "succeeded"


def test_only_so_many_refunds_are_held_or_canceled_and_a_refused_request_is_none_of_them(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(pending_refunds=2)
    assert shop.post("/refunds", refund_body(payment_id, "100.01")).status_code == 400
    statuses = [shop.create("/refunds", refund_body(payment_id, "1.00"))["status"] for _ in range(3)]
    assert statuses == ["pending", "pending", "succeeded"]
    shop.faults(canceled_refunds=2)
    assert shop.post("/refunds", refund_body(payment_id, "100.01")).status_code == 400
    statuses = [shop.create("/refunds", refund_body(payment_id, "1.00"))["status"] for _ in range(3)]
    assert statuses == ["canceled", "canceled", "succeeded"]


def test_a_refund_carries_what_the_shop_says_of_it(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    said = {"description": "Ошибочный платёж", "metadata": {"refund_id": "7"}}
    refund = shop.create("/refunds", refund_body(payment_id, "1.00", **said))
    assert {name: refund[name] for name in said} == said
    assert not {"description", "metadata"} & shop.create("/refunds", refund_body(payment_id, "1.00")).keys()
    wrong = shop.post("/refunds", refund_body(payment_id, "1.00", metadata={"refund_id": 7}))
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "metadata.refund_id")


def test_the_receipt_of_a_refund_sums_to_its_amount(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    receipt = payment_body("60.00")["receipt"]
    wrong = shop.post("/refunds", refund_body(payment_id, "59.99", receipt=receipt))
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "receipt.items")
    assert shop.create("/refunds", refund_body(payment_id, "60.00", receipt=receipt))["status"] == "succeeded"


def test_refunds_are_listed_by_payment_status_and_date(shop: Shop) -> None:
    one, other = shop.paid("100.00")["id"], shop.paid("100.00")["id"]
    early = shop.create("/refunds", refund_body(one, "1.00"))["id"]
    shop.clock.move(hours=3)
    late = shop.create("/refunds", refund_body(one, "2.00"))["id"]
    shop.faults(canceled_refunds=1)
    canceled = shop.create("/refunds", refund_body(other, "3.00"))["id"]
    shop.faults(pending_refunds=1)
    held = shop.create("/refunds", refund_body(other, "4.00"))["id"]

    def ids(**query: str) -> list[str]:
        return [item["id"] for item in shop.get("/refunds", **query)["items"]]

    assert ids() == [held, canceled, late, early]
    assert ids(payment_id=one) == [late, early]
    assert ids(payment_id="unknown") == []
    assert ids(payment_id=other, status="canceled") == [canceled]
    assert ids(status="pending") == [held]
    assert ids(**{"created_at.lt": "2026-09-05T10:00:00.000Z"}) == [early]
    assert ids(**{"created_at.gte": "2026-09-05T10:00:00.000Z", "payment_id": one}) == [late]


def test_the_list_of_refunds_goes_on_by_cursor(shop: Shop) -> None:
    payment_id = shop.paid("100.00")["id"]
    made = [shop.create("/refunds", refund_body(payment_id, "1.00"))["id"] for _ in range(3)]
    first = shop.get("/refunds", limit=2, payment_id=payment_id)
    rest = shop.get("/refunds", limit=2, payment_id=payment_id, cursor=first["next_cursor"])
    assert [item["id"] for page in (first, rest) for item in page["items"]] == made[::-1]
    assert "next_cursor" not in rest


@pytest.mark.parametrize("status", ["waiting_for_capture", "lost"])
def test_refunds_have_no_other_statuses(shop: Shop, status: str) -> None:
    answer = shop.http.get("/v3/refunds", params={"status": status})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "status")
