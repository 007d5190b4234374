"""Own data that hang on the user alone: who signs in, whence, and what was agreed and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lk.money import Kopecks
from lk.period import Period
from lk.profile.sheets import Sheet, sheet


@dataclass(frozen=True, slots=True)
class _Profile:
    login: str | None
    email: str | None
    language: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Access:
    """The number is the user's own to know where the account is, or was, in their own name."""

    account_number: str | None
    role: str
    own_name: str
    is_provisional: bool
    since: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Session:
    created_at: datetime
    used_at: datetime
    ends_at: datetime
    way: str
    device: str
    address: str


@dataclass(frozen=True, slots=True)
class _Passkey:
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Autopay:
    """What was agreed: a limit in mode bill, the sum itself in mode fixed."""

    account_number: str
    mode: str
    limit_or_sum: Kopecks
    day: int
    card: str
    begun_at: datetime
    changed_at: datetime
    suspended_at: datetime | None
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Card:
    """All that is known of a linked card; `expires` is its last month."""

    brand: str
    last_four: str
    expires: Period | None
    linked_at: datetime
    unlinked_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Consent:
    kind: str
    text_version: str
    given_at: datetime
    given_from: str
    withdrawn_at: datetime | None
    withdrawn_from: str | None


@dataclass(frozen=True, slots=True)
class _Letter:
    kind: str
    to_address: str
    status: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Preference:
    kind: str
    is_wanted: bool


async def person_sheets(user_id: int) -> list[Sheet[Any]]:
    return [
        await sheet("profile", _Profile, "SELECT login, email, language, created_at FROM users WHERE id = {}", user_id),
        await sheet(
            "accesses",
            _Access,
            "SELECT CASE WHEN x.role = 'holder' THEN a.number END AS account_number, x.role, x.name AS own_name, "
            "x.is_provisional, x.created_at AS since, x.confirmed_at, x.ended_at "
            "FROM accesses x JOIN accounts a ON a.id = x.account_id WHERE x.user_id = {} ORDER BY x.id",
            user_id,
        ),
        await sheet(
            "sessions",
            _Session,
            "SELECT created_at, used_at, ends_at, way, device, address FROM sessions WHERE user_id = {} ORDER BY id",
            user_id,
        ),
        await sheet(
            "passkeys",
            _Passkey,
            "SELECT name, created_at, used_at FROM passkeys WHERE user_id = {} ORDER BY id",
            user_id,
        ),
        await sheet(
            "cards",
            _Card,
            "SELECT brand, last_four, expires, linked_at, unlinked_at FROM cards "
            "WHERE user_id = {} AND linked_at IS NOT NULL ORDER BY id",
            user_id,
        ),
        await sheet(
            "autopay",
            _Autopay,
            "SELECT a.number AS account_number, ap.mode, ap.sum_kopecks AS limit_or_sum, ap.day, c.last_four AS card, "
            "ap.begun_at, ap.changed_at, ap.suspended_at, ap.ended_at, ap.reason FROM autopays ap "
            "JOIN accounts a ON a.id = ap.account_id JOIN cards c ON c.id = ap.card_id "
            "WHERE ap.user_id = {} ORDER BY ap.id",
            user_id,
        ),
        await sheet(
            "consents",
            _Consent,
            "SELECT kind, text_version, given_at, given_from, withdrawn_at, withdrawn_from FROM consents "
            "WHERE user_id = {} ORDER BY id",
            user_id,
        ),
        await sheet(
            "letters",
            _Letter,
            "SELECT kind, to_address, status, created_at, sent_at FROM messages WHERE user_id = {} ORDER BY id",
            user_id,
        ),
        await sheet(
            "letter_preferences",
            _Preference,
            "SELECT kind, is_wanted FROM letter_preferences WHERE user_id = {} ORDER BY kind",
            user_id,
        ),
    ]
