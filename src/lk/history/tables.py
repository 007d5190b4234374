"""Events: what happened on an account and who did it."""

from piccolo.columns import BigInt, BigSerial, Text, Timestamptz
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
