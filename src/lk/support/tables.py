"""A look: an agent sees one account's cabinet for a while, for a reason."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent, Session


class Impersonation(Table, tablename="impersonations"):
    """Read-only, at most 30 minutes, bound to the agent's session."""

    id = BigSerial(primary_key=True)
    agent_id = ForeignKey(Agent)
    account_id = ForeignKey(Account)
    session_id = ForeignKey(Session)
    reason = Text()
    started_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
