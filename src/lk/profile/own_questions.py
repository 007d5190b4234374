"""Own data: the questions that a user asked support, every message of them but staff's notes, and their files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lk import db
from lk.language import _
from lk.profile.rules import QUESTION_FILE_BYTES
from lk.profile.sheets import Sheet, sheet

CHUNK = 2
_ENDINGS = {"jpeg": "jpg", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    """`files`: content by name in the archive. `left_out`: so many older ones found no room."""

    files: dict[str, bytes]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Question:
    question: str
    title: str
    status: str
    asked_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Message:
    """`said_by` me, or the employee's code."""

    question: str
    said_by: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class _Size:
    id: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _File:
    id: int
    question: str
    kind: str
    content: bytes


async def question_sheets(user_id: int) -> list[Sheet[Any]]:
    asked = await sheet(
        "questions",
        _Question,
        "SELECT public_id AS question, title, status, created_at AS asked_at, closed_at FROM questions "
        "WHERE user_id = {} ORDER BY id",
        user_id,
    )
    return [
        # A subject of the list as its page says it; what was typed is no message and stays.
        replace(asked, rows=[replace(each, title=_(each.title)) for each in asked.rows]),
        await sheet(
            "question_messages",
            _Message,
            "SELECT q.public_id AS question, coalesce(g.code, 'me') AS said_by, m.text, m.sent_at "
            "FROM questions q JOIN question_messages m ON m.question_id = q.id AND m.author <> 'note' "
            "LEFT JOIN agents g ON g.id = m.agent_id WHERE q.user_id = {} ORDER BY m.id",
            user_id,
        ),
    ]


async def own_question_files(user_id: int) -> QuestionFiles:
    """The newest ones, as far as there is room."""
    taken, oldest, left_out = 0, 0, 0
    for each in (await sheet("files", _Size, f"SELECT f.id, f.size AS bytes {_OWN} ORDER BY f.id DESC", user_id)).rows:
        taken += each.bytes
        if taken > QUESTION_FILE_BYTES:
            oldest, left_out = max(oldest, each.id + 1), left_out + 1
    found = {_name(each): each.content async for each in _files(user_id, oldest)}
    return QuestionFiles(found, left_out)


_OWN = (
    "FROM questions q JOIN question_files f ON f.question_id = q.id "
    "JOIN question_messages m ON m.id = f.message_id AND m.author <> 'note' WHERE q.user_id = {}"
)


async def _files(user_id: int, oldest: int) -> AsyncIterator[_File]:
    sql = f"SELECT f.id, q.public_id AS question, f.kind, f.content {_OWN} AND f.id >= {{}} ORDER BY f.id"
    async for chunk in db.stream(_File, sql, user_id, oldest, size=CHUNK):
        for each in chunk:
            yield each


def _name(each: _File) -> str:
    return f"questions/{each.question}-{each.id}.{_ENDINGS[each.kind]}"
