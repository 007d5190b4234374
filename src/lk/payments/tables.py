"""Payments through the acquirer, the acquirer's events already seen, and payments of banks' registries."""

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent, User


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


class BankPayment(Table, tablename="bank_payments"):
    """A row of a bank's registry; without `account_id` it waits for a person to find out whose it is."""

    id = BigSerial(primary_key=True)
    external_id = Text()
    account_number = Text()
    account_id = ForeignKey(Account, null=True)
    paid_on = Date(default=None)
    amount_kopecks = BigInt()
    channel = Text()
    loaded_at = Timestamptz(default=None)
    assigned_by = ForeignKey(Agent, null=True)
