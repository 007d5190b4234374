"""Premises, accounts, and who may reach them."""

from piccolo.columns import BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import Agent, User


class Premises(Table, tablename="premises"):
    """A flat or a house; `address_key` is the address folded for search."""

    id = BigSerial(primary_key=True)
    address = Text()
    address_key = Text()
    postcode = Text(default="")
    region = Text()
    route = Text(default="")


class Account(Table, tablename="accounts"):
    """A customer's account. `public_id` stands in URLs, `number` (10 digits) on paper.

    `seen_from`: no cabinet shows what was before it, since that belongs to somebody else.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    number = Text()
    premises_id = ForeignKey(Premises)
    holder_name = Text()
    tariff_category = Text()
    residents = Integer()
    power_kw = Integer()
    has_paper_bill = Boolean()
    email = Text(null=True, default=None)
    seen_from = Timestamptz(null=True, default=None)
    opened_on = Date(default=None)
    closed_on = Date(null=True, default=None)


class Access(Table, tablename="accesses"):
    """A user may reach an account, as its holder or as a helper, until `ended_at`.

    `is_provisional` until the code of the paper bill, or the hotline, confirmed it (`confirmed_at`). `name`: what its
    user calls the place.
    """

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    account_id = ForeignKey(Account)
    role = Text()
    is_provisional = Boolean(default=False)
    name = Text(default="")
    created_at = Timestamptz(default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class Invitation(Table, tablename="invitations"):
    """A helper is asked in by letter. `finished_at` with `user_id`: accepted; without: taken back."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    invited_by = ForeignKey(User)
    email = Text()
    token_hash = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    user_id = ForeignKey(User, null=True)
    finished_at = Timestamptz(null=True, default=None)


class Release(Table, tablename="releases"):
    """An agent takes an account out of a cabinet; it happens at `due_at`, unless it is called off before."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    agent_id = ForeignKey(Agent)
    reason = Text()
    token_hash = Text(null=True, default=None)
    asked_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    canceled_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
