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
    language = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    closed_at = Timestamptz(null=True, default=None)


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
    """One signed-in browser; only the hash of its token is stored.

    `confirmed_at`: when the password, or a passkey, was last shown in it. `way` it began: password|passkey.
    """

    id = BigSerial(primary_key=True)
    token_hash = Text()
    user_id = ForeignKey(User)
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    second_factor_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    way = Text(default="password")
    device = Text(default="")
    address = Text(default="")


class Attempt(Table, tablename="attempts"):
    """One try at something limited: `kind` says what, `subject` whose, `address` whence."""

    id = BigSerial(primary_key=True)
    kind = Text()
    subject = Text()
    address = Text()
    at = Timestamptz(default=None)


class Passkey(Table, tablename="passkeys"):
    """A WebAuthn credential: `credential_id` and the COSE `public_key` in base64url."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    credential_id = Text()
    public_key = Text()
    sign_count = BigInt(default=0)
    transports = Text(default="")
    name = Text(default="")
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class PasskeyChallenge(Table, tablename="passkey_challenges"):
    """What a browser was asked to sign; used once. `purpose` sign_in|add|confirm."""

    id = BigSerial(primary_key=True)
    challenge_hash = Text()
    purpose = Text()
    user_id = ForeignKey(User, null=True)
    ends_at = Timestamptz(default=None)


class RecoveryCode(Table, tablename="recovery_codes"):
    """Instead of an agent's second factor, once."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    code_hash = Text()
    used_at = Timestamptz(null=True, default=None)


class KnownDevice(Table, tablename="known_devices"):
    """A browser from which this user signed in before: strangers' failures do not close the door to it."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    token_hash = Text()
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None)


class Breaker(Table, tablename="breakers"):
    """Too many failures of this `kind` from everywhere at once: closed to strangers until `ends_at`."""

    id = BigSerial(primary_key=True)
    kind = Text()
    tripped_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)


class PasswordReset(Table, tablename="password_resets"):
    """A letter's link to a new password; `token_hash` is emptied by its use."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    token_hash = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class EmailChange(Table, tablename="email_changes"):
    """A new e-mail, confirmed at both addresses; `finished_at` without `is_done`: called off or out of time."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(User)
    old_email = Text()
    new_email = Text()
    old_token_hash = Text(null=True, default=None)
    new_token_hash = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    old_confirmed_at = Timestamptz(null=True, default=None)
    new_confirmed_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    is_done = Boolean(default=False)
