"""From a request to money: the hosted page, cards that refuse, the bank's question, time that runs out."""

from __future__ import annotations

import pytest

from tests import loopback
from tests.sandbox.shop import RETURN_URL, Shop, answer_bank, choose, page_of, payment_body


def test_a_payment_waits_for_the_payer_and_then_succeeds(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    assert created["status"] == "pending"
    assert created["paid"] is False
    assert created["test"] is True
    assert created["created_at"] == "2026-09-05T07:00:00.000Z"
    assert page_of(created).startswith(f"{shop.origin}/checkout/")
    assert shop.log() == []

    answer = choose(created, "passes")
    assert (answer.status_code, answer.headers["location"]) == (303, RETURN_URL)

    paid = shop.payment(created["id"])
    assert paid["status"] == "succeeded"
    assert paid["paid"] is True
    assert paid["refundable"] is True
    assert paid["amount"] == {"value": "2088.60", "currency": "RUB"}
    assert paid["captured_at"] == "2026-09-05T07:00:00.000Z"
    assert paid["metadata"] == {"intent_id": "intent-1"}
    assert paid["payment_method"]["saved"] is False
    assert paid["payment_method"]["card"]["last4"] == "4444"
    assert "confirmation" not in paid
    assert shop.log() == [("capture", created["id"], 208860)]


@pytest.mark.parametrize(
    ("card", "reason", "party"),
    [
        ("no_money", "insufficient_funds", "payment_network"),
        ("expired", "card_expired", "payment_network"),
        ("restricted", "payment_method_restricted", "payment_network"),
        ("failure", "internal_timeout", "yoo_money"),
    ],
)
def test_a_card_that_refuses_cancels_the_payment_with_its_reason(
    shop: Shop, card: str, reason: str, party: str
) -> None:
    created = shop.create("/payments", payment_body())
    answer = choose(created, card)
    assert (answer.status_code, answer.headers["location"]) == (303, RETURN_URL)
    canceled = shop.payment(created["id"])
    assert canceled["status"] == "canceled"
    assert canceled["cancellation_details"] == {"party": party, "reason": reason}
    assert shop.log() == []


def test_the_bank_asks_first_and_a_yes_pays(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    assert choose(created, "bank_check").headers["location"].endswith("/bank")
    assert shop.payment(created["id"])["status"] == "pending"
    assert answer_bank(created, "confirm").headers["location"] == RETURN_URL
    assert shop.payment(created["id"])["status"] == "succeeded"


def test_a_no_to_the_bank_cancels(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    choose(created, "bank_check")
    answer_bank(created, "refuse")
    assert shop.payment(created["id"])["cancellation_details"]["reason"] == "3d_secure_failed"
    assert shop.log() == []


def test_the_bank_is_not_asked_before_a_card_is_chosen(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    assert answer_bank(created, "confirm").headers["location"].endswith(page_of(created).rpartition("/")[2])
    assert shop.payment(created["id"])["status"] == "pending"


def test_a_second_click_charges_nothing_more_and_changes_nothing(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    choose(created, "passes")
    assert choose(created, "expired").headers["location"] == RETURN_URL
    assert shop.payment(created["id"])["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_a_page_left_alone_for_an_hour_is_closed(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    shop.clock.move(minutes=59)
    assert shop.payment(created["id"])["status"] == "pending"
    shop.clock.move(minutes=1)
    expired = shop.payment(created["id"])
    assert expired["status"] == "canceled"
    assert expired["cancellation_details"]["reason"] == "expired_on_confirmation"
    assert "Оплата не прошла" in loopback.get(page_of(created)).text
    choose(created, "passes")
    assert shop.log() == []


def test_the_list_is_newest_first_and_its_cursor_survives_new_payments(shop: Shop) -> None:
    made = []
    for _ in range(5):
        made.append(shop.create("/payments", payment_body())["id"])
        shop.clock.move(minutes=1)
    first = shop.get("/payments", limit=2)
    shop.create("/payments", payment_body())
    second = shop.get("/payments", limit=2, cursor=first["next_cursor"])
    third = shop.get("/payments", limit=2, cursor=second["next_cursor"])
    seen = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert seen == list(reversed(made))
    assert "next_cursor" not in third


def test_the_list_is_narrowed_by_date_and_status(shop: Shop) -> None:
    early = shop.paid()["id"]
    shop.clock.move(hours=3)
    late = shop.paid()["id"]
    waiting = shop.create("/payments", payment_body())["id"]

    def ids(**query: str) -> list[str]:
        return [item["id"] for item in shop.get("/payments", **query)["items"]]

    assert ids(**{"created_at.gte": "2026-09-05T10:00:00.000Z"}) == [waiting, late]
    assert ids(**{"created_at.gt": "2026-09-05T10:00:00.000Z"}) == []
    assert ids(**{"created_at.lt": "2026-09-05T13:00:00+03:00"}) == [early]
    assert ids(**{"created_at.lte": "2026-09-05T07:00:00Z"}) == [early]
    assert ids(status="succeeded") == [late, early]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "0100999"},
        {"limit": "many"},
        {"cursor": "7"},
        {"cursor": "after-x"},
        {"status": "lost"},
        {"created_at.gte": "yesterday"},
    ],
)
def test_a_list_asked_for_wrongly_is_refused_by_name(shop: Shop, query: dict[str, str]) -> None:
    answer = shop.http.get("/v3/payments", params=query)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == next(iter(query))


@pytest.mark.parametrize("second", ["capture", "cancel"])
def test_a_payment_in_one_stage_waits_for_no_capture(shop: Shop, second: str) -> None:
    waiting, paid = shop.create("/payments", payment_body()), shop.paid()
    for payment in (waiting, paid):
        answer = shop.post(f"/payments/{payment['id']}/{second}", {})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert payment["status"] in answer.json()["description"]
        assert shop.payment(payment["id"]) == payment
    assert shop.post(f"/payments/unknown/{second}", {}).status_code == 404
    without_key = shop.http.post(f"/v3/payments/{paid['id']}/{second}")
    assert without_key.json()["parameter"] == "Idempotence-Key"


def test_an_unknown_payment_is_not_found(shop: Shop) -> None:
    answer = shop.http.get("/v3/payments/2b000000-000f-5000-8000-a00000000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
