"""What the API refuses: strangers, incomplete payments, a key used twice for different things."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests import loopback
from tests.sandbox.shop import Json, Shop, payment_body


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert (body["type"], body["code"]) == ("error", "invalid_request")
    assert body["id"]
    assert body["description"]
    return str(body.get("parameter"))


def changed(path: str, value: Any) -> Json:
    """A payment request in which the value at the dotted path is another, or missing if None."""
    body = payment_body()
    inner: Any = body
    *way, last = path.split(".")
    for name in way:
        inner = inner[int(name)] if name.isdigit() else inner[name]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return body


@pytest.mark.parametrize("path", ["/v3/payments", "/v3/refunds/x", "/log", "/faults", "/events"])
@pytest.mark.parametrize("auth", [None, ("demo-shop", "guess"), ("other", "demo-secret"), ("", "")])
def test_strangers_are_turned_away(shop: Shop, path: str, auth: tuple[str, str] | None) -> None:
    answer = loopback.get(shop.origin + path, auth=auth)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


def test_a_broken_authorization_header_is_a_stranger(shop: Shop) -> None:
    for header in ("Basic %%%", "Bearer demo-secret", "Basic"):
        answer = loopback.get(f"{shop.origin}/v3/payments", headers={"Authorization": header})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "amount",
        "capture",
        "payment_order",
        "payment_order.type",
        "payment_order.amount",
        "payment_order.payment_purpose",
        "payment_order.account_number",
        "payment_order.payment_period.month",
        "payment_order.recipient.inn",
        "payment_order.recipient.bank.bic",
        "payment_order.recipient.bank.correspondent_account",
        "confirmation",
        "confirmation.return_url",
        "receipt",
        "receipt.items",
    ],
)
def test_a_payment_without_a_required_part_is_refused_by_name(shop: Shop, path: str) -> None:
    assert refused(shop.post("/payments", changed(path, None))) == path
    assert shop.get("/payments")["items"] == []


@pytest.mark.parametrize(
    ("path", "value", "parameter"),
    [
        ("amount.value", "2088.6", "amount.value"),
        ("amount.value", "0.00", "amount.value"),
        ("amount.value", "-1.00", "amount.value"),
        ("amount.value", 2088.60, "amount.value"),
        ("amount.currency", "USD", "amount.currency"),
        ("capture", False, "capture"),
        ("capture", "true", "capture"),
        ("description", "ы" * 129, "description"),
        ("metadata", {"intent_id": 7}, "metadata.intent_id"),
        ("metadata", {f"k{n}": "v" for n in range(17)}, "metadata"),
        ("payment_order.type", "taxes", "payment_order.type"),
        ("payment_order.amount", {"value": "2088.61", "currency": "RUB"}, "payment_order.amount"),
        ("payment_order.payment_period.month", 13, "payment_order.payment_period.month"),
        ("payment_order.recipient.kpp", "12", "payment_order.recipient.kpp"),
        ("payment_order.recipient.bank.name", "б" * 46, "payment_order.recipient.bank.name"),
        ("confirmation.type", "embedded", "confirmation.type"),
        ("confirmation.return_url", "javascript:alert(1)", "confirmation.return_url"),
        ("confirmation.return_url", "https://shop.example; script-src *", "confirmation.return_url"),
        ("receipt.items.0.amount", {"value": "2088.59", "currency": "RUB"}, "receipt.items"),
        ("receipt.items.0.quantity", "2", "receipt.items"),
        ("receipt.items.0.quantity", "none", "receipt.items[0].quantity"),
        ("receipt.items.0.vat_code", 0, "receipt.items[0].vat_code"),
        ("receipt.items.0.payment_subject", "magic", "receipt.items[0].payment_subject"),
        ("receipt.customer", {}, "receipt.customer.email"),
        ("payment_method_id", "unknown", "confirmation"),
    ],
)
def test_a_payment_with_a_wrong_part_is_refused_by_name(shop: Shop, path: str, value: Any, parameter: str) -> None:
    assert refused(shop.post("/payments", changed(path, value))) == parameter
    assert shop.get("/payments")["items"] == []


def test_several_receipt_items_may_add_up_to_the_amount(shop: Shop) -> None:
    body = payment_body()
    item = body["receipt"]["items"][0]
    body["receipt"]["items"] = [
        item | {"amount": {"value": "1000.00", "currency": "RUB"}, "quantity": 2},
        item | {"amount": {"value": "88.60", "currency": "RUB"}, "quantity": 1.000},
    ]
    assert shop.create("/payments", body)["status"] == "pending"


def test_a_receipt_may_hold_an_advance_and_the_older_rate_of_vat(shop: Shop) -> None:
    body = payment_body("2100.00")
    item = body["receipt"]["items"][0] | {"vat_code": 4}
    body["receipt"]["items"] = [
        item | {"amount": {"value": "2088.60", "currency": "RUB"}},
        item | {"amount": {"value": "11.40", "currency": "RUB"}, "payment_mode": "advance"},
    ]
    assert shop.create("/payments", body)["status"] == "pending"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b'{"amount": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_object_is_refused(shop: Shop, raw: bytes) -> None:
    refused(shop.http.post("/v3/payments", content=raw, headers={"Idempotence-Key": "raw"}))


@pytest.mark.parametrize("path", ["/payments", "/payment_methods", "/refunds"])
@pytest.mark.parametrize("headers", [{}, {"Idempotence-Key": ""}, {"Idempotence-Key": "k" * 65}])
def test_every_create_needs_a_key_of_up_to_64_characters(shop: Shop, headers: dict[str, str], path: str) -> None:
    assert refused(shop.http.post(f"/v3{path}", json=payment_body(), headers=headers)) == "Idempotence-Key"
    assert shop.post("/payments", payment_body(), key="k" * 64).status_code == 200


def test_the_same_key_and_body_give_the_same_answer_and_one_payment(shop: Shop) -> None:
    first = shop.post("/payments", payment_body(), key="autopay:1:2026-09:1")
    shop.clock.move(hours=23, minutes=59)
    second = shop.post("/payments", payment_body(), key="autopay:1:2026-09:1")
    assert second.text == first.text
    assert len(shop.get("/payments")["items"]) == 1


def test_the_order_of_fields_makes_no_other_body(shop: Shop) -> None:
    first = shop.create("/payments", payment_body(), key="same")
    turned = dict(reversed(payment_body().items()))
    assert shop.create("/payments", turned, key="same")["id"] == first["id"]


def test_the_same_key_with_another_body_is_a_conflict(shop: Shop) -> None:
    shop.create("/payments", payment_body(), key="same")
    assert refused(shop.post("/payments", payment_body("1.00"), key="same")) == "Idempotence-Key"
    assert refused(shop.post("/refunds", payment_body(), key="same")) == "Idempotence-Key"
    assert len(shop.get("/payments")["items"]) == 1


def test_a_key_is_forgotten_after_24_hours(shop: Shop) -> None:
    first = shop.create("/payments", payment_body(), key="same")
    shop.clock.move(hours=24)
    assert shop.create("/payments", payment_body(), key="same")["id"] != first["id"]


def test_a_refused_request_leaves_its_key_free(shop: Shop) -> None:
    refused(shop.post("/payments", payment_body(capture=False), key="same"))
    assert shop.create("/payments", payment_body(), key="same")["status"] == "pending"


def test_an_oversized_body_is_refused(shop: Shop) -> None:
    answer = shop.post("/payments", payment_body(description="x" * 300_000))
    assert (answer.status_code, answer.json()["type"]) == (413, "error")
