"""Consents, and copies of own data."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import User


class Consent(Table, tablename="consents"):
    """One consent given, to which text, when and whence; withdrawn by its second half."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    kind = Text()
    text_version = Text()
    given_at = Timestamptz(default=None)
    given_from = Text()
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_from = Text(null=True, default=None)


class DataExport(Table, tablename="data_exports"):
    """A copy of all own data: asked for, then made (`content`, a zip file in base64), then gone at `ends_at`."""

    id = BigSerial(primary_key=True)
    public_id = Text()
    user_id = ForeignKey(User)
    asked_at = Timestamptz(default=None)
    ready_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    content = Text(null=True, default=None)
