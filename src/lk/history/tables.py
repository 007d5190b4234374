"""Events: what happened on an account and who did it; the seals over those of staff."""

from piccolo.columns import BigInt, BigSerial, Date, Text, Timestamptz
from piccolo.table import Table


class Event(Table, tablename="events"):
    """Append-only (triggers). `params` (JSON) holds ids, codes and numbers, never a name or an address."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(null=True, default=None)
    user_id = BigInt(null=True, default=None)
    kind = Text()
    at = Timestamptz(default=None)
    actor_kind = Text()
    actor_user_id = BigInt(null=True, default=None)
    actor_agent_id = BigInt(null=True, default=None)
    impersonation_id = BigInt(null=True, default=None)
    params = Text(default="{}")


class StaffSeal(Table, tablename="staff_seals"):
    """A night's seal over what staff did; append-only (triggers). `lk.history.rules.Seal` says of what."""

    id = BigSerial(primary_key=True)
    day = Date(default=None)
    last_event_id = BigInt()
    events = BigInt()
    events_hash = Text()
    hash = Text()
    sealed_at = Timestamptz(default=None)
