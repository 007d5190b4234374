"""In which language users are written to, which letters they do without, and what became of the last ones."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.config import settings
from lk.language import Language, folded_language


@dataclass(frozen=True, slots=True)
class LetterFate:
    """A letter at the desk. `last_error`: how the mail server answered, `smtp_550`."""

    id: int
    kind: str
    to_address: str
    status: str
    attempts: int
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    last_error: str
    params: str


@dataclass(frozen=True, slots=True)
class _Spoken:
    id: int
    language: str | None


async def languages_of(user_ids: Collection[int]) -> Mapping[int, Language]:
    """As each of them chose; who chose none has the company's."""
    if not user_ids:
        return {}
    marks = ", ".join(["{}"] * len(user_ids))
    found = await db.read_as(_Spoken, f"SELECT id, language FROM users WHERE id IN ({marks})", *user_ids)  # noqa: S608
    return {each.id: folded_language(each.language) or company_language() for each in found}


async def language_of(user_id: int | None) -> Language:
    found = await languages_of([user_id]) if user_id is not None else {}
    return found.get(user_id or 0, company_language())


async def language_of_letter(key: str) -> Language | None:
    """None for a letter that has none of its own, and for none."""
    rows = await db.read("SELECT params FROM messages WHERE key = {}", key)
    return folded_language(json.loads(rows[0]["params"]).get("language")) if rows else None


def company_language() -> Language:
    return settings().language


async def unwanted_kinds(user_ids: Collection[int]) -> set[tuple[int, str]]:
    """(user id, kind) of the letters that these users do without; at most as many users as a chunk of accounts has."""
    marks = ", ".join(["{}"] * len(user_ids))
    rows = await db.read(
        f"SELECT user_id, kind FROM letter_preferences WHERE user_id IN ({marks}) AND NOT is_wanted",  # noqa: S608
        *user_ids,
    )
    return {(row["user_id"], row["kind"]) for row in rows}


async def last_letters(account_id: int, limit: int = 10) -> list[LetterFate]:
    """Those about an account, and those about the way in of whoever reaches it; the newest first."""
    return await db.read_as(
        LetterFate,
        "SELECT id, kind, to_address, status, attempts, created_at, next_at, sent_at, last_error, params FROM messages "
        "WHERE to_address <> '' AND id IN (SELECT id FROM messages WHERE account_id = {} UNION "
        "SELECT m.id FROM accesses x JOIN messages m ON m.user_id = x.user_id AND m.account_id IS NULL "
        "WHERE x.account_id = {} AND x.ended_at IS NULL) ORDER BY id DESC LIMIT {}",
        account_id,
        account_id,
        limit,
    )
