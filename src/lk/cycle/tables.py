"""Steps of the month that were claimed and done, accounts put aside, runs on trial, and the nightly look at it all."""

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent


class CycleRun(Table, tablename="cycle_runs"):
    """One step of one period: `status` running|done. `fence` grows with each claim after a crash.

    `through_id` of `last_id`: how far it went through the accounts since `resumed_at`; `expected`: how many to do.
    """

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
    expected = BigInt(null=True, default=None)
    through_id = BigInt(default=0)
    last_id = BigInt(default=0)
    resumed_at = Timestamptz(null=True, default=None)


class PutAside(Table, tablename="put_asides"):
    """An account that a step could not do: why, and since when."""

    id = BigSerial(primary_key=True)
    period = Integer()
    step = Text()
    account_id = ForeignKey(Account)
    reason = Text()
    since = Timestamptz(default=None)
    resolved_at = Timestamptz(null=True, default=None)


class TrialRun(Table, tablename="trial_runs"):
    """What a bill run of `period` would give, as far as it is computed; claimed like a step. No bill comes of it.

    `bills` of `total_kopecks`, of them `estimated` and `held`; besides `put_aside` and `waiting` accounts. Of a period
    that is billed already `compared` bills of `stored_kopecks`, of which `differing` would come out otherwise. `lines`
    of them are kept.
    """

    id = BigSerial(primary_key=True)
    period = Integer()
    is_billed = Boolean()
    asked_by = ForeignKey(Agent)
    asked_at = Timestamptz(default=None)
    fence = BigInt(default=0)
    claim_ends_at = Timestamptz(default=None)
    resumed_at = Timestamptz(null=True, default=None)
    resumed_id = BigInt(default=0)
    through_id = BigInt(default=0)
    last_id = BigInt(default=0)
    finished_at = Timestamptz(null=True, default=None)
    is_failed = Boolean(default=False)
    bills = BigInt(default=0)
    estimated = BigInt(default=0)
    held = BigInt(default=0)
    put_aside = BigInt(default=0)
    waiting = BigInt(default=0)
    compared = BigInt(default=0)
    differing = BigInt(default=0)
    lines = BigInt(default=0)
    total_kopecks = BigInt(default=0)
    stored_kopecks = BigInt(default=0)


class TrialLine(Table, tablename="trial_lines"):
    """An account of a trial that somebody may want to look at: `kind` held|put_aside|differs|missing|extra."""

    id = BigSerial(primary_key=True)
    trial_id = ForeignKey(TrialRun)
    account_id = ForeignKey(Account)
    kind = Text()
    stored_kopecks = BigInt(null=True, default=None)
    computed_kopecks = BigInt(null=True, default=None)
    reason = Text(default="")


class Verification(Table, tablename="verifications"):
    """A night's look at the invariants; without `finished_at` it goes on, or was broken off."""

    id = BigSerial(primary_key=True)
    day = Date(default=None)
    begun_at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)


class VerificationFinding(Table, tablename="verification_findings"):
    """One invariant of that night. `breaches` (JSON) tells the first of the `breached` in words."""

    id = BigSerial(primary_key=True)
    verification_id = ForeignKey(Verification)
    invariant = Text()
    what = Text()
    checked = BigInt()
    breached = BigInt()
    breaches = Text(default="[]")
    milliseconds = BigInt()
