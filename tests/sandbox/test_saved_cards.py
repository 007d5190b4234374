"""Cards that are kept: by a payment, or linked without one; charged later without the payer."""

from __future__ import annotations

import pytest

from lk.sandbox.cards import REASONS
from tests.sandbox.shop import LINK, RETURN_URL, Shop, answer_bank, choose, page_of, payment_body, saved_card_body


def test_a_payment_keeps_the_card_when_asked_and_it_can_be_charged_again(shop: Shop) -> None:
    paid = shop.paid(save_payment_method=True)
    method = paid["payment_method"]
    assert (method["saved"], method["status"]) == (True, "active")
    assert shop.get(f"/payment_methods/{method['id']}")["status"] == "active"

    charged = shop.charge(method["id"])
    assert charged["status"] == "succeeded"
    assert "confirmation" not in charged
    assert charged["payment_method"]["id"] == method["id"]
    assert shop.log() == [("capture", paid["id"], 208860), ("capture", charged["id"], 208860)]


def test_a_payment_keeps_no_card_unasked(shop: Shop) -> None:
    paid = shop.paid()
    assert paid["payment_method"]["saved"] is False
    answer = shop.post("/payments", saved_card_body(paid["payment_method"]["id"]))
    assert (answer.status_code, answer.json()["parameter"]) == (400, "payment_method_id")


def test_a_refused_payment_keeps_no_card(shop: Shop) -> None:
    created = shop.create("/payments", payment_body(save_payment_method=True))
    choose(created, "no_money")
    method = shop.payment(created["id"])["payment_method"]
    assert (method["saved"], method["status"]) == (False, "inactive")
    assert shop.get(f"/payment_methods/{method['id']}")["status"] == "inactive"
    assert shop.post("/payments", saved_card_body(method["id"])).status_code == 400


def test_a_card_is_linked_without_paying(shop: Shop) -> None:
    method = shop.create("/payment_methods", LINK)
    assert (method["status"], method["saved"]) == ("pending", False)
    assert shop.post("/payments", saved_card_body(method["id"])).status_code == 400
    assert choose(method, "passes").headers["location"] == RETURN_URL
    active = shop.get(f"/payment_methods/{method['id']}")
    assert (active["status"], active["saved"], active["card"]["last4"]) == ("active", True, "4444")
    assert "confirmation" not in active
    assert shop.log() == []
    assert shop.charge(method["id"])["status"] == "succeeded"


def test_the_bank_may_ask_before_a_card_is_linked(shop: Shop) -> None:
    agreed, refused = shop.create("/payment_methods", LINK), shop.create("/payment_methods", LINK)
    choose(agreed, "bank_check")
    choose(refused, "bank_check")
    answer_bank(agreed, "confirm")
    answer_bank(refused, "refuse")
    assert shop.get(f"/payment_methods/{agreed['id']}")["status"] == "active"
    assert shop.get(f"/payment_methods/{refused['id']}")["status"] == "inactive"
    assert shop.charge(agreed["id"])["status"] == "succeeded"


def test_an_expired_card_is_not_linked(shop: Shop) -> None:
    assert shop.get(f"/payment_methods/{shop.linked('expired')}")["status"] == "inactive"


def test_a_link_left_alone_for_an_hour_is_inactive(shop: Shop) -> None:
    method = shop.create("/payment_methods", LINK)
    shop.clock.move(hours=1)
    choose(method, "passes")
    assert shop.get(f"/payment_methods/{method['id']}")["status"] == "inactive"


@pytest.mark.parametrize(
    ("card", "reason"), [("no_money", "insufficient_funds"), ("restricted", "payment_method_restricted")]
)
def test_a_linked_card_is_refused_when_charged(shop: Shop, card: str, reason: str) -> None:
    charged = shop.charge(shop.linked(card))
    assert (charged["status"], charged["cancellation_details"]["reason"]) == ("canceled", reason)
    assert shop.log() == []


def test_a_saved_card_may_change_its_ways(shop: Shop) -> None:
    method_id = shop.linked("no_money")
    assert shop.http.post(f"/cards/{method_id}", json={"outcome": "succeeds"}).status_code == 200
    assert shop.charge(method_id)["status"] == "succeeded"
    shop.http.post(f"/cards/{method_id}", json={"outcome": "permission_revoked"})
    assert shop.charge(method_id)["cancellation_details"]["reason"] == "permission_revoked"
    shop.http.post(f"/cards/{method_id}", json={"outcome": "unsupported_mobile_operator"})
    assert shop.charge(method_id)["cancellation_details"]["reason"] == "unsupported_mobile_operator"
    assert shop.http.post(f"/cards/{method_id}", json={"outcome": "whim"}).status_code == 400
    assert shop.http.post("/cards/unknown", json={"outcome": "succeeds"}).status_code == 404


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_charge_may_be_canceled_for_every_reason_of_the_api(shop: Shop, reason: str) -> None:
    method_id = shop.linked()
    shop.http.post(f"/cards/{method_id}", json={"outcome": reason})
    charged = shop.charge(method_id)
    assert (charged["status"], charged["cancellation_details"]["reason"]) == ("canceled", reason)
    assert shop.log() == []


def test_the_same_link_asked_for_twice_is_one(shop: Shop) -> None:
    first = shop.create("/payment_methods", LINK, key="link-1")
    assert shop.create("/payment_methods", LINK, key="link-1") == first


def test_the_same_charge_sent_twice_takes_money_once(shop: Shop) -> None:
    method_id = shop.linked()
    first = shop.charge(method_id, key="autopay:1:2026-09:1")
    assert shop.charge(method_id, key="autopay:1:2026-09:1") == first
    assert shop.log() == [("capture", first["id"], 208860)]


def test_a_saved_card_is_charged_only_with_a_payment_order(shop: Shop) -> None:
    body = saved_card_body(shop.linked())
    del body["payment_order"]
    answer = shop.post("/payments", body)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "payment_order")
    assert shop.log() == []


def test_each_hosted_page_has_an_address_of_its_own(shop: Shop) -> None:
    pages = {page_of(shop.create("/payment_methods", LINK)) for _ in range(10)}
    assert len(pages) == 10
    assert all(len(page.rpartition("/")[2]) == 32 for page in pages)
