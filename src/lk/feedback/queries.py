"""Questions as their asker sees them, and as the desk does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.feedback.rules import Status


@dataclass(frozen=True, slots=True)
class Question:
    """`email` is empty for a user's. `account_*` are of the account it is about, if any."""

    id: int
    public_id: str
    user_id: int | None
    account_id: int | None
    email: str
    title: str
    status: Status
    agent_id: int | None
    agent_code: str | None
    created_at: datetime
    opened_at: datetime | None
    changed_at: datetime
    first_answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the thread; `author` resident|agent|note."""

    id: int
    author: str
    agent_code: str | None
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    id: int
    message_id: int
    kind: str
    size: int


COLUMNS = (
    "q.id, q.public_id, q.user_id, q.account_id, q.email, q.title, q.status, q.agent_id, g.code AS agent_code, "
    "q.created_at, q.opened_at, q.changed_at, q.first_answered_at "
    "FROM questions q LEFT JOIN agents g ON g.id = q.agent_id"
)
OWN_LIST = 100


async def question_with(public_id: str) -> Question | None:
    """Whoever's."""
    return await db.read_one_as(Question, f"SELECT {COLUMNS} WHERE q.public_id = {{}}", public_id)


async def question_of(user_id: int, public_id: str, *, account_id: int | None = None) -> Question | None:
    """The user's own; `account_id`: about this account only, for an agent who looks."""
    found = await question_with(public_id)
    if found is None or found.user_id != user_id or account_id not in (None, found.account_id):
        return None
    return found


async def questions_of(user_id: int, *, account_id: int | None = None) -> list[Question]:
    """The newest first."""
    about, args = ("AND q.account_id = {}", [account_id]) if account_id is not None else ("", [])
    sql = f"SELECT {COLUMNS} WHERE q.user_id = {{}} {about} ORDER BY q.id DESC LIMIT {OWN_LIST}"
    return await db.read_as(Question, sql, user_id, *args)


async def sent_by(form_key: str) -> Question | None:
    """What this form has made already."""
    return await db.read_one_as(Question, f"SELECT {COLUMNS} WHERE q.form_key = {{}}", form_key)


async def thread_of(question_id: int, *, with_notes: bool = False) -> list[Said]:
    """In order."""
    return await db.read_as(
        Said,
        "SELECT m.id, m.author, g.code AS agent_code, m.text, m.sent_at FROM question_messages m "
        "LEFT JOIN agents g ON g.id = m.agent_id WHERE m.question_id = {} AND (m.author <> 'note' OR {}) ORDER BY m.id",
        question_id,
        with_notes,
    )


async def files_of(question_id: int) -> Sequence[FileRow]:
    return await db.read_as(
        FileRow,
        "SELECT id, message_id, kind, size FROM question_files WHERE question_id = {} ORDER BY id",
        question_id,
    )


async def holder_of(account_id: int) -> int | None:
    """The user whose cabinet an agent sees who looks at the account."""
    rows = await db.read(
        "SELECT user_id FROM accesses WHERE account_id = {} AND role = 'holder' AND ended_at IS NULL", account_id
    )
    return rows[0]["user_id"] if rows else None
