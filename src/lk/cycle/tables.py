"""Steps of the month that were claimed and done, and the accounts put aside."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account


class CycleRun(Table, tablename="cycle_runs"):
    """One step of one period: `status` running|done. `fence` grows with each claim after a crash."""

    id = BigSerial(primary_key=True)
    period = Integer()
    step = Text()
    status = Text()
    fence = BigInt(default=1)
    claimed_at = Timestamptz(default=None)
    claim_ends_at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)
    done = BigInt(default=0)
    put_aside = BigInt(default=0)


class PutAside(Table, tablename="put_asides"):
    """An account that a step could not do: why, and since when."""

    id = BigSerial(primary_key=True)
    period = Integer()
    step = Text()
    account_id = ForeignKey(Account)
    reason = Text()
    since = Timestamptz(default=None)
    resolved_at = Timestamptz(null=True, default=None)
