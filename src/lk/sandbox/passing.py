"""What happens by itself as time passes: hosted pages close, late successes arrive, held refunds end."""

from __future__ import annotations

import asyncio

from lk.sandbox.cards import SUCCEEDS
from lk.sandbox.methods import refuse_link
from lk.sandbox.payments import cancel, succeed
from lk.sandbox.refunds import finish_refund
from lk.sandbox.store import Record
from lk.sandbox.till import Till


def catch_up(till: Till) -> None:
    """Does all that is due by the sandbox's clock; nothing once the sandbox is stopped."""
    due = [] if till.store.is_closed else till.store.due(till.now_us())
    if not due:
        return
    with till.work():
        for record in due:
            _pass(till, record)


def catch_up_later(till: Till, record: Record) -> None:
    """Sees to it that what is due is done, and told of, even if nobody asks; a stopped clock is not waited for."""
    if record.due_us is not None:
        delay = max(0, record.due_us - till.now_us()) / 1_000_000 + 0.01
        asyncio.get_running_loop().call_later(delay, catch_up, till)


def _pass(till: Till, record: Record) -> None:
    if record.kind == "payment_method":
        refuse_link(till, record)
    elif record.kind == "refund":
        finish_refund(till, record, str(record.due_as))
    elif record.due_as == SUCCEEDS:
        succeed(till, record)
    else:
        cancel(till, record, str(record.due_as))
