"""The acquirer's own client of its API, pointed at the sandbox by its settings alone, takes it for the acquirer."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from requests.exceptions import RequestException
from yookassa import Configuration, Payment, PaymentMethod, Refund
from yookassa.domain.common.security_helper import SecurityHelper
from yookassa.domain.exceptions import BadRequestError, NotFoundError, UnauthorizedError
from yookassa.domain.models.payment_data.response.payment_data_bank_card import PaymentDataBankCard
from yookassa.domain.models.payment_data.response.payment_data_sbp import PaymentDataSbp
from yookassa.domain.models.refund_data.response.refund_data_sbp import RefundDataSbp
from yookassa.domain.notification import WebhookNotificationFactory
from yookassa.domain.request import PaymentRequestBuilder

from lk.acquirer.networks import YOOKASSA, may_notify
from tests.sandbox.inbox import Inbox
from tests.sandbox.shop import (
    LINK,
    RETURN_URL,
    Shop,
    answer_bank,
    choose,
    payment_body,
    payment_order,
    refund_body,
    saved_card_body,
    sbp_body,
)


@pytest.fixture(autouse=True)
def sdk(shop: Shop) -> Iterator[None]:
    Configuration.configure("demo-shop", "demo-secret", api_url=f"{shop.origin}/v3")
    yield
    Configuration.configure(None, None)


def page_of(found: Any) -> dict[str, Any]:
    """The hosted page of a payment or payment method, as the clicks of `shop` want it."""
    return {"confirmation": {"confirmation_url": found.confirmation.confirmation_url}}


def paid(**more: Any) -> Any:
    created = Payment.create(payment_body("100.00", **more))
    choose(page_of(created), "passes")
    return Payment.find_one(created.id)


def linked(card: str = "passes") -> str:
    method = PaymentMethod.create(LINK)
    choose(page_of(method), card)
    return str(method.id)


def test_a_payment_is_created_paid_on_the_hosted_page_and_found(shop: Shop) -> None:
    created = Payment.create(payment_body(), "sdk-1")
    assert (created.status, created.paid, created.test) == ("pending", False, True)
    assert created.confirmation.type == "redirect"

    assert choose(page_of(created), "passes").headers["location"] == RETURN_URL

    found = Payment.find_one(created.id)
    assert (found.status, found.paid, found.refundable) == ("succeeded", True, True)
    assert (str(found.amount.value), found.amount.currency) == ("2088.60", "RUB")
    assert found.captured_at == "2026-09-05T07:00:00.000Z"
    assert found.metadata == {"intent_id": "intent-1", "cms_name": "yookassa_sdk_python"}
    assert isinstance(found.payment_method, PaymentDataBankCard)
    assert (found.payment_method.card.last4, found.payment_method.saved) == ("4444", False)
    assert found.confirmation is None
    assert shop.log() == [("capture", created.id, 208860)]


def test_a_payment_made_by_its_builder_is_taken(shop: Shop) -> None:
    money = {"value": "2088.60", "currency": "RUB"}
    builder = PaymentRequestBuilder()
    builder.set_amount(money).set_capture(True).set_description("Электроэнергия, 09.2026")
    builder.set_confirmation({"type": "redirect", "return_url": RETURN_URL})
    builder.set_metadata({"intent_id": "intent-1"}).set_receipt(payment_body()["receipt"])
    request = builder.build()
    request.payment_order = payment_order(money)
    assert Payment.create(request).status == "pending"
    assert len(shop.get("/payments")["items"]) == 1


def test_the_same_key_makes_one_payment(shop: Shop) -> None:
    first = Payment.create(payment_body(), "sdk-1")
    assert Payment.create(payment_body(), "sdk-1").id == first.id
    with pytest.raises(BadRequestError) as conflict:
        Payment.create(payment_body("1.00"), "sdk-1")
    assert conflict.value.content["parameter"] == "Idempotence-Key"
    assert len(Payment.list().items) == 1


def test_an_answer_that_was_lost_is_got_by_the_same_key(shop: Shop) -> None:
    body = saved_card_body(linked())
    shop.faults(lose_answer=1, lose_answer_by="close")
    with pytest.raises((RequestException, AttributeError)):
        Payment.create(body, "sdk-1")
    assert Payment.create(body, "sdk-1").status == "succeeded"
    assert len(shop.log()) == 1


def test_a_payment_that_a_card_refused_says_why(shop: Shop) -> None:
    created = Payment.create(payment_body())
    choose(page_of(created), "no_money")
    canceled = Payment.find_one(created.id)
    assert (canceled.status, canceled.paid) == ("canceled", False)
    assert canceled.cancellation_details.reason == "insufficient_funds"
    assert canceled.cancellation_details.party == "payment_network"


def test_payments_are_listed_by_cursor_and_date(shop: Shop) -> None:
    made = [Payment.create(payment_body()).id for _ in range(3)]
    first = Payment.list({"limit": 2, "created_at.gte": "2026-09-05T07:00:00.000Z"})
    rest = Payment.list({"limit": 2, "cursor": first.next_cursor})
    assert [payment.id for payment in (*first.items, *rest.items)] == made[::-1]
    assert rest.next_cursor is None
    assert Payment.list({"created_at.gt": "2026-09-05T07:00:00.000Z"}).items == []


def test_a_payment_of_one_stage_can_be_neither_captured_nor_canceled(shop: Shop) -> None:
    payment = paid()
    with pytest.raises(BadRequestError):
        Payment.capture(payment.id, {"amount": {"value": "100.00", "currency": "RUB"}})
    with pytest.raises(BadRequestError):
        Payment.cancel(payment.id)
    with pytest.raises(BadRequestError) as refused:
        Payment.create(payment_body(capture=False))
    assert refused.value.content["parameter"] == "capture"
    assert Payment.find_one(payment.id).status == "succeeded"


def test_a_card_that_a_payment_kept_is_charged_again(shop: Shop) -> None:
    method = paid(save_payment_method=True).payment_method
    assert method.saved is True
    charged = Payment.create(saved_card_body(method.id))
    assert (charged.status, charged.payment_method.id) == ("succeeded", method.id)
    assert PaymentMethod.find_one(method.id).status == "active"


def test_a_card_is_linked_without_paying_and_charged(shop: Shop) -> None:
    method = PaymentMethod.create(LINK, "sdk-1")
    assert (method.status, method.saved, method.holder.account_id) == ("pending", False, "demo-shop")
    choose(page_of(method), "passes")
    found = PaymentMethod.find_one(method.id)
    assert (found.status, found.saved, found.title) == ("active", True, "Мир •• 4444")
    assert Payment.create(saved_card_body(method.id)).status == "succeeded"


def test_a_card_that_was_not_linked_is_inactive(shop: Shop) -> None:
    assert PaymentMethod.find_one(linked("expired")).status == "inactive"


def test_a_payment_goes_through_the_system_of_fast_payments(shop: Shop) -> None:
    created = Payment.create(sbp_body())
    answer_bank(page_of(created), "confirm")
    found = Payment.find_one(created.id)
    assert found.status == "succeeded"
    assert isinstance(found.payment_method, PaymentDataSbp)
    assert len(found.payment_method.sbp_operation_id) == 32
    assert found.payment_method.payer_bank_details.bic == "044525225"
    method = Refund.create(refund_body(created.id, "1.00")).refund_method
    assert isinstance(method, RefundDataSbp)
    assert len(method.sbp_operation_id) == 32


def test_a_payment_is_refunded_in_parts_and_the_refunds_are_listed(shop: Shop) -> None:
    payment, other = paid(), paid()
    first = Refund.create(refund_body(payment.id, "60.00", metadata={"refund_id": "7"}), "sdk-1")
    assert Refund.create(refund_body(payment.id, "60.00", metadata={"refund_id": "7"}), "sdk-1").id == first.id
    assert (first.status, first.payment_id, first.metadata) == ("succeeded", payment.id, {"refund_id": "7"})
    assert str(Payment.find_one(payment.id).refunded_amount.value) == "60.00"
    with pytest.raises(BadRequestError) as refused:
        Refund.create(refund_body(payment.id, "40.01"))
    assert refused.value.content["parameter"] == "amount"

    second = Refund.create(refund_body(payment.id, "40.00"))
    Refund.create(refund_body(other.id, "1.00"))
    listed = Refund.list({"payment_id": payment.id, "limit": 1})
    rest = Refund.list({"payment_id": payment.id, "limit": 1, "cursor": listed.next_cursor})
    assert [refund.id for refund in (*listed.items, *rest.items)] == [second.id, first.id]
    assert Payment.find_one(payment.id).refundable is False


def test_a_refund_may_be_pending_and_may_be_canceled(shop: Shop) -> None:
    payment = paid()
    shop.faults(pending_refunds=1, canceled_refunds=1)
    held = Refund.create(refund_body(payment.id, "1.00"))
    assert held.status == "pending"
    shop.clock.move(hours=1)
    canceled = Refund.find_one(held.id)
    assert (canceled.status, canceled.cancellation_details.reason) == ("canceled", "insufficient_funds")


def test_its_classes_read_every_event(shop: Shop, inbox: Inbox) -> None:
    payment = paid()
    canceled = Payment.create(payment_body())
    choose(page_of(canceled), "restricted")
    method_id = linked()
    refund = Refund.create(refund_body(payment.id, "1.00"))
    shop.drain_events()

    notices = [WebhookNotificationFactory().create(body) for body in inbox.received]
    assert [(type(notice).__name__, notice.event, notice.object.id) for notice in notices] == [
        ("WebhookNotification", "payment.succeeded", payment.id),
        ("WebhookNotification", "payment.canceled", canceled.id),
        ("PaymentMethodWebhookNotification", "payment_method.active", method_id),
        ("RefundWebhookNotification", "refund.succeeded", refund.id),
    ]
    assert notices[0].object.status == "succeeded"
    assert notices[1].object.cancellation_details.reason == "payment_method_restricted"
    assert notices[2].object.status == "active"
    assert notices[3].object.payment_id == payment.id


def test_a_stranger_and_an_unknown_object_are_told_so(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        Payment.find_one("2b000000-000f-5000-8000-a00000000000")
    Configuration.configure("demo-shop", "guess", api_url=f"{shop.origin}/v3")
    with pytest.raises(UnauthorizedError):
        Payment.list()


def test_its_networks_are_those_from_which_events_are_taken() -> None:
    known = [ip_network(network) for network in SecurityHelper.YOOKASSA_NETWORKS]
    assert {network for network in known if network.version == 4} == {n for n in YOOKASSA if n.version == 4}
    addresses = [str(address) for network in known for address in (network[0], network[-1])]
    assert [address for address in addresses if not may_notify(address, is_demo=False)] == []
