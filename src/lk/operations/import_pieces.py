"""What is long about an import, in pieces of a fixed size: its file, the CSV of its problems, what its page shows."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from lk import clock, db
from lk.csv_cells import harmless
from lk.language import Language, in_each_language
from lk.operations import messages
from lk.operations.rows import Complaint

PIECE_BYTES = 256 * 1024
PROBLEMS_KEPT = 100_000
"""Problems of one file that its CSV tells; a file with more has one mistake in every row."""

Read = Callable[[int], Awaitable[bytes]]


async def keep(import_id: int, what: str, read: Read) -> None:
    """Inside `write()`; `read(size)` gives the next bytes, none at the end."""
    place = 0
    while piece := await read(PIECE_BYTES):
        await db.execute(_KEEP, import_id, what, place, piece, clock.now())
        place += 1


async def keep_file(import_id: int, what: str, stream: BinaryIO) -> None:
    """Inside `write()`; from the beginning."""
    stream.seek(0)

    async def read(size: int) -> bytes:
        return stream.read(size)

    await keep(import_id, what, read)


async def keep_json(import_id: int, what: str, value: object) -> None:
    """Inside `write()`."""
    content = json.dumps(value, ensure_ascii=False, default=str).encode()
    await db.execute(_KEEP, import_id, what, 0, content, clock.now())


async def kept_json(import_id: int, what: str) -> Any:
    """None where it is kept no longer."""
    content = await _piece(import_id, what, 0)
    return None if content is None else json.loads(content)


@asynccontextmanager
async def kept_file(import_id: int) -> AsyncIterator[BinaryIO | None]:
    """On disk, at its beginning; None where it is kept no longer."""
    with TemporaryFile() as stream:
        async for piece in pieces(import_id, "file"):
            stream.write(piece)
        is_kept = stream.tell() > 0
        stream.seek(0)
        yield stream if is_kept else None


async def pieces(import_id: int, what: str) -> AsyncIterator[bytes]:
    place = 0
    while (content := await _piece(import_id, what, place)) is not None:
        yield content
        place += 1


async def has_pieces(import_id: int, what: str) -> bool:
    rows = await db.read_rows(
        "SELECT id FROM import_pieces WHERE import_id = {} AND what = {} LIMIT 1", *(import_id, what)
    )
    return bool(rows)


async def forget(import_id: int) -> None:
    """Inside `write()`."""
    await db.execute("DELETE FROM import_pieces WHERE import_id = {}", import_id)


class ProblemFile:
    """A CSV of what is wrong, written while the file is looked through."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer = csv.writer(_Encoded(stream))
        self._writer.writerow(("line", "column", "value", "reason"))
        self._left = PROBLEMS_KEPT

    def tell(self, complaint: Complaint) -> None:
        if self._left:
            self._left -= 1
            self._writer.writerow([harmless(cell) for cell in problem_cells(complaint)])


class _Encoded:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())


def problem_cells(complaint: Complaint) -> tuple[str, str, str, str]:
    """Line, column, value, reason."""
    return *_place(complaint), messages.sentence(complaint.problem)


def problem_kept(complaint: Complaint) -> tuple[str, str, str, dict[Language, str]]:
    """The same for the page, the reason in each language."""
    return *_place(complaint), in_each_language(partial(messages.sentence, complaint.problem))


def _place(complaint: Complaint) -> tuple[str, str, str]:
    line = "" if complaint.line is None else str(complaint.line)
    return line, complaint.problem.field or "", messages.visible(complaint.value)


_KEEP = "INSERT INTO import_pieces (import_id, what, place, content, added_at) VALUES ({}, {}, {}, {}, {})"


async def _piece(import_id: int, what: str, place: int) -> bytes | None:
    rows = await db.read_rows(
        "SELECT content FROM import_pieces WHERE import_id = {} AND what = {} AND place = {}", *(import_id, what, place)
    )
    return bytes(rows[0][0]) if rows else None
