"""Is this month all right? The answer at the top of the board, what waits for a person, and the strip of months."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock
from lk.cycle.board import Board
from lk.cycle.board_words import moment
from lk.cycle.lines import LineState, Verdict, next_line
from lk.cycle.messages import STEPS
from lk.filters import day, month_for, number


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
            names = ", ".join(f"{STEPS[line.step]} ({moment(line.since)})" for line in late)
            return Answer("bad", "Опаздывает больше часа", f"Не сделано в свой срок: {names}. {_LATE}")
        case Verdict.PERSON:
            return Answer("wait", "Нужен человек", f"Остальное идёт своим чередом. {_next(board)}".strip())
        case Verdict.GOES_ON:
            return Answer("note", "Всё идёт по плану", " ".join(filter(None, (_under_way(board), _next(board)))))
        case Verdict.AHEAD:
            return Answer("note", "Месяц ещё не начался", _next(board))
        case _:
            return Answer("good", "Всё в порядке", _next(board) or "Месяц закончен, ничего не осталось.")


_LATE = "Программа пробует сама каждые десять секунд. Что мешает, скажет команда lk cycle run или журнал."


def _under_way(board: Board) -> str:
    names = [STEPS[line.step] for line in board.lines if line.state in (LineState.RUNNING, LineState.BROKEN)]
    return f"Сейчас — {', '.join(names)}." if names else ""


def _next(board: Board) -> str:
    line = next_line(board.lines)
    if line is None:
        return ""
    at = clock.local(line.since)
    hour = f" в {at:%-H:%M}" if at.hour or at.minute else ""
    return f"Дальше — {STEPS[line.step]}, {day(at.date())}{hour}."


def needs(board: Board) -> list[tuple[str, str]]:
    """What a person is wanted for, and where; the most pressing first."""
    found, of = board.needs, f"?period={board.period}"
    rows = (
        (found.broken, "Ночная проверка нашла нарушения", "/operations/verification"),
        (found.put_aside, "Отложенные счета", f"/operations/waiting/put-aside{of}"),
        (found.held_bills, "Счета на проверке", "/support/held-bills"),
        (found.held_readings, "Показания на проверке", "/support/held"),
        (found.money_tasks, "Задачи сверки с эквайером", "/operations/reconciliation"),
        (found.unknown_payments, "Платежи без ответа эквайера", f"/operations/waiting/unknown-payments{of}"),
        (found.approvals, "Ждут второго сотрудника", "/operations/refunds"),
        (found.unmatched, "Платежи банков без счёта", "/operations/bank-payments"),
        (found.dead_letters, "Письма не дошли", f"/operations/waiting/dead-letters{of}"),
    )
    return [(f"{label}: {number(count)}", href) for count, label, href in rows if count]


_MARK_WORDS = {
    Verdict.WELL: ("good", "всё в порядке"),
    Verdict.GOES_ON: ("wait", "идёт"),
    Verdict.PERSON: ("wait", "нужен человек"),
    Verdict.LATE: ("bad", "опаздывает"),
    Verdict.AHEAD: ("ahead", "впереди"),
}


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
            name=_SHORT[each.period.month - 1],
            year=f"{each.period.year}" if each.period.month == 1 or at == 0 else "",
            tone=_MARK_WORDS[each.verdict][0] if each.verdict else "none",
            state=f"{month_for(each.period)}: {_MARK_WORDS[each.verdict][1] if each.verdict else 'до начала'}",
            href=f"/operations?period={each.period}" if each.verdict else "",
            is_here=each.period == board.period,
        )
        for at, each in enumerate(board.months)
    ]


_SHORT = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
