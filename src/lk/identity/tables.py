"""Users, agents, sessions, and the attempts that limits are counted from."""

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, Text, Timestamptz
from piccolo.table import Table


class User(Table, tablename="users"):
    """Who signs in. `login` and `password_hash` are empty until the resident has chosen their own."""

    id = BigSerial(primary_key=True)
    login = Text(null=True, default=None)
    login_key = Text(null=True, default=None)
    email = Text(null=True, default=None)
    password_hash = Text(null=True, default=None)
    created_at = Timestamptz(default=None)


class Agent(Table, tablename="agents"):
    """A user who works for the company. `code` is how residents see them: «сотрудник А-17»."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    code = Text()
    role = Text()
    totp_secret = Text(null=True, default=None)
    totp_last_step = BigInt(default=0)
    is_disabled = Boolean(default=False)
    enrolment_hash = Text(null=True, default=None)
    enrolment_ends_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="sessions"):
    """One signed-in browser; only the hash of its token is stored."""

    id = BigSerial(primary_key=True)
    token_hash = Text()
    user_id = ForeignKey(User)
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    second_factor_at = Timestamptz(null=True, default=None)
    device = Text(default="")
    address = Text(default="")


class Attempt(Table, tablename="attempts"):
    """One try at something limited: `kind` says what, `subject` whose, `address` whence."""

    id = BigSerial(primary_key=True)
    kind = Text()
    subject = Text()
    address = Text()
    at = Timestamptz(default=None)
