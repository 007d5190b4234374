"""The outbox of letters, and which of them a user wants."""

from piccolo.columns import BigInt, BigSerial, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class Message(Table, tablename="messages"):
    """A letter to send: `kind` names its template, `params` (JSON) fill it; no secret is stored in it.

    `status` queued|sending|sent|dead. `key` makes it once and is its Message-ID.
    """

    id = BigSerial(primary_key=True)
    key = Text()
    kind = Text()
    account_id = BigInt(null=True, default=None)
    user_id = BigInt(null=True, default=None)
    to_address = Text()
    params = Text(default="{}")
    status = Text(default="queued")
    attempts = Integer(default=0)
    created_at = Timestamptz(default=None)
    next_at = Timestamptz(default=None)
    sent_at = Timestamptz(null=True, default=None)
    last_error = Text(default="")


class LetterPreference(Table, tablename="letter_preferences"):
    """Whether a user wants letters of this kind; no row: as the kind is by default."""

    id = BigSerial(primary_key=True)
    user_id = BigInt()
    kind = Text()
    is_wanted = Boolean()
