"""Looks along the chain of seals that somebody asked for."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import Agent


class AuditCheck(Table, tablename="audit_checks"):
    """Claimed while it goes on; `breaches` (JSON) tells the first of the `breached` in words."""

    id = BigSerial(primary_key=True)
    asked_by = ForeignKey(Agent)
    asked_at = Timestamptz(default=None)
    fence = BigInt(default=0)
    claim_ends_at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)
    checked = BigInt(default=0)
    breached = BigInt(default=0)
    breaches = Text(default="[]")
