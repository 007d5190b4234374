"""Meters and readings. One reading holds all registers of its meter: T1, T2 and T3 as far as the meter has them."""

from piccolo.columns import BigInt, BigSerial, Bytea, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent, User


class Meter(Table, tablename="meters"):
    """`serial_key` is the serial number folded for comparison."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    serial_number = Text()
    serial_key = Text()
    zones = Integer()
    digits = Integer()
    ratio = Integer(default=1)
    installed_on = Date(default=None)
    verified_until = Date(null=True, default=None)
    removed_on = Date(null=True, default=None)


class Reading(Table, tablename="readings"):
    """`kind` initial|regular|final; `status` accepted|held|rejected|superseded; `period` as yyyymm.

    `decision`: what a person made of a held one, as `metering.decisions` writes it. `import_id`: the import that
    brought it by the browser; `displaced_by`: the one whose reading took its place, `displaced_status`: until then.
    """

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    meter_id = ForeignKey(Meter)
    kind = Text()
    period = Integer()
    taken_on = Date(default=None)
    received_at = Timestamptz(default=None)
    source = Text()
    status = Text()
    t1_kwh = BigInt()
    t2_kwh = BigInt(null=True, default=None)
    t3_kwh = BigInt(null=True, default=None)
    problems = Text(default="[]")
    user_id = ForeignKey(User, null=True)
    agent_id = ForeignKey(Agent, null=True)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = ForeignKey(Agent, null=True)
    decision = Text(default="")
    import_id = BigInt(null=True, default=None)
    displaced_by = BigInt(null=True, default=None)
    displaced_status = Text(null=True, default=None)


class ReadingPhoto(Table, tablename="reading_photos"):
    """A picture of the meter, a JPEG of our own making; one to a reading."""

    id = BigSerial(primary_key=True)
    reading_id = ForeignKey(Reading)
    account_id = ForeignKey(Account)
    content = Bytea()
    added_at = Timestamptz(default=None)


class CarriedReading(Table, tablename="carried_readings"):
    """A reading that was carried in a phone until there was a signal; `key` is the phone's, once in an account.

    `taken_at`: the instant by which it counts, null where it counts by the time it came. `claimed_at`: when the phone
    said that it was taken, null of one from before that was kept.
    """

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    key = Text()
    reading_id = ForeignKey(Reading)
    taken_at = Timestamptz(null=True, default=None)
    claimed_at = Timestamptz(null=True, default=None)


class AwayDeclaration(Table, tablename="away_declarations"):
    """Nobody lives there until `until_on`; of one account at most one without `ended_at`."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account)
    user_id = ForeignKey(User, null=True)
    until_on = Date(default=None)
    declared_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
