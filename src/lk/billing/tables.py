"""Bills and their lines."""

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.metering.tables import Meter


class Bill(Table, tablename="bills"):
    """One period of one account. `status` draft|held|issued|reversed; all but reversed are live.

    `total_kopecks` = energy + adjustments of this period; `opening_kopecks` = the principal owed before it.
    """

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    period = Integer()
    status = Text()
    opening_kopecks = BigInt()
    energy_kopecks = BigInt()
    adjustment_kopecks = BigInt()
    total_kopecks = BigInt()
    vat_kopecks = BigInt()
    vat_percent = Integer()
    missed = Integer(default=0)
    hold_reasons = Text(default="[]")
    created_at = Timestamptz(default=None)
    issued_at = Timestamptz(null=True, default=None)
    delivered_on = Date(null=True, default=None)
    due_on = Date(null=True, default=None)
    reversed_at = Timestamptz(null=True, default=None)


class Charge(Table, tablename="charges"):
    """A line of a bill. `line` energy|adjustment|penalty; `method` reading|average|norm|away; `why` is JSON."""

    id = BigSerial(primary_key=True)
    bill_id = ForeignKey(Bill)
    account_id = ForeignKey(Account)
    line = Text()
    register = Text()
    zone = Text()
    meter_id = ForeignKey(Meter, null=True)
    band = Integer()
    previous_kwh = BigInt(null=True, default=None)
    current_kwh = BigInt(null=True, default=None)
    previous_on = Date(null=True, default=None)
    current_on = Date(null=True, default=None)
    source = Text(default="")
    consumption_kwh = BigInt()
    price_kopecks = BigInt()
    amount_kopecks = BigInt()
    method = Text()
    legal_act = Text()
    tariff_from = Date(null=True, default=None)
    credits_id = BigInt(null=True, default=None)
    why = Text(default="{}")
