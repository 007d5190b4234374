"""The ledger: one row is one transfer between the customer's receivable and one of the company's books."""

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account


class LedgerEntry(Table, tablename="ledger_entries"):
    """`amount_kopecks > 0` moves from `credit` to `debit`; triggers refuse every update and delete."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    debit = Text()
    credit = Text()
    amount_kopecks = BigInt()
    part = Text()
    kind = Text()
    effective_on = Date(default=None)
    posted_at = Timestamptz(default=None)
    key = Text()
    source = Text()
