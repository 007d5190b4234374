"""Payments through the acquirer, and the acquirer's events already seen."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import User


class Payment(Table, tablename="payments"):
    """An intent to take money, committed before the acquirer is called.

    `key` is the idempotence key and the acquirer's `metadata.intent_id`; `body` the frozen request.
    `status` created|pending|unknown|succeeded|canceled, only ever forward.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    account_id = ForeignKey(Account)
    user_id = ForeignKey(User, null=True)
    key = Text()
    kind = Text()
    amount_kopecks = BigInt()
    status = Text()
    reason = Text(default="")
    acquirer_id = Text(null=True, default=None)
    confirmation_url = Text(null=True, default=None)
    card = Text(default="")
    body = Text()
    created_at = Timestamptz(default=None)
    asked_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class AcquirerEvent(Table, tablename="acquirer_events"):
    """One (event, object) of the acquirer; a repeat finds its row and does nothing."""

    id = BigSerial(primary_key=True)
    event = Text()
    object_id = Text()
    received_at = Timestamptz(default=None)
