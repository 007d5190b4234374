"""Notifications, received by a real server: one for each change, repeated until taken, never in the way."""

from __future__ import annotations

import httpx
import pytest

from lk.sandbox.events import Events
from tests.sandbox.inbox import Inbox
from tests.sandbox.shop import (
    LINK,
    Shop,
    answer_bank,
    choose,
    payment_body,
    refund_body,
    saved_card_body,
    wait_until,
)


def test_every_change_is_told_once_with_the_object_as_the_api_shows_it(shop: Shop, inbox: Inbox) -> None:
    paid = shop.paid()
    canceled = shop.create("/payments", payment_body())
    choose(canceled, "no_money")
    method_id = shop.linked()
    refund = shop.create("/refunds", {"payment_id": paid["id"], "amount": {"value": "1.00", "currency": "RUB"}})
    shop.drain_events()
    assert inbox.names() == [
        ("payment.succeeded", paid["id"]),
        ("payment.canceled", canceled["id"]),
        ("payment_method.active", method_id),
        ("refund.succeeded", refund["id"]),
    ]
    assert inbox.received[0] == {"type": "notification", "event": "payment.succeeded", "object": paid}


def test_what_is_pending_or_refused_is_not_told(shop: Shop, inbox: Inbox) -> None:
    shop.create("/payments", payment_body())
    shop.post("/payments", payment_body(capture=False))
    choose(shop.create("/payment_methods", LINK), "expired")
    shop.drain_events()
    assert inbox.received == []


def test_a_card_that_is_not_kept_is_told_by_nobody(shop: Shop, inbox: Inbox) -> None:
    """The API has an event for a payment method that becomes active, and none for one that becomes inactive."""
    refused, left_alone = shop.create("/payment_methods", LINK), shop.create("/payment_methods", LINK)
    choose(refused, "bank_check")
    answer_bank(refused, "refuse")
    canceled = shop.create("/payments", payment_body(save_payment_method=True))
    choose(canceled, "no_money")
    shop.clock.move(hours=1)
    assert shop.get(f"/payment_methods/{refused['id']}")["status"] == "inactive"
    assert shop.get(f"/payment_methods/{left_alone['id']}")["status"] == "inactive"
    assert shop.payment(canceled["id"])["payment_method"]["status"] == "inactive"
    shop.drain_events()
    assert inbox.names() == [("payment.canceled", canceled["id"])]


def test_a_refund_is_told_when_it_has_succeeded_and_not_before(shop: Shop, inbox: Inbox) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(pending_refunds=1)
    held = shop.create("/refunds", refund_body(payment_id, "1.00"))
    shop.drain_events()
    assert inbox.names() == [("payment.succeeded", payment_id)]
    shop.clock.move(hours=1)
    told = shop.get(f"/refunds/{held['id']}")
    shop.drain_events()
    assert inbox.received[1:] == [{"type": "notification", "event": "refund.succeeded", "object": told}]


def test_a_held_refund_ends_without_anybody_asking(shop: Shop, inbox: Inbox) -> None:
    payment_id = shop.paid("100.00")["id"]
    shop.faults(pending_refunds=1, refund_takes=1)
    held = shop.create("/refunds", refund_body(payment_id, "1.00"))
    shop.clock.move(seconds=1)
    wait_until(lambda: ("refund.succeeded", held["id"]) in inbox.names())


def test_a_canceled_refund_is_told_by_nobody(shop: Shop, inbox: Inbox) -> None:
    """The API has no event for it: a shop has to ask."""
    payment_id = shop.paid("100.00")["id"]
    shop.faults(canceled_refunds=2, pending_refunds=1)
    for _ in range(2):
        shop.create("/refunds", refund_body(payment_id, "1.00"))
    shop.clock.move(hours=1)
    assert [item["status"] for item in shop.get("/refunds")["items"]] == ["canceled", "canceled"]
    shop.drain_events()
    assert inbox.names() == [("payment.succeeded", payment_id)]


def test_events_may_come_days_late(shop: Shop, inbox: Inbox) -> None:
    shop.faults(hold_events=True)
    paid = shop.paid()
    shop.drain_events()
    shop.clock.move(days=3)
    assert shop.payment(paid["id"])["status"] == "succeeded"
    assert inbox.names() == []
    shop.faults(hold_events=False)
    shop.drain_events()
    assert inbox.names() == [("payment.succeeded", paid["id"])]


def test_held_events_are_let_go_with_the_faults(shop: Shop, inbox: Inbox) -> None:
    shop.faults(hold_events=True)
    paid = shop.paid()
    shop.http.delete("/faults")
    wait_until(lambda: inbox.names() == [("payment.succeeded", paid["id"])])


def test_an_event_may_come_before_the_answer(shop: Shop, inbox: Inbox) -> None:
    method_id = shop.linked()
    shop.faults(slow_ms=1000)
    with pytest.raises(httpx.ReadTimeout):
        shop.http.post(
            "/v3/payments", json=saved_card_body(method_id), headers={"Idempotence-Key": "slow"}, timeout=0.5
        )
    wait_until(lambda: [event for event, _ in inbox.names()] == ["payment_method.active", "payment.succeeded"])


def test_a_repeated_request_tells_nothing_twice(shop: Shop, inbox: Inbox) -> None:
    method_id = shop.linked()
    charged = shop.charge(method_id, key="same")
    shop.charge(method_id, key="same")
    shop.drain_events()
    assert inbox.names() == [("payment_method.active", method_id), ("payment.succeeded", charged["id"])]


def test_an_event_not_taken_comes_again_until_it_is(shop: Shop, inbox: Inbox) -> None:
    inbox.refusals = 1
    paid = shop.paid()
    shop.drain_events()
    assert inbox.names() == [("payment.succeeded", paid["id"])] * 2


def test_deliveries_are_given_up_after_a_few_and_harm_nothing(
    shop: Shop, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    till = shop.sandbox.till
    events = Events(inbox.url, till.faults, retry_delays=(0.01, 0.01))
    inbox.refusals = 100
    events.stage("payment.succeeded", {"id": "2b"})

    async def deliver() -> None:
        events.send_staged()
        await events.drain()

    shop.stage.run(deliver())
    assert inbox.names() == [("payment.succeeded", "2b")] * 3
    assert "payment.succeeded of 2b was not taken" in caplog.text


def test_a_deaf_shop_does_not_disturb_the_payment(shop: Shop) -> None:
    shop.http.post("/events", json={"url": "http://127.0.0.1:9/nobody"})
    assert shop.paid()["status"] == "succeeded"
    assert len(shop.log()) == 1


def test_a_lost_answer_is_told_by_an_event(shop: Shop, inbox: Inbox) -> None:
    shop.faults(lose_answer=1)
    assert shop.post("/payment_methods", LINK).status_code == 502
    method_id = shop.linked()
    shop.faults(lose_answer=1)
    shop.post("/payments", {**payment_body(payment_method_id=method_id), "confirmation": None})
    shop.drain_events()
    assert [event for event, _ in inbox.names()] == ["payment_method.active", "payment.succeeded"]


def test_a_late_success_is_told_without_anybody_asking(shop: Shop, inbox: Inbox) -> None:
    method_id = shop.linked()
    shop.faults(late_success=1)
    charged = shop.charge(method_id)
    shop.clock.move(seconds=1)
    wait_until(lambda: ("payment.succeeded", charged["id"]) in inbox.names())


def test_events_may_be_repeated(shop: Shop, inbox: Inbox) -> None:
    shop.faults(repeat_events=2)
    paid = shop.paid()
    shop.drain_events()
    assert inbox.names() == [("payment.succeeded", paid["id"])] * 3


def test_events_may_come_in_another_order(shop: Shop, inbox: Inbox) -> None:
    method_id = shop.linked()
    shop.drain_events()
    inbox.received.clear()
    shop.faults(shuffle_events=True, late_success=60)
    charged = [shop.charge(method_id)["id"] for _ in range(8)]
    shop.clock.move(minutes=1)
    assert len(shop.log()) == 8
    shop.drain_events()
    told = [object_id for _, object_id in inbox.names()]
    assert sorted(told) == sorted(charged)
    assert told != charged


@pytest.mark.parametrize("url", ["ftp://shop.example/x", "http://", "here", 7])
def test_an_address_that_cannot_receive_events_is_refused(shop: Shop, url: object) -> None:
    answer = shop.http.post("/events", json={"url": url})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "url")
    assert shop.http.get("/events").json() == {"url": None}
