"""Files beside a message: known by what is in them, pictures made anew, names and kinds of lk's own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lk import clock, db
from lk.feedback.pdf_check import pdf_trouble
from lk.feedback.rules import FILES_PER_ASKER, UPLOADS_PER_ADDRESS
from lk.feedback.tables import QuestionFile
from lk.identity import limits
from lk.identity.rules import source_of
from lk.outcome import Refused, refuse
from lk.readings.pictures import jpeg_of

MOST_FILES = 5
LARGEST_FILE = 10 * 2**20
LARGEST_TOGETHER = 20 * 2**20

MEDIA = {"jpeg": ("image/jpeg", "jpg"), "pdf": ("application/pdf", "pdf")}

_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
"""One at a time is looked through."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Ready to be kept; `kind` jpeg|pdf."""

    kind: str
    content: bytes


async def attachments_of(contents: Sequence[bytes], *, address: str) -> list[Attachment]:
    """What was chosen, in its order; whatever it was called.

    Raises Refused for the field `files`: `too_many_files`, `files_too_big`, `file_too_big`, `file_empty`,
    `file_kind`, `pdf_*`, `photo_*`, `too_many_files_a_day`; `file` is its number from 1.
    """
    if len(contents) > MOST_FILES:
        raise refuse("too_many_files", "files", most=MOST_FILES)
    for number, content in enumerate(contents, 1):
        if len(content) > LARGEST_FILE:
            raise refuse("file_too_big", "files", file=number, megabytes=LARGEST_FILE // 2**20)
    if sum(map(len, contents)) > LARGEST_TOGETHER:
        raise refuse("files_too_big", "files", megabytes=LARGEST_TOGETHER // 2**20)
    if contents:
        await _count(address)
    return [await _attachment(content, number) for number, content in enumerate(contents, 1)]


async def _count(address: str) -> None:
    async with db.write(f"uploads from {source_of(address)}"):
        if await limits.is_over(UPLOADS_PER_ADDRESS, "question_upload", address=address):
            raise refuse("too_many_files_a_day", "files")
        await limits.note("question_upload", address=address)


async def _attachment(content: bytes, number: int) -> Attachment:
    if not content:
        raise refuse("file_empty", "files", file=number)
    if content.startswith(b"%PDF-"):
        async with _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
            trouble = await asyncio.to_thread(pdf_trouble, content)
        if trouble:
            raise refuse(trouble, "files", file=number)
        return Attachment("pdf", content)
    try:
        return Attachment("jpeg", await jpeg_of(content))
    except Refused as refusal:
        (problem,) = refusal.problems
        code = "file_kind" if problem.code == "photo_not_a_picture" else problem.code
        raise refuse(code, "files", file=number, **problem.params) from None


async def keep(question_id: int, message_id: int, files: Sequence[Attachment], asker: str, address: str) -> None:
    """Inside `write()`. Raises Refused `too_many_files_a_day`."""
    for each in files:
        if await limits.is_over(FILES_PER_ASKER, "question_file", subject=asker):
            raise refuse("too_many_files_a_day", "files")
        await limits.note("question_file", subject=asker, address=address)
        await QuestionFile.insert(
            QuestionFile(
                question_id=question_id,
                message_id=message_id,
                kind=each.kind,
                size=len(each.content),
                content=each.content,
                added_at=clock.now(),
            )
        )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """`name` is lk's own."""

    name: str
    media_type: str
    content: bytes


async def file_of(question_id: int, file_id: int, *, sees_notes: bool = False) -> KeptFile | None:
    """One file of the question's; of notes for staff only."""
    rows = await db.read(
        "SELECT f.id, f.kind, f.content FROM question_files f JOIN question_messages m ON m.id = f.message_id "
        "WHERE f.question_id = {} AND f.id = {} AND (m.author <> 'note' OR {})",
        question_id,
        file_id,
        sees_notes,
    )
    if not rows:
        return None
    media_type, ending = MEDIA[rows[0]["kind"]]
    return KeptFile(f"vopros-{question_id}-{file_id}.{ending}", media_type, bytes(rows[0]["content"]))
