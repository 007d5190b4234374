"""Where the acquirer's notices go: each is only a reason to ask."""

from __future__ import annotations

import structlog

from lk.cards.actions import take_method_event
from lk.payments.actions import take_event
from lk.payments.refunding import take_refund_event

log = structlog.get_logger()


async def take_notice(event: str, object_id: str) -> bool:
    """False: it could not be dealt with now, and should be sent again."""
    match event.partition(".")[0]:
        case "payment":
            return await take_event(event, object_id)
        case "payment_method":
            return await take_method_event(object_id)
        case "refund":
            return await take_refund_event(event, object_id)
    log.info("acquirer_event_ignored", event_name=event[:64])
    return True
