"""Files that wait are checked, or loaded, by the schedule: each whole or not at all, as `lk import` does it.

A check loads the file and undoes it: what it tells is what a load would do at that moment. A load judges everything
anew. Whoever dies on the way leaves nothing behind, and the next tick begins again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog

from lk import clock, db
from lk.history.actions import record
from lk.language import in_each_language
from lk.operations import messages
from lk.operations.import_pieces import ProblemFile, forget, keep_file, keep_json, kept_file, problem_kept
from lk.operations.import_rules import ImportStatus
from lk.operations.imports import LOCKS, first_rows, take_all
from lk.operations.loading import Load, begin_load

log = structlog.get_logger()

ROWS_SHOWN = 20

_read_so_far: dict[int, int] = {}
"""Bytes, by the ids of imports under way in this process."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    public_id: str
    kind: str
    status: ImportStatus


def read_so_far(import_id: int) -> int | None:
    """Bytes of the file; None where this process does not read it."""
    return _read_so_far.get(import_id)


async def run_waiting_imports() -> int:
    """The oldest first; how many."""
    waiting = await db.read_as(
        _Waiting, "SELECT id, public_id, kind, status FROM imports WHERE status IN ('checking', 'loading') ORDER BY id"
    )
    done = 0
    for each in waiting:
        try:
            done += await _run(each)
        except db.DatabaseBusy:
            # Another process does it, or the month: the next tick looks again.
            break
        except db.DatabaseError:
            raise
        except Exception:
            log.exception("import_failed", id=each.id)
            await _fail(each)
        finally:
            _read_so_far.pop(each.id, None)
    return done


async def _run(waiting: _Waiting) -> bool:
    async with kept_file(waiting.id) as stream:
        if stream is None:
            await _fail(waiting)
            return True
        with TemporaryFile() as told:
            problems = ProblemFile(told)
            load = await _take(waiting, stream, problems)
            if load is None:
                return False
            if load.complaints or waiting.status is ImportStatus.CHECKING:
                await _checked(waiting, load, stream, told)
    return True


async def _take(waiting: _Waiting, stream: BinaryIO, problems: ProblemFile) -> Load | None:
    """None where somebody else has done it."""

    def tell(_: int) -> None:
        _read_so_far[waiting.id] = stream.tell()

    tell(0)
    try:
        async with db.write(*LOCKS) as unit:
            if not await _stands(waiting):
                return None
            load = await begin_load(waiting.id)
            load.complaints.tell = problems.tell
            await take_all(waiting.kind, stream, load, tell)
            if load.complaints or waiting.status is ImportStatus.CHECKING:
                await unit.rollback()
            else:
                await _loaded(waiting, load)
        return load
    except db.CONSTRAINT_ERRORS:
        load = await begin_load(waiting.id)
        load.complaints.tell = problems.tell
        load.complaints.add(None, "changed_meanwhile")
        return load


async def _stands(waiting: _Waiting) -> bool:
    rows = await db.read_rows("SELECT status FROM imports WHERE id = {}", waiting.id)
    return bool(rows[0][0] == waiting.status)


async def _loaded(waiting: _Waiting, load: Load) -> None:
    """In the transaction of the load."""
    changed = await db.execute(
        "UPDATE imports SET status = {}, rows = {}, added = {}, updated = {}, unchanged = {}, notes = {}, "
        "finished_at = {} WHERE id = {} AND status = {}",
        ImportStatus.LOADED,
        *_counts(load),
        clock.now(),
        waiting.id,
        waiting.status,
    )
    assert changed == 1, f"import {waiting.id} is loaded already"
    await forget(waiting.id)
    await record("import_loaded", import_id=waiting.public_id, added=load.added, updated=load.updated)


async def _checked(waiting: _Waiting, load: Load, stream: BinaryIO, told: BinaryIO) -> None:
    """Also where it was to be loaded, and something is wrong with it by now."""
    stream.seek(0)
    header, rows = first_rows(waiting.kind, stream, ROWS_SHOWN)
    shown = [(line, [messages.visible(cell) for cell in cells]) for line, cells in rows]
    async with db.write("imports"):
        changed = await db.execute(
            "UPDATE imports SET status = {}, rows = {}, added = {}, updated = {}, unchanged = {}, notes = {}, "
            "problems = {}, checked_at = {} WHERE id = {} AND status = {}",
            ImportStatus.CHECKED,
            *_counts(load),
            load.complaints.count,
            clock.now(),
            waiting.id,
            waiting.status,
        )
        if not changed:
            return
        await db.execute("DELETE FROM import_pieces WHERE import_id = {} AND what <> 'file'", waiting.id)
        await keep_json(waiting.id, "sample", {"header": header, "rows": shown})
        if load.complaints:
            await keep_json(waiting.id, "shown", [problem_kept(each) for each in load.complaints.shown])
            await keep_file(waiting.id, "problems", told)


def _counts(load: Load) -> tuple[object, ...]:
    notes = json.dumps([in_each_language(say) for say in load.notes], ensure_ascii=False)
    return load.rows, load.added, load.updated, load.unchanged, notes


async def _fail(waiting: _Waiting) -> None:
    async with db.write("imports"):
        await db.execute(
            "UPDATE imports SET status = {}, finished_at = {} WHERE id = {} AND status = {}",
            ImportStatus.FAILED,
            clock.now(),
            waiting.id,
            waiting.status,
        )
        await forget(waiting.id)
