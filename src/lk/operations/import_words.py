"""The words of the pages of imports. Finished values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lk.filters import money, number, plural
from lk.operations import money_words
from lk.operations.import_rules import UNDOABLE, ImportStatus, UndoStatus
from lk.operations.import_views import DeskUndo, ImportView
from lk.operations.imports import KINDS
from lk.operations.moved import Approval, Moved, people
from lk.outcome import Problem

Params = Mapping[str, Any]

KIND_NAMES: Mapping[str, str] = {
    "payments": "Платежи банков",
    "readings": "Показания",
    "accounts": "Лицевые счета",
    "meters": "Счётчики",
    "balances": "Входящие остатки",
    "tariffs": "Тарифы",
    "norms": "Нормативы",
}
"""In the order in which they are offered: what comes most often first."""

NOT_UNDOABLE: Mapping[str, str] = {
    "accounts": "Загрузку лицевых счетов не отменить: по ним могли уже открыть кабинеты. "
    "Исправьте файл и загрузите его ещё раз, данные встанут на место.",
    "meters": "Загрузку счётчиков не отменить: по ним могли уже передать показания. "
    "Исправьте файл и загрузите его ещё раз.",
    "balances": "Остатки не отменить, но можно уточнить: до первого счёта — другим файлом, потом — поправкой на счёте.",
    "tariffs": "Тарифы не отменить, но можно уточнить: загрузите другую цену с той же датой, пока по ней нет счетов.",
    "norms": "Нормативы не отменить, но можно уточнить: загрузите другой с той же датой, пока по нему нет счетов.",
}

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "kind_wanted": lambda _: "Выберите, что в файле.",
    "file_wanted": lambda _: "Выберите файл. Пустой не подойдёт: первой строкой нужны названия столбцов.",
    "file_too_big": lambda told: (
        f"Файл больше {told['megabytes']} МБ, он не принят. Разделите его на части или загрузите командой lk import."
    ),
    "too_many_files": lambda told: (
        f"Ждут решения уже {told['most']} файлов, этот не принят. Загрузите прежние или откажитесь от них."
    ),
    "not_checked": lambda _: "Файл ещё проверяется. Ничего не загружено.",
    "has_problems": lambda _: "В файле есть ошибки, поэтому ничего не загружено. Исправьте их и пришлите файл ещё раз.",
    "import_over": lambda _: "С этим файлом уже всё решено. Ничего не изменилось.",
    "file_gone": lambda _: "Файл ждал слишком долго и удалён. Пришлите его ещё раз.",
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    say = _SENTENCES.get(problem.code)
    return say(problem.params) if say else money_words.sentence(problem)


STATES: Mapping[ImportStatus, tuple[str, str]] = {
    ImportStatus.CHECKING: ("проверяется", "wait"),
    ImportStatus.CHECKED: ("ждёт решения", "wait"),
    ImportStatus.LOADING: ("загружается", "wait"),
    ImportStatus.LOADED: ("загружен", "good"),
    ImportStatus.DROPPED: ("не загружен", "note"),
    ImportStatus.FAILED: ("сбой", "bad"),
}
"""Words and tone."""

_UNDO_STATES: Mapping[UndoStatus, tuple[str, str]] = {
    UndoStatus.WAITING: ("ждёт второго сотрудника", "wait"),
    UndoStatus.DONE: ("отменено", "good"),
    UndoStatus.REFUSED: ("отказано", "bad"),
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line of the history."""

    href: str
    kind: str
    name: str
    rows: str
    result: str
    state: str
    tone: str
    people: str
    at: datetime


def state_of(shown: ImportView) -> tuple[str, str]:
    if shown.undo_status is UndoStatus.DONE:
        return "отменён", "note"
    if shown.undo_status is UndoStatus.WAITING:
        return "отмена ждёт второго", "wait"
    if shown.status is ImportStatus.CHECKED and shown.problems:
        return "с ошибками", "bad"
    return STATES[shown.status]


def import_row(shown: ImportView) -> ImportRow:
    state, tone = state_of(shown)
    return ImportRow(
        href=f"/operations/imports/{shown.public_id}",
        kind=KIND_NAMES[shown.kind],
        name=shown.name,
        rows=number(shown.rows) if shown.checked_at or shown.finished_at else "—",
        result=_result(shown),
        state=state,
        tone=tone,
        people=people(shown.asked_by, shown.load_asked_by if shown.load_asked_by != shown.asked_by else None),
        at=shown.asked_at,
    )


def counts(shown: ImportView) -> list[tuple[str, str]]:
    """What comes of the rows, or came; sums of rows that are one for all."""
    is_done = shown.status is ImportStatus.LOADED
    return [
        ("Добавлено" if is_done else "Добавится", number(shown.added)),
        ("Изменено" if is_done else "Изменится", number(shown.updated)),
        ("Без изменений" if is_done else "Не изменится", number(shown.unchanged)),
    ]


def file_facts(shown: ImportView) -> list[tuple[str, str]]:
    return [
        ("Строк", number(shown.rows)),
        ("Размер", size_words(shown.bytes)),
        ("Контрольная сумма", f"{shown.hash[:8]}…{shown.hash[-8:]}"),
    ]


def size_words(size: int) -> str:
    if size < 1000:
        return plural(size, "байт", "байт")
    return f"{number(size // 1000)}\u00a0КБ" if size < 10**6 else f"{number(size // 10**6)}\u00a0МБ"


def problems_title(count: int) -> str:
    return f"В файле {plural(count, 'ошибка', 'ошибок')}"


def undo_words(undo: DeskUndo) -> str:
    what = _of_kind(undo.kind, undo.rows)
    return f"{what} на {money(undo.amount_kopecks)}" if undo.amount_kopecks else what


def would_words(kind: str, rows: int, kopecks: int) -> str:
    what = _of_kind(kind, rows)
    return f"{what} на {money(kopecks)}" if kopecks else what


def kept_words(kind: str, kept: int) -> str:
    if not kept:
        return ""
    what = _of_kind(kind, kept)
    if kind == "payments":
        return f"Не изменятся {what}: их вернули отправителям или собирались вернуть."
    return f"Не изменятся {what}: по ним уже есть счета."


def moved_undo(undo: DeskUndo) -> Moved:
    state, tone = _UNDO_STATES[undo.status]
    return Moved(
        title=f"Отмена загрузки «{undo.name}»",
        href=f"/operations/imports/{undo.import_public_id}",
        sum=money(undo.amount_kopecks) if undo.amount_kopecks else "",
        state=f"{state}: {undo.reason}" if undo.reason else state,
        tone=tone,
        words=undo.words,
        people=people(undo.asked_by, undo.decided_by),
        at=undo.decided_at or undo.created_at,
    )


def waiting_undo(undo: DeskUndo, agent_id: int) -> Approval:
    return Approval(
        id=undo.public_id,
        path=f"/operations/import-undos/{undo.public_id}",
        badge="Отмена загрузки",
        number=undo.name,
        account_path=f"/operations/imports/{undo.import_public_id}",
        sum=money(undo.amount_kopecks),
        what=f"снять со счетов {_of_kind(undo.kind, undo.rows)}",
        words=undo.words,
        asked_by=undo.asked_by,
        asked_at=undo.created_at,
        is_own=undo.asked_by_id == agent_id,
    )


def columns_by_kind() -> list[tuple[str, Sequence[str], Sequence[str]]]:
    """Name, columns that are needed, columns that may be left out."""
    return [(KIND_NAMES[kind], KINDS[kind].columns, KINDS[kind].optional) for kind in KIND_NAMES]


def is_undoable(shown: ImportView) -> bool:
    return shown.kind in UNDOABLE and shown.status is ImportStatus.LOADED and shown.undo_status is None


def _result(shown: ImportView) -> str:
    if shown.status is ImportStatus.LOADED:
        return f"+{number(shown.added)}, изменено {number(shown.updated)}"
    if shown.status is ImportStatus.CHECKED and shown.problems:
        return plural(shown.problems, "ошибка", "ошибок")
    return "—"


def _of_kind(kind: str, count: int) -> str:
    if kind == "payments":
        return plural(count, "платёж", "платежей")
    return plural(count, "показание", "показаний")
