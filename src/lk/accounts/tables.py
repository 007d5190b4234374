"""Premises, accounts, and who may reach them."""

from piccolo.columns import BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import User


class Premises(Table, tablename="premises"):
    """A flat or a house; `address_key` is the address folded for search."""

    id = BigSerial(primary_key=True)
    address = Text()
    address_key = Text()
    postcode = Text(default="")
    region = Text()
    route = Text(default="")


class Account(Table, tablename="accounts"):
    """A customer's account. `public_id` stands in URLs, `number` (10 digits) on paper."""

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
    opened_on = Date(default=None)
    closed_on = Date(null=True, default=None)


class Access(Table, tablename="accesses"):
    """A user may reach an account, as its holder or as a helper, until `ended_at`."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    account_id = ForeignKey(Account)
    role = Text()
    is_provisional = Boolean(default=False)
    created_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
