"""What a resident agreed to, and what came of it each month."""

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Access, Account
from lk.cards.tables import Card
from lk.identity.tables import User


class Autopay(Table, tablename="autopays"):
    """One live row an account. `sum_kopecks`: the limit in `mode` bill, the sum itself in `mode` fixed.

    It works while its access and its card do. `planned_period`: the newest month that was planned or let pass.
    `reason`: why it was suspended or ended.
    """

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    user_id = ForeignKey(User)
    access_id = ForeignKey(Access)
    card_id = ForeignKey(Card)
    mode = Text()
    sum_kopecks = BigInt()
    day = Integer()
    planned_period = Integer()
    begun_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)
    suspended_at = Timestamptz(null=True, default=None)
    reason = Text(default="")
    ended_at = Timestamptz(null=True, default=None)


class AutopayMonth(Table, tablename="autopay_months"):
    """What autopay does about one bill's month, from its notice on.

    `status` planned|charging|paid|skipped|nothing|above|refused|missed|off. `attempts`: charges begun; each is a
    payment with this period and attempt. `next_at`: when to look at it again.
    """

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    period = Integer()
    autopay_id = ForeignKey(Autopay)
    charge_on = Date(default=None)
    due_on = Date(default=None)
    status = Text()
    planned_kopecks = BigInt()
    attempts = Integer(default=0)
    next_at = Timestamptz(default=None)
    noticed_at = Timestamptz(default=None)
    reason = Text(default="")
    finished_at = Timestamptz(null=True, default=None)
