"""A registration: one browser's way from the two numbers to its own login and password."""

from piccolo.columns import BigSerial, Boolean, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import User


class Registration(Table, tablename="registrations"):
    """Secrets are hashes only: `browser_hash` of the wizard's cookie, `link_hash` of the letter's link.

    `is_to_record`: the letter went to the e-mail on record, which the page does not name.
    `is_taken`: the account has a holder already; the wizard looks the same, its owner gets the letter instead.
    `finished_at` ends it for good: with `user_id` the cabinet was opened, without one the time was up or another
    registration of the account was faster.
    """

    id = BigSerial(primary_key=True)
    browser_hash = Text()
    account_id = ForeignKey(Account)
    meter_key = Text()
    is_taken = Boolean(default=False)
    email = Text(null=True, default=None)
    letters = Integer(default=0)
    is_to_record = Boolean(default=False)
    letter_sent_at = Timestamptz(null=True, default=None)
    link_hash = Text(null=True, default=None)
    link_ends_at = Timestamptz(null=True, default=None)
    link_used_at = Timestamptz(null=True, default=None)
    user_id = ForeignKey(User, null=True)
    started_at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)
