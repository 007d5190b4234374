"""What is shown of imports: their history, one of them, and what was taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.operations.import_pieces import has_pieces, kept_json
from lk.operations.import_rules import ImportStatus, UndoStatus
from lk.operations.reported import in_this_language, sentence

PAGE = 30
TWINS_TOLD = 3


@dataclass(frozen=True, slots=True)
class ImportView:
    """`asked_by`, `load_asked_by` are agents' codes; `undo_status` of the undo that was not refused."""

    id: int
    public_id: str
    kind: str
    name: str
    bytes: int
    hash: str
    status: ImportStatus
    rows: int
    added: int
    updated: int
    unchanged: int
    problems: int
    notes: str
    asked_by: str
    asked_at: datetime
    checked_at: datetime | None
    load_asked_by: str | None
    finished_at: datetime | None
    undo_status: UndoStatus | None

    @property
    def sentences(self) -> list[str]:
        return [sentence(each) for each in json.loads(self.notes)]


@dataclass(frozen=True, slots=True)
class DeskUndo:
    """`asked_by` and `decided_by` are the agents' codes; `reason`: the second one's."""

    public_id: str
    import_public_id: str
    kind: str
    name: str
    rows: int
    kept: int
    amount_kopecks: int
    words: str
    status: UndoStatus
    reason: str
    asked_by: str
    asked_by_id: int
    decided_by: str | None
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file, by their lines."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


_IMPORTS = """
    SELECT i.id, i.public_id, i.kind, i.name, i.bytes, i.hash, i.status, i.rows, i.added, i.updated, i.unchanged,
           i.problems, i.notes, g.code AS asked_by, i.asked_at, i.checked_at, l.code AS load_asked_by, i.finished_at,
           u.status AS undo_status
    FROM imports i JOIN agents g ON g.id = i.asked_by LEFT JOIN agents l ON l.id = i.load_asked_by
    LEFT JOIN import_undos u ON u.import_id = i.id AND u.status <> 'refused'
"""
_UNDOS = """
    SELECT u.public_id, i.public_id AS import_public_id, i.kind, i.name, u.rows, u.kept, u.amount_kopecks, u.words,
           u.status, u.reason, g.code AS asked_by, u.asked_by AS asked_by_id, d.code AS decided_by, u.created_at,
           u.decided_at
    FROM import_undos u JOIN imports i ON i.id = u.import_id
    JOIN agents g ON g.id = u.asked_by LEFT JOIN agents d ON d.id = u.decided_by
"""


async def import_view(public_id: str) -> ImportView | None:
    return await db.read_one_as(ImportView, _IMPORTS + "WHERE i.public_id = {}", public_id)


async def imports_before(import_id: int) -> list[ImportView]:
    """The newest first, one more than a page."""
    return await db.read_as(ImportView, _IMPORTS + "WHERE i.id < {} ORDER BY i.id DESC LIMIT {}", import_id, PAGE + 1)


async def twins_of(shown: ImportView) -> list[ImportView]:
    """Imports of the very same file that came before it; loaded ones first, of them the newest."""
    return await db.read_as(
        ImportView,
        _IMPORTS + "WHERE i.hash = {} AND i.kind = {} AND i.id < {} "
        "ORDER BY CASE i.status WHEN 'loaded' THEN 0 ELSE 1 END, i.id DESC LIMIT {}",
        *(shown.hash, shown.kind, shown.id, TWINS_TOLD),
    )


async def sample_of(import_id: int) -> Sample | None:
    found = await kept_json(import_id, "sample")
    return None if found is None else Sample(found["header"], [(line, cells) for line, cells in found["rows"]])


async def problems_shown(import_id: int) -> list[tuple[str, str, str, str]]:
    """Line, column, value, reason."""
    found = await kept_json(import_id, "shown") or []
    return [(line, column, value, in_this_language(reason)) for line, column, value, reason in found]


async def is_kept(import_id: int) -> bool:
    return await has_pieces(import_id, "file")


async def undos_of(import_id: int) -> list[DeskUndo]:
    """The newest first."""
    return await db.read_as(DeskUndo, _UNDOS + "WHERE i.id = {} ORDER BY u.id DESC", import_id)


async def waiting_undos() -> list[DeskUndo]:
    """For a second person, the longest first."""
    return await db.read_as(DeskUndo, _UNDOS + "WHERE u.status = 'waiting' ORDER BY u.created_at, u.id")


async def other_undos(limit: int) -> list[DeskUndo]:
    """Of money, those that wait for nobody here, the newest first."""
    sql = _UNDOS + "WHERE u.status <> 'waiting' AND u.amount_kopecks > 0 ORDER BY u.created_at DESC, u.id DESC LIMIT {}"
    return await db.read_as(DeskUndo, sql, limit)
