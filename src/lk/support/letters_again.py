"""A letter goes out once more at the resident's word: to whom it belongs now, without a secret, or with a new link."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.identity.resetting import ask_reset_for
from lk.identity.rules import Limit
from lk.notifications.actions import Link, queue
from lk.notifications.rules import REMINDING
from lk.outcome import refuse

PAUSE = timedelta(minutes=5)
"""Pressed twice, it goes out once more."""
AGAIN_PER_ACCOUNT = Limit(10, timedelta(days=1))
WITH_NEW_LINK = ("password_reset",)
OF_THEIR_DAY = (*REMINDING, "autopay_notice")
"""A day later they say what is no longer so."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A letter of the account, and whoever it would go to now; `email` None: nobody."""

    id: int
    kind: str
    key: str
    account_id: int | None
    user_id: int | None
    to_address: str
    params: str
    created_at: datetime
    seen_from: datetime | None
    reader_id: int | None
    email: str | None


def may_go_again(kind: str, params: str) -> bool:
    """Whether such a letter says the same a day later, and opens nothing by itself."""
    if kind in WITH_NEW_LINK:
        return True
    return kind not in OF_THEIR_DAY and not _has_token(params)


def _has_token(params: str) -> bool:
    link = json.loads(params).get("link")
    return bool(link and link["token_of"])


async def send_again(account_id: int, letter_id: int, actor: Actor) -> None:
    """Raises Refused: `no_letter`, `letter_has_secret`, `letter_not_theirs`, `letter_just_now`, `letter_unwanted`,
    `too_many_letters`.
    """
    async with db.write(f"account {account_id}"):
        sent = await _letter(account_id, letter_id)
        if sent is None:
            raise refuse("no_letter", "letter")
        if not may_go_again(sent.kind, sent.params):
            raise refuse("letter_has_secret", "letter")
        if sent.email is None or (sent.seen_from is not None and sent.created_at < sent.seen_from):
            raise refuse("letter_not_theirs", "letter")
        if await _is_just_now(sent):
            raise refuse("letter_just_now", "letter")
        if await limits.is_over(AGAIN_PER_ACCOUNT, "letter_again", subject=str(account_id)):
            raise refuse("too_many_letters", "letter")
        await limits.note("letter_again", subject=str(account_id), address=actor.address)
        if sent.kind not in WITH_NEW_LINK:
            await _queue_again(sent, sent.email)
            await record("letter_again", account_id=account_id, actor=actor, letter=sent.kind)
    if sent.kind in WITH_NEW_LINK:
        await ask_reset_for(sent.reader_id, actor)


async def _letter(account_id: int, letter_id: int) -> _Sent | None:
    """Of the account, or of the way in of whoever reaches it: theirs while they do, at their address of now."""
    return await db.read_one_as(
        _Sent,
        "SELECT m.id, m.kind, m.key, m.account_id, m.user_id, m.to_address, m.params, m.created_at, a.seen_from, "
        "u.id AS reader_id, u.email FROM messages m JOIN accounts a ON a.id = {} "
        "LEFT JOIN accesses x ON x.account_id = a.id AND x.ended_at IS NULL AND x.user_id = coalesce(m.user_id, "
        "(SELECT h.user_id FROM accesses h JOIN users o ON o.id = h.user_id WHERE h.account_id = a.id "
        "AND h.ended_at IS NULL AND o.email = m.to_address LIMIT 1)) "
        "LEFT JOIN users u ON u.id = x.user_id "
        "WHERE m.id = {} AND m.to_address <> '' "
        "AND (m.account_id = a.id OR (m.account_id IS NULL AND u.id IS NOT NULL))",
        account_id,
        letter_id,
    )


async def _is_just_now(sent: _Sent) -> bool:
    """It waits still, or one like it went out a moment ago."""
    rows = await db.read(
        "SELECT id FROM messages WHERE (id = {} AND status IN ('queued', 'sending')) "
        "OR (to_address = {} AND kind = {} AND created_at > {}) LIMIT 1",
        sent.id,
        sent.email,
        sent.kind,
        clock.now() - PAUSE,
    )
    return bool(rows)


async def _queue_again(sent: _Sent, email: str) -> None:
    params = json.loads(sent.params)
    link = params.pop("link", None)
    is_wanted = await queue(
        sent.kind,
        email,
        key=f"again:{sent.id}:{clock.now().isoformat()}",
        account_id=sent.account_id,
        user_id=sent.user_id,
        link=Link(link["path"]) if link else None,
        **params,
    )
    if not is_wanted:
        raise refuse("letter_unwanted", "letter")
