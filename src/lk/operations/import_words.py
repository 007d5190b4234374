"""The words of the pages of imports. Finished values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from lk.filters import as_written, money, number, plural
from lk.language import N_, _
from lk.operations import money_words
from lk.operations.import_rules import NAMELESS, UNDOABLE, ImportStatus, UndoStatus
from lk.operations.import_views import DeskUndo, ImportView
from lk.operations.imports import KINDS
from lk.operations.moved import Approval, Moved, people
from lk.outcome import Problem

Params = Mapping[str, Any]

KIND_NAMES: Mapping[str, str] = {
    "payments": N_("Платежи банков"),
    "readings": N_("Показания"),
    "accounts": N_("Лицевые счета"),
    "meters": N_("Счётчики"),
    "balances": N_("Входящие остатки"),
    "tariffs": N_("Тарифы"),
    "norms": N_("Нормативы"),
}
"""In the order in which they are offered: what comes most often first."""

NOT_UNDOABLE: Mapping[str, str] = {
    "accounts": N_(
        "Загрузку лицевых счетов не отменить: по ним могли уже открыть кабинеты. "
        "Исправьте файл и загрузите его ещё раз, данные встанут на место."
    ),
    "meters": N_(
        "Загрузку счётчиков не отменить: по ним могли уже передать показания. Исправьте файл и загрузите его ещё раз."
    ),
    "balances": N_(
        "Остатки не отменить, но можно уточнить: до первого счёта — другим файлом, потом — поправкой на счёте."
    ),
    "tariffs": N_(
        "Тарифы не отменить, но можно уточнить: загрузите другую цену с той же датой, пока по ней нет счетов."
    ),
    "norms": N_("Нормативы не отменить, но можно уточнить: загрузите другой с той же датой, пока по нему нет счетов."),
}

_SENTENCES: dict[str, str | Callable[[Params], str]] = {
    "kind_wanted": N_("Выберите, что в файле."),
    "file_wanted": N_("Выберите файл. Пустой не подойдёт: первой строкой нужны названия столбцов."),
    "file_too_big": lambda told: _(
        "Файл больше %(megabytes)s МБ, он не принят. Разделите его на части или загрузите командой lk import.",
        megabytes=told["megabytes"],
    ),
    "too_many_files": lambda told: _(
        "Ждут решения уже %(most)s файлов, этот не принят. Загрузите прежние или откажитесь от них.",
        most=told["most"],
    ),
    "not_checked": N_("Файл ещё проверяется. Ничего не загружено."),
    "has_problems": N_("В файле есть ошибки, поэтому ничего не загружено. Исправьте их и пришлите файл ещё раз."),
    "import_over": N_("С этим файлом уже всё решено. Ничего не изменилось."),
    "file_gone": N_("Файл ждал слишком долго и удалён. Пришлите его ещё раз."),
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    say = _SENTENCES.get(problem.code)
    if say is None:
        return money_words.sentence(problem)
    return _(say) if isinstance(say, str) else say(problem.params)


STATES: Mapping[ImportStatus, tuple[str, str]] = {
    ImportStatus.CHECKING: (N_("проверяется"), "wait"),
    ImportStatus.CHECKED: (N_("ждёт решения"), "wait"),
    ImportStatus.LOADING: (N_("загружается"), "wait"),
    ImportStatus.LOADED: (N_("загружен"), "good"),
    ImportStatus.DROPPED: (N_("не загружен"), "note"),
    ImportStatus.FAILED: (N_("сбой"), "bad"),
}
"""Words and tone."""

_UNDO_STATES: Mapping[UndoStatus, tuple[str, str]] = {
    UndoStatus.WAITING: (N_("ждёт второго сотрудника"), "wait"),
    UndoStatus.DONE: (N_("отменено"), "good"),
    UndoStatus.REFUSED: (N_("отказано"), "bad"),
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


def kind_name(kind: str) -> str:
    return _(KIND_NAMES[kind])


def file_name(name: str) -> str | Markup:
    return _(NAMELESS) if name == NAMELESS else as_written(name)


def state_of(shown: ImportView) -> tuple[str, str]:
    if shown.undo_status is UndoStatus.DONE:
        return _("отменён"), "note"
    if shown.undo_status is UndoStatus.WAITING:
        return _("отмена ждёт второго"), "wait"
    if shown.status is ImportStatus.CHECKED and shown.problems:
        return _("с ошибками"), "bad"
    state, tone = STATES[shown.status]
    return _(state), tone


def import_row(shown: ImportView) -> ImportRow:
    state, tone = state_of(shown)
    return ImportRow(
        href=f"/operations/imports/{shown.public_id}",
        kind=kind_name(shown.kind),
        name=file_name(shown.name),
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
        (_("Добавлено") if is_done else _("Добавится"), number(shown.added)),
        (_("Изменено") if is_done else _("Изменится"), number(shown.updated)),
        (_("Без изменений") if is_done else _("Не изменится"), number(shown.unchanged)),
    ]


def file_facts(shown: ImportView) -> list[tuple[str, str]]:
    return [
        (_("Строк"), number(shown.rows)),
        (_("Размер"), size_words(shown.bytes)),
        (_("Контрольная сумма"), f"{shown.hash[:8]}…{shown.hash[-8:]}"),
    ]


def size_words(size: int) -> str:
    if size < 1000:
        return plural(size, "байт", "байт")
    if size < 10**6:
        return _("%(size)s\u00a0КБ", size=number(size // 1000))
    return _("%(size)s\u00a0МБ", size=number(size // 10**6))


def problems_title(count: int) -> str:
    return _("В файле %(problems)s", problems=plural(count, "ошибка", "ошибок"))


def would_words(kind: str, rows: int, kopecks: int) -> str:
    what = _of_kind(kind, rows)
    return _("%(what)s на %(sum)s", what=what, sum=money(kopecks)) if kopecks else what


def kept_words(kind: str, kept: int) -> str:
    if not kept:
        return ""
    what = _of_kind(kind, kept)
    if kind == "payments":
        return _("Не изменятся %(what)s: их вернули отправителям или собирались вернуть.", what=what)
    return _("Не изменятся %(what)s: по ним уже есть счета.", what=what)


def moved_undo(undo: DeskUndo) -> Moved:
    state, tone = _UNDO_STATES[undo.status]
    return Moved(
        title=_quoting(_("Отмена загрузки «%(name)s»"), name=file_name(undo.name)),
        href=f"/operations/imports/{undo.import_public_id}",
        sum=money(undo.amount_kopecks) if undo.amount_kopecks else "",
        state=_quoting("%(state)s: %(why)s", state=_(state), why=as_written(undo.reason)) if undo.reason else _(state),
        tone=tone,
        words=undo.words,
        people=people(undo.asked_by, undo.decided_by),
        at=undo.decided_at or undo.created_at,
    )


def waiting_undo(undo: DeskUndo, agent_id: int) -> Approval:
    return Approval(
        id=undo.public_id,
        path=f"/operations/import-undos/{undo.public_id}",
        badge=_("Отмена загрузки"),
        number=file_name(undo.name),
        account_path=f"/operations/imports/{undo.import_public_id}",
        sum=money(undo.amount_kopecks),
        what=_("снять со счетов %(what)s", what=_of_kind(undo.kind, undo.rows)),
        words=undo.words,
        asked_by=undo.asked_by,
        asked_at=undo.created_at,
        is_own=undo.asked_by_id == agent_id,
    )


def columns_by_kind() -> list[tuple[str, Sequence[str], Sequence[str]]]:
    """Name, columns that are needed, columns that may be left out."""
    return [(kind_name(kind), KINDS[kind].columns, KINDS[kind].optional) for kind in KIND_NAMES]


def is_undoable(shown: ImportView) -> bool:
    return shown.kind in UNDOABLE and shown.status is ImportStatus.LOADED and shown.undo_status is None


def _result(shown: ImportView) -> str:
    if shown.status is ImportStatus.LOADED:
        return _("+%(added)s, изменено %(updated)s", added=number(shown.added), updated=number(shown.updated))
    if shown.status is ImportStatus.CHECKED and shown.problems:
        return plural(shown.problems, "ошибка", "ошибок")
    return "—"


def _of_kind(kind: str, count: int) -> str:
    if kind == "payments":
        return plural(count, "платёж", "платежей")
    return plural(count, "показание", "показаний")


def _quoting(said: str, **values: object) -> Markup:
    """`said` with what people wrote in it."""
    return Markup(said) % values  # noqa: S704
