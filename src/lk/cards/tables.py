"""Linked cards. No number of a card is here or anywhere else."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import User


class Card(Table, tablename="cards"):
    """A card of a user; `account_id` is the account on whose page it was linked.

    `key` and `body` are the request that links it, committed before the acquirer is called; `acquirer_id` is the
    acquirer's payment method. `status` created|pending|active|refused|unlinked, only ever forward. `expires` is the
    number of its last month.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    user_id = ForeignKey(User)
    account_id = ForeignKey(Account)
    key = Text()
    body = Text()
    status = Text()
    acquirer_id = Text(null=True, default=None)
    confirmation_url = Text(null=True, default=None)
    brand = Text(default="")
    last_four = Text(default="")
    expires = Integer(null=True, default=None)
    created_at = Timestamptz(default=None)
    asked_at = Timestamptz(null=True, default=None)
    linked_at = Timestamptz(null=True, default=None)
    unlinked_at = Timestamptz(null=True, default=None)
