"""A look: an agent sees one account's cabinet for a while, for a reason; the resident's code for it."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent, Session, User


class Impersonation(Table, tablename="impersonations"):
    """At most 30 minutes, bound to the agent's session; read-only before `allowed_at`, the resident's code."""

    id = BigSerial(primary_key=True)
    agent_id = ForeignKey(Agent)
    account_id = ForeignKey(Account)
    session_id = ForeignKey(Session)
    reason = Text()
    started_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    allowed_at = Timestamptz(null=True, default=None)


class LookCode(Table, tablename="look_codes"):
    """What a resident was shown to read out, for one look, once; its digits are derived and not stored."""

    id = BigSerial(primary_key=True)
    look_id = ForeignKey(Impersonation)
    user_id = ForeignKey(User)
    shown_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
