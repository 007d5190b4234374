"""One box at the desk: whatever the caller says – a number, a name, an address, an e-mail, the code of their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from lk import clock, db
from lk.accounts.finding import (
    FoundAccount,
    accounts_with,
    find_by_number_range,
    find_by_numbers,
    find_by_words,
)
from lk.accounts.words import LONGEST, parse_wanted, slips_of
from lk.page_codes import fold_page_code, pages_of
from lk.payments.number_slips import slips_of as number_slips_of
from lk.text import fold_account_number, fold_serial_number, is_account_number

SHORTEST_NUMBER = 4
LONGEST_NUMBER = 20
SHOWN = 20
SEEN_WITHIN = timedelta(hours=3)
"""A page's code counts while somebody who reaches the account was here lately; sessions are dated to half an hour."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found. `is_near`: only something like it. `page`: that the caller sees, below the account."""

    accounts: tuple[FoundAccount, ...] = ()
    is_near: bool = False
    page: str | None = None

    @property
    def only(self) -> FoundAccount | None:
        """The one account that was meant, beyond doubt."""
        return self.accounts[0] if len(self.accounts) == 1 and not self.is_near else None

    @property
    def shown(self) -> tuple[FoundAccount, ...]:
        return self.accounts[:SHOWN]

    @property
    def has_more(self) -> bool:
        return len(self.accounts) > SHOWN


async def search(typed: str) -> Search:
    text = typed.replace("№", " ").strip()[:LONGEST]
    if "@" in text:
        return await _by_email(text)
    found = await _by_page_code(text) or await _by_number(text)
    if found.accounts:
        return found
    named = await find_by_words(parse_wanted(text))
    if named.accounts:
        return Search(named.accounts, named.is_near)
    return await _by_number_with_slip(text)


async def _by_page_code(text: str) -> Search | None:
    """None for what is no code, or one of a page that nobody can have before them now."""
    code = fold_page_code(text)
    pages = dict(pages_of(code)) if code else {}
    if not pages:
        return None
    rows = await db.read(
        "SELECT DISTINCT x.account_id FROM accesses x JOIN sessions s ON s.user_id = x.user_id "  # noqa: S608
        f"WHERE x.account_id IN ({db.placeholders(pages)}) AND x.ended_at IS NULL "
        "AND s.ends_at > {} AND s.used_at > {}",
        *pages,
        clock.now(),
        clock.now() - SEEN_WITHIN,
    )
    found = await accounts_with([row["account_id"] for row in rows])
    if not found:
        return None
    return Search(found, page=pages[found[0].id] if len(found) == 1 else None)


async def _by_number(text: str) -> Search:
    """An account's number or its beginning, a meter's number."""
    number, serial = fold_account_number(text), fold_serial_number(text)
    if is_account_number(number):
        found = await find_by_numbers([number])
        return Search(found or await _with_meters([serial]))
    if not _is_numeric(serial):
        return Search()
    metered = await _with_meters([serial])
    if metered or not (number.isdecimal() and SHORTEST_NUMBER <= len(number) < 10):
        return Search(metered)
    begun = await find_by_number_range(number.ljust(10, "0"), number.ljust(10, "9"))
    return Search(begun, is_near=True)


async def _by_number_with_slip(text: str) -> Search:
    """One digit wrong, or two in the other order."""
    number, serial = fold_account_number(text), fold_serial_number(text)
    if is_account_number(number):
        return Search(await find_by_numbers(sorted(number_slips_of(number))), is_near=True)
    if not _is_numeric(serial):
        return Search()
    keys = {fold_serial_number(each) for each in slips_of(serial.lower()) if each.isalnum()} - {""}
    present = await _present(sorted(keys), "SELECT 1 FROM meters WHERE serial_key = value")
    return Search(await _with_meters(present), is_near=True)


def _is_numeric(serial: str) -> bool:
    return (
        SHORTEST_NUMBER <= len(serial) <= LONGEST_NUMBER
        and serial.isascii()
        and serial.isalnum()
        and any(map(str.isdigit, serial))
    )


async def _present(values: Sequence[str], question: str) -> list[str]:
    """Those of many values that `question` has a row for, each asked by the index.

    As one list of so many PostgreSQL would rather read the whole table.
    """
    rows = await db.read(
        f"WITH asked (value) AS (VALUES {', '.join(['({})'] * len(values))}) "  # noqa: S608
        f"SELECT value FROM asked WHERE ({question} LIMIT 1) IS NOT NULL",
        *values,
    )
    return [row["value"] for row in rows]


async def _with_meters(serial_keys: Sequence[str]) -> tuple[FoundAccount, ...]:
    if not serial_keys:
        return ()
    rows = await db.read(
        f"SELECT DISTINCT account_id FROM meters WHERE serial_key IN ({db.placeholders(serial_keys)}) LIMIT 100",  # noqa: S608
        *serial_keys,
    )
    return await accounts_with([row["account_id"] for row in rows])


async def _by_email(text: str) -> Search:
    """Of whoever reaches an account, and the one on record; with a slip where there is none quite so."""
    email = "".join(text.split()).casefold()
    found = Search(await _with_emails([email]))
    if found.accounts:
        return found
    slips = sorted(slips_of(email))
    present = await _present(slips, _EMAIL_OF_USER) + await _present(slips, _EMAIL_ON_RECORD)
    return Search(await _with_emails(present), is_near=True)


_EMAIL_OF_USER = "SELECT 1 FROM users WHERE lower(email) = value"
_EMAIL_ON_RECORD = "SELECT 1 FROM accounts WHERE email IS NOT NULL AND lower(email) = value"


async def _with_emails(emails: Sequence[str]) -> tuple[FoundAccount, ...]:
    if not emails:
        return ()
    marks = db.placeholders(emails)
    rows = await db.read(
        "SELECT x.account_id FROM users u JOIN accesses x ON x.user_id = u.id AND x.ended_at IS NULL "  # noqa: S608
        f"WHERE lower(u.email) IN ({marks}) UNION "
        f"SELECT a.id FROM accounts a WHERE a.email IS NOT NULL AND lower(a.email) IN ({marks}) LIMIT 100",
        *emails,
        *emails,
    )
    return await accounts_with([row["account_id"] for row in rows])
