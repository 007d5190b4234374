"""The registration behind a cookie or a link, and the account behind the two numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from lk import clock, db
from lk.onboarding.rules import TIME_TO_FINISH, Facts, Progress, Step, next_step
from lk.tokens import token_hash


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration with what its pages and letters need of the account."""

    id: int
    browser_hash: str
    account_id: int
    account_public_id: str
    account_number: str
    account_email: str | None
    meter_key: str
    is_taken: bool
    email: str | None
    letters: int
    is_to_record: bool
    letter_sent_at: datetime | None
    link_ends_at: datetime | None
    link_used_at: datetime | None
    user_id: int | None
    started_at: datetime
    finished_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        return self.link_ends_at or self.started_at + TIME_TO_FINISH

    @property
    def progress(self) -> Progress:
        return Progress(
            ends_at=self.ends_at,
            has_letter=self.letter_sent_at is not None,
            is_link_used=self.link_used_at is not None,
            is_finished=self.finished_at is not None,
            is_opened=self.finished_at is not None and self.user_id is not None,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a browser is on its way."""

    step: Step
    registration: RegistrationView | None


@dataclass(frozen=True, slots=True)
class NumberedAccount:
    """An open account and one of its live meters; `holder_*` are set when it has a cabinet already."""

    account_id: int
    serial_key: str
    holder_id: int | None
    holder_email: str | None


_REGISTRATION = """
    SELECT r.id, r.browser_hash, r.account_id, a.public_id AS account_public_id, a.number AS account_number,
           a.email AS account_email, r.meter_key, r.is_taken, r.email, r.letters, r.is_to_record,
           r.letter_sent_at, r.link_ends_at, r.link_used_at, r.user_id, r.started_at, r.finished_at
    FROM registrations r
    JOIN accounts a ON a.id = r.account_id
"""

_NUMBERED_ACCOUNTS = """
    SELECT a.id AS account_id, m.serial_key, u.id AS holder_id, u.email AS holder_email
    FROM accounts a
    JOIN meters m ON m.account_id = a.id AND m.removed_on IS NULL
    LEFT JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL
    LEFT JOIN users u ON u.id = x.user_id
    WHERE a.number = {} AND (a.closed_on IS NULL OR a.closed_on > {})
"""


async def place_of(browser: str | None, link: str | None = None) -> Place:
    """By the wizard's cookie and, where the letter's link was opened, by its token."""
    registration = await _registration(browser, link)
    is_own = registration is not None and browser is not None and registration.browser_hash == token_hash(browser)
    facts = Facts(
        now=clock.now(),
        progress=registration.progress if registration else None,
        has_link=link is not None,
        has_cookie=browser is not None,
        is_own_browser=is_own,
    )
    return Place(next_step(facts), registration)


async def account_by_numbers(account_number: str, meter_key: str) -> NumberedAccount | None:
    """The same one query and comparison, whichever of the two numbers is wrong."""
    found = await db.read_as(NumberedAccount, _NUMBERED_ACCOUNTS, account_number, clock.today())
    return next((row for row in found if is_same_secret(row.serial_key, meter_key)), None)


async def has_holder(account_id: int) -> bool:
    sql = "SELECT id FROM accesses WHERE account_id = {} AND role = 'holder' AND ended_at IS NULL"
    return bool(await db.read(sql, account_id))


def is_same_secret(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


async def _registration(browser: str | None, link: str | None) -> RegistrationView | None:
    if link is not None:
        return await db.read_one_as(RegistrationView, _REGISTRATION + "WHERE r.link_hash = {}", token_hash(link))
    if browser is not None:
        return await db.read_one_as(RegistrationView, _REGISTRATION + "WHERE r.browser_hash = {}", token_hash(browser))
    return None
