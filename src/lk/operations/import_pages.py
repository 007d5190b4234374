"""All that the page of one import shows."""

from __future__ import annotations

from typing import Any

from lk.filters import as_written, money, share
from lk.language import _
from lk.operations.import_pieces import PROBLEMS_KEPT
from lk.operations.import_rules import ImportStatus
from lk.operations.import_running import read_so_far
from lk.operations.import_undoing import would_take_back
from lk.operations.import_views import ImportView, is_kept, problems_shown, sample_of, twins_of, undos_of
from lk.operations.import_words import (
    NOT_UNDOABLE,
    counts,
    file_facts,
    file_name,
    import_row,
    is_undoable,
    kept_words,
    kind_name,
    moved_undo,
    problems_title,
    state_of,
    would_words,
)
from lk.payments.desk_rules import ALONE_KOPECKS

PROBLEMS_SHOWN = 50


async def import_page(shown: ImportView) -> dict[str, Any]:
    """Values of `operations/import.html`, and of its progress."""
    problems = await problems_shown(shown.id) if shown.problems else []
    return {
        "shown": shown,
        "kind": kind_name(shown.kind),
        "name": file_name(shown.name),
        "sender": as_written(shown.asked_by),
        "loader": as_written(shown.load_asked_by or ""),
        "state": state_of(shown),
        "bar": _bar(shown),
        "share": share(*_bar(shown)),
        "note": _("Файл читается целиком") if read_so_far(shown.id) else _("Скоро начнём"),
        "twins": [import_row(each) for each in await twins_of(shown)] if not shown.status.is_under_way else [],
        "counts": counts(shown),
        "facts": file_facts(shown),
        "problems_title": problems_title(shown.problems),
        "problems": problems[:PROBLEMS_SHOWN],
        "problem_lines": {int(line) for line, *_ in problems if line},
        "problems_in_file": min(shown.problems, PROBLEMS_KEPT),
        "sample": await sample_of(shown.id) if shown.status is ImportStatus.CHECKED else None,
        "is_kept": await is_kept(shown.id) if shown.status is ImportStatus.CHECKED else False,
        "undos": [moved_undo(each) for each in await undos_of(shown.id)],
        "not_undoable": _(NOT_UNDOABLE[shown.kind]) if shown.kind in NOT_UNDOABLE else "",
        "alone": money(ALONE_KOPECKS),
        **await _undo(shown),
    }


async def _undo(shown: ImportView) -> dict[str, str]:
    """What an undo would do; empty where it can do nothing."""
    if not is_undoable(shown):
        return {"undo": "", "undo_kept": ""}
    what = await would_take_back(shown.id, shown.kind)
    would = would_words(shown.kind, what.rows, what.kopecks) if what.rows else ""
    return {"undo": would, "undo_kept": kept_words(shown.kind, what.kept)}


def _bar(shown: ImportView) -> tuple[int, int]:
    return read_so_far(shown.id) or 0, max(shown.bytes, 1)
