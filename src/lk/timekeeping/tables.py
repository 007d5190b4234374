"""Doubts about a machine's clock."""

from piccolo.columns import BigInt, BigSerial, Text, Timestamptz
from piccolo.table import Table


class ClockDoubt(Table, tablename="clock_doubts"):
    """A machine's clock jumped ahead: `said_at` where `expected_at` was due, when it had run `ran_ms`.

    `machine` is one start of one machine. `ended_by`: the agent who says that the clock is right; None: it came back.
    """

    id = BigSerial(primary_key=True)
    machine = Text()
    ran_ms = BigInt()
    expected_at = Timestamptz(default=None)
    said_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = BigInt(null=True, default=None)
