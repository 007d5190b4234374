"""The end of what stayed unknown for days: as the acquirer says it by now, or that it never reached the acquirer."""

from __future__ import annotations

from lk import clock
from lk.acquirer.answers import Canceled
from lk.acquirer.gateway import gateway
from lk.acquirer.refunds import RefundCanceled
from lk.payments.differences import NEVER_ARRIVED
from lk.payments.refund_rules import RefundStatus
from lk.payments.refund_settling import refund_with_id, settle_refund
from lk.payments.refunding import SENT_WITHIN, begun_at, find_refund
from lk.payments.rules import PaymentStatus
from lk.payments.settling import payment_with_id, settle


async def end_lost_payment(payment_id: int) -> bool:
    """Whether it has ended by now. Raises LookupError."""
    payment = await payment_with_id(payment_id)
    if PaymentStatus(payment.status).is_final:
        return True
    if payment.acquirer_id is not None:
        await settle(payment.id, await gateway().ask(payment.acquirer_id))
    elif clock.now() - payment.created_at > SENT_WITHIN:
        found = await gateway().find(payment.key, payment.created_at)
        await settle(payment.id, found if found is not None else Canceled(NEVER_ARRIVED))
    return PaymentStatus((await payment_with_id(payment_id)).status).is_final


async def end_lost_refund(refund_id: int) -> bool:
    """Whether it has ended by now. Raises LookupError."""
    refund = await refund_with_id(refund_id)
    if not RefundStatus(refund.status).is_open:
        return True
    if refund.acquirer_id is not None:
        await settle_refund(refund.id, await gateway().ask_refund(refund.acquirer_id))
    elif clock.now() - begun_at(refund) > SENT_WITHIN:
        found = await find_refund(refund)
        await settle_refund(refund.id, found if found is not None else RefundCanceled(NEVER_ARRIVED))
    return not RefundStatus((await refund_with_id(refund_id)).status).is_open
