"""Queue a letter in the transaction of what it tells; send what is due."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from lk import clock, db
from lk.notifications.letters import render
from lk.notifications.queries import language_of, unwanted_kinds
from lk.notifications.rules import MORNING, REMINDING, is_optional, is_quiet
from lk.notifications.tables import Message
from lk.notifications.transports import LetterRefused, Mailer, ServerTrouble

log = structlog.get_logger()

CLAIM = timedelta(minutes=5)
"""Longer than any one letter takes: after it the sender is taken for dead, and another process sends the letter."""

SLEEPERS = 1000
"""Reminders put off until the morning in one transaction."""

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
GIVEN_UP_AFTER = timedelta(days=3)

OLDEST_DUE = (
    "SELECT * FROM messages WHERE status IN ('queued', 'sending') AND next_at <= {} ORDER BY next_at, id LIMIT 1"
)
"""The statuses are written out: as values of the statement they would hide the index of waiting letters from it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a letter. Its token is made again when the letter is written: the outbox keeps no secret."""

    path: str
    token_of: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter to queue. `key` makes it once; `params` fill the template of its `kind`."""

    kind: str
    to_address: str
    key: str
    account_id: int | None = None
    user_id: int | None = None
    link: Link | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def stored_params(self) -> str:
        link = {"link": {"path": self.link.path, "token_of": list(self.link.token_of)}} if self.link else {}
        return json.dumps({**self.params, **link}, ensure_ascii=False)


async def queue(
    kind: str,
    to_address: str,
    *,
    key: str,
    account_id: int | None = None,
    user_id: int | None = None,
    link: Link | None = None,
    **params: object,
) -> bool:
    """One letter per `key`; False when it was queued before, or its reader does without such letters."""
    letter, now = Outgoing(kind, to_address, key, account_id, user_id, link, params), clock.now()
    if not await _wanted([letter]):
        return False
    return await db.execute(_INSERT, *_row(letter, now)) == 1


async def queue_many(letters: Collection[Outgoing]) -> int:
    """Each of them once, whoever queued it; how many their readers want. Inside `write()`."""
    now, wanted = clock.now(), await _wanted(letters)
    await db.write_many(_INSERT, [_row(each, now) for each in wanted])
    return len(wanted)


_INSERT = """
    INSERT INTO messages (key, kind, account_id, user_id, to_address, params, status, attempts, created_at, next_at,
                          last_error)
    VALUES ({}, {}, {}, {}, {}, {}, 'queued', 0, {}, {}, '') ON CONFLICT (key) DO NOTHING
"""


def _row(letter: Outgoing, now: datetime) -> tuple[object, ...]:
    return (
        letter.key,
        letter.kind,
        letter.account_id,
        letter.user_id,
        letter.to_address,
        letter.stored_params,
        now,
        now,
    )


async def _wanted(letters: Collection[Outgoing]) -> Collection[Outgoing]:
    """Without those that their readers chose to do without."""
    asked = {each.user_id for each in letters if is_optional(each.kind) and each.user_id is not None}
    if not asked:
        return letters
    unwanted = await unwanted_kinds(asked)
    return [each for each in letters if not is_optional(each.kind) or (each.user_id, each.kind) not in unwanted]


async def send_due(stop: asyncio.Event | None = None) -> int:
    """Sends the letters that are due, oldest first, until none is left, `stop` is set or the server is in trouble.

    Returns how many went out.
    """
    sent = 0
    async with Mailer() as mailer:
        while not (stop and stop.is_set()):
            message = await _claim()
            if message is None:
                break
            try:
                sent += await _send(mailer, message)
            except ServerTrouble as trouble:
                # The others would fare no better now.
                await _put_off(message, trouble.code)
                break
    return sent


async def _claim() -> Message | None:
    """The oldest letter that is due, for this process alone."""
    while True:
        now = clock.now()
        rows = await db.read(OLDEST_DUE, now)
        message = Message(**rows[0]) if rows else None
        if message is not None and message.kind in REMINDING and is_quiet(clock.local(now).hour):
            await _let_sleep(now)
        elif message is None or await _is_won(message, now):
            return message


async def _let_sleep(now: datetime) -> None:
    """Reminders that are due wait for the morning; so many at a time that others may write between."""
    day = clock.local(now).date() + timedelta(days=clock.local(now).hour >= MORNING)
    kinds = ", ".join(["{}"] * len(REMINDING))
    async with db.write():
        await db.execute(
            "UPDATE messages SET next_at = {} WHERE id IN (SELECT id FROM messages "  # noqa: S608
            f"WHERE status IN ('queued', 'sending') AND next_at <= {{}} AND kind IN ({kinds}) LIMIT {SLEEPERS})",
            clock.start_of_day(day, MORNING),
            now,
            *REMINDING,
        )


async def _is_won(message: Message, now: datetime) -> bool:
    async with db.write():
        changed = await db.execute(
            "UPDATE messages SET status = 'sending', attempts = attempts + 1, next_at = {} "
            "WHERE id = {} AND status IN ('queued', 'sending') AND next_at <= {}",
            now + CLAIM,
            message.id,
            now,
        )
    return changed == 1


async def _send(mailer: Mailer, message: Message) -> bool:
    """Whether it went out. Raises ServerTrouble, and whatever the database does: that is not the letter's fault."""
    if _is_pointless(message):
        await _bury(message, "too_late")
        return False
    language = await language_of(message.user_id)
    try:
        letter = render(message, language)
    except Exception:
        log.exception("letter_unwritable", message_id=message.id, kind=message.kind)
        await _bury(message, "unwritable")
        return False
    try:
        await mailer.send(message.to_address, message.key, letter)
    except LetterRefused as refusal:
        is_hopeless = refusal.is_final or clock.now() - message.created_at > GIVEN_UP_AFTER
        await (_bury if is_hopeless else _put_off)(message, refusal.code)
        return False
    await _become(message, "sent", "sent_at", clock.now(), "")
    return True


def _is_pointless(message: Message) -> bool:
    """A reminder that could not go out before its day was over."""
    until = json.loads(message.params).get("until") if message.kind in REMINDING else None
    return until is not None and date.fromisoformat(until) < clock.today()


async def _put_off(message: Message, error: str) -> None:
    """Tried again, with growing pauses."""
    log.warning("letter_put_off", message_id=message.id, kind=message.kind, error=error)
    pause = PAUSES[min(message.attempts, len(PAUSES) - 1)]
    await _become(message, "queued", "next_at", clock.now() + pause, error)


async def _bury(message: Message, error: str) -> None:
    log.warning("letter_dead", message_id=message.id, kind=message.kind, error=error)
    await _become(message, "dead", "next_at", clock.now(), error)


async def _become(message: Message, status: str, column: str, at: datetime, error: str) -> None:
    async with db.write():
        await db.execute(
            f"UPDATE messages SET status = {{}}, {column} = {{}}, last_error = {{}} WHERE id = {{}}",  # noqa: S608
            status,
            at,
            error,
            message.id,
        )
