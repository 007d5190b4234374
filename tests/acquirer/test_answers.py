"""The acquirer's answers, one by one: only a plain word of it ends a payment."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lk.acquirer.answers import Canceled, Outcome, Pending, Succeeded, Told, Unknown, created, listed, shown

TOLD = Told("22d6d597-000f-5000-9000-145f6df21d6f", "hand:1:1:23456789abcd:208860", 208860)


def payment(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": TOLD.acquirer_id,
        "status": status,
        "amount": {"value": "2088.60", "currency": "RUB"},
        "metadata": {"intent_id": TOLD.intent_id},
        **more,
    }


def answered(status: int, body: object) -> Outcome:
    return created(status, json.dumps(body).encode())


def problem(**more: str) -> dict[str, str]:
    return {"type": "error", "code": "invalid_request", **more}


def test_pending_with_the_page_where_the_payer_goes_on() -> None:
    url = "https://yoomoney.ru/checkout/payments/v2/contract?orderId=22d6d597"
    confirmation = {"type": "redirect", "confirmation_url": url}
    assert answered(200, payment("pending", confirmation=confirmation)) == Pending(TOLD, url)
    assert answered(200, payment("pending")) == Pending(TOLD, None)


def test_a_page_that_is_no_page_is_never_a_link() -> None:
    confirmation = {"confirmation_url": "javascript:alert(1)"}
    assert answered(200, payment("pending", confirmation=confirmation)) == Pending(TOLD, None)


def test_succeeded_with_the_instant_and_the_last_four_digits() -> None:
    body = payment("succeeded", captured_at="2026-10-05T09:00:00.000Z", payment_method={"card": {"last4": "4444"}})
    told = Told(TOLD.acquirer_id, TOLD.intent_id, TOLD.amount_kopecks, "4444")
    assert answered(200, body) == Succeeded(told, datetime(2026, 10, 5, 9, tzinfo=UTC))


def test_more_than_four_digits_of_a_card_are_never_taken() -> None:
    outcome = answered(200, payment("succeeded", payment_method={"card": {"last4": "4111111111111111"}}))
    assert outcome == Succeeded(TOLD)


def test_canceled_with_its_reason() -> None:
    body = payment("canceled", cancellation_details={"party": "payment_network", "reason": "insufficient_funds"})
    assert answered(200, body) == Canceled("insufficient_funds", TOLD)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_of_the_requests_own_fields_is_an_end(status: int) -> None:
    assert answered(status, problem(parameter="receipt.items")) == Canceled("request_refused")


@pytest.mark.parametrize("body", [problem(parameter="Idempotence-Key"), problem(), {"parameter": "amount"}, "no", None])
def test_any_other_400_is_unknown_and_an_alarm(body: object) -> None:
    assert answered(400, body) == Unknown("refused", is_alarm=True)


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
def test_what_somebody_has_to_look_at_is_unknown_and_an_alarm(status: int) -> None:
    assert answered(status, problem()) == Unknown(f"http_{status}", is_alarm=True)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 202])
def test_what_passes_by_itself_is_unknown(status: int) -> None:
    assert answered(status, problem()) == Unknown(f"http_{status}")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        payment("paid"),
        payment("succeeded", amount={"value": "2088.60", "currency": "USD"}),
        payment("succeeded", amount={"value": "a lot", "currency": "RUB"}),
        payment("succeeded", amount=None),
        payment("canceled"),
        payment("succeeded", captured_at="yesterday"),
        payment("pending", id=""),
    ],
)
def test_an_answer_that_makes_no_sense_is_unknown_and_an_alarm(body: object) -> None:
    assert answered(200, body) == Unknown("not_understood", is_alarm=True)


def test_half_an_answer_is_unknown() -> None:
    assert created(200, b'{"id": "22d6') == Unknown("not_understood", is_alarm=True)
    assert shown(200, b"") == Unknown("not_understood", is_alarm=True)


def test_a_payment_without_our_intent_belongs_to_none() -> None:
    outcome = answered(200, payment("pending", metadata=None))
    assert isinstance(outcome, Pending)
    assert outcome.told.intent_id == ""


def test_a_question_refused_with_400_ends_nothing() -> None:
    assert shown(400, json.dumps(problem(parameter="payment_id")).encode()) == Unknown("http_400", is_alarm=True)


def test_a_page_of_a_list_has_payments_and_perhaps_a_cursor() -> None:
    assert listed(200, b'{"items": [{"id": "a"}], "next_cursor": "37a5"}') == ([{"id": "a"}], "37a5")
    assert listed(200, b'{"items": []}') == ([], None)
    assert listed(200, b"[]") == Unknown("not_understood", is_alarm=True)
    assert listed(503, b"") == Unknown("http_503")
