"""Is this month all right? The answer at the top of the board, what waits for a person, and the strip of months."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock
from lk.cycle.board import Board
from lk.cycle.board_days import moment
from lk.cycle.lines import LineState, Verdict, next_line
from lk.cycle.messages import step_words
from lk.filters import day, month_for, number
from lk.language import N_, _


@dataclass(frozen=True, slots=True)
class Answer:
    """Is this month all right?"""

    tone: str
    title: str
    text: str


def answer(board: Board) -> Answer:
    """One sentence, and what comes next."""
    match board.verdict:
        case Verdict.LATE:
            late = [line for line in board.lines if line.state is LineState.LATE]
            names = ", ".join(f"{step_words(line.step)} ({moment(line.since)})" for line in late)
            told = _("Не сделано в свой срок: %(steps)s.", steps=names)
            return Answer("bad", _("Опаздывает больше часа"), f"{told} {_(_LATE)}")
        case Verdict.PERSON:
            told = _("Остальное идёт своим чередом.")
            return Answer("wait", _("Нужен человек"), f"{told} {_next(board)}".strip())
        case Verdict.GOES_ON:
            return Answer("note", _("Всё идёт по плану"), " ".join(filter(None, (_under_way(board), _next(board)))))
        case Verdict.AHEAD:
            return Answer("note", _("Месяц ещё не начался"), _next(board))
        case _:
            return Answer("good", _("Всё в порядке"), _next(board) or _("Месяц закончен, ничего не осталось."))


_LATE = N_("Программа пробует сама каждые десять секунд. Что мешает, скажет команда lk cycle run или журнал.")


def _under_way(board: Board) -> str:
    names = [step_words(line.step) for line in board.lines if line.state in (LineState.RUNNING, LineState.BROKEN)]
    return _("Сейчас — %(steps)s.", steps=", ".join(names)) if names else ""


def _next(board: Board) -> str:
    line = next_line(board.lines)
    if line is None:
        return ""
    at, step = clock.local(line.since), step_words(line.step)
    if not at.hour and not at.minute:
        return _("Дальше — %(step)s, %(day)s.", step=step, day=day(at.date()))
    return _("Дальше — %(step)s, %(day)s в %(time)s.", step=step, day=day(at.date()), time=f"{at:%-H:%M}")


def needs(board: Board) -> list[tuple[str, str]]:
    """What a person is wanted for, and where; the most pressing first."""
    found, of = board.needs, f"?period={board.period}"
    rows = (
        (found.broken, N_("Ночная проверка нашла нарушения"), "/operations/verification"),
        (found.put_aside, N_("Отложенные счета"), f"/operations/waiting/put-aside{of}"),
        (found.held_bills, N_("Счета на проверке"), "/support/held-bills"),
        (found.held_readings, N_("Показания на проверке"), "/support/held"),
        (found.money_tasks, N_("Задачи сверки с эквайером"), "/operations/reconciliation"),
        (found.unknown_payments, N_("Платежи без ответа эквайера"), f"/operations/waiting/unknown-payments{of}"),
        (found.approvals, N_("Ждут второго сотрудника"), "/operations/refunds"),
        (found.unmatched, N_("Платежи банков без счёта"), "/operations/bank-payments"),
        (found.dead_letters, N_("Письма не дошли"), f"/operations/waiting/dead-letters{of}"),
    )
    return [(f"{_(label)}: {number(count)}", href) for count, label, href in rows if count]


_MARK_WORDS = {
    Verdict.WELL: ("good", N_("всё в порядке")),
    Verdict.GOES_ON: ("wait", N_("идёт")),
    Verdict.PERSON: ("wait", N_("нужен человек")),
    Verdict.LATE: ("bad", N_("опаздывает")),
    Verdict.AHEAD: ("ahead", N_("впереди")),
}
_BEFORE = N_("до начала")


@dataclass(frozen=True, slots=True)
class Mark:
    """`href` is empty for a month before the first one."""

    name: str
    year: str
    tone: str
    state: str
    href: str
    is_here: bool


def marks(board: Board) -> list[Mark]:
    return [
        Mark(
            name=_(_SHORT[each.period.month - 1]),
            year=f"{each.period.year}" if each.period.month == 1 or at == 0 else "",
            tone=_MARK_WORDS[each.verdict][0] if each.verdict else "none",
            state=f"{month_for(each.period)}: {_(_MARK_WORDS[each.verdict][1] if each.verdict else _BEFORE)}",
            href=f"/operations?period={each.period}" if each.verdict else "",
            is_here=each.period == board.period,
        )
        for at, each in enumerate(board.months)
    ]


_SHORT = (
    N_("янв"),
    N_("фев"),
    N_("мар"),
    N_("апр"),
    N_("май"),
    N_("июн"),
    N_("июл"),
    N_("авг"),
    N_("сен"),
    N_("окт"),
    N_("ноя"),
    N_("дек"),
)
