"""The lines of the month's board in words. Finished values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from lk import clock
from lk.cycle.board import Board
from lk.cycle.board_days import hour, moment, short_day, short_days
from lk.cycle.lines import MARKS, LineState, StepLine, StepRun
from lk.cycle.messages import STATES, done_words, left_words, progress_of, spent, step_words
from lk.cycle.month_counts import Counts
from lk.cycle.rules import IN_ORDER, Step
from lk.filters import money_about, number, plural, share
from lk.language import N_, _, ngettext, pgettext

Bar = tuple[int, int]
Waits = tuple[str, str]
"""What waits, and where it is looked at."""

_TONES = {
    LineState.AHEAD: "ahead",
    LineState.OWED: "wait",
    LineState.PUT_OFF: "ahead",
    LineState.RUNNING: "wait",
    LineState.BROKEN: "wait",
    LineState.LATE: "bad",
    LineState.DONE: "good",
}
NOT_COUNTED = Counts(*[0] * len(fields(Counts)))
COUNTING = N_("считаем")


@dataclass(frozen=True, slots=True)
class BoardLine:
    """`when`: its days; `done`: how many of how many; `time`: how long it took, or until its end."""

    name: str
    when: str
    tone: str
    state: str
    bar: Bar | None
    done: str
    waits: tuple[Waits, ...]
    time: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: tuple[BoardLine, ...]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A step that runs now; `note` says how far, and until when."""

    name: str
    bar: Bar
    share: str
    note: str


def under_way(runs: Sequence[StepRun]) -> list[UnderWay]:
    return [_under_way(run) for run in runs]


def _under_way(run: StepRun) -> UnderWay:
    if not run.is_alive:
        left = _("прервалось, продолжится само через несколько секунд")
    else:
        left = left_words(run.left) or _("только началось")
    through, of = progress_of(run)
    return UnderWay(step_words(run.step).capitalize(), (through, of), share(through, of), f"{done_words(run)} · {left}")


def repeatable(board: Board) -> list[tuple[str, str]]:
    """Steps that may be asked for once more: code and name. Of the present month; the others are over."""
    if board.period != board.present:
        return []
    done = (line.step for line in board.lines if line.state is LineState.DONE and line.step in IN_ORDER)
    return [(step.value, step_words(step).capitalize()) for step in done if step is not Step.REMIND_DUE]


def groups(board: Board) -> tuple[Group, ...]:
    by_step = {line.step: _line(line, board) for line in board.lines}
    reminders = (Step.REMIND_FIRST, Step.REMIND_AGAIN, Step.REMIND_LAST)
    bills = (Step.BILL, Step.DELIVER, Step.BILL_REST, Step.DELIVER_REST)
    readings = [by_step[each] for each in (Step.OPEN_WINDOW, *reminders, Step.CLOSE_WINDOW)]
    return (
        Group(_("Показания"), (readings[0], _readings(board), *readings[1:])),
        Group(_("Счета"), tuple(by_step[each] for each in bills)),
        Group(_("Оплата"), (by_step[Step.REMIND_DUE], _autopay(board), _paid(board), by_step[Step.DUE])),
    )


def _line(line: StepLine, board: Board) -> BoardLine:
    run = line.run
    is_mark = line.step in MARKS
    return BoardLine(
        name=step_words(line.step).capitalize(),
        when=moment(line.since),
        tone=_TONES[line.state],
        state=_(STATES[line.state]),
        bar=None if is_mark else _bar(line),
        done=done_words(run) if run and not is_mark else "",
        waits=tuple(_waits_of(line, board)),
        time="" if is_mark else _time(line),
    )


def _bar(line: StepLine) -> Bar:
    if line.run is None:
        return 0, 1
    if line.state is LineState.DONE:
        return (line.run.done, line.run.expected) if line.run.expected else (1, 1)
    return progress_of(line.run)


def _time(line: StepLine) -> str:
    """`0:00–0:12, 12 мин`, with the day where it is not that of its beginning; or how long until its end."""
    run = line.run
    if run is None:
        return ""
    if run.finished_at is None or run.took is None:
        return left_words(run.left) or pgettext("since", "с %(day)s", day=hour(run.claimed_at))
    began_on = clock.local_date(run.claimed_at)
    is_late = began_on != clock.local_date(line.since)
    span = f"{short_day(began_on)}, " if is_late else ""
    span += hour(run.claimed_at)
    if hour(run.finished_at) != hour(run.claimed_at) or run.took >= timedelta(days=1):
        span += f"–{hour(run.finished_at)}"
    if run.took >= timedelta(seconds=1):
        return f"{span} · {spent(run.took)}"
    # On time, and at once: there is nothing to add to when it was due.
    return "" if run.claimed_at - line.since < timedelta(minutes=1) else span


def _waits_of(line: StepLine, board: Board) -> Iterator[Waits]:
    newest = _newest_bill_step(board.lines)
    if line.step is newest:
        put_aside, held = board.needs.put_aside, board.needs.held_bills
        yield from _listed(board, "put-aside", put_aside, plural(put_aside, "отложен", "отложено"))
        yield from _listed(board, "held-bills", held, _being_checked(held))
    if line.step is (Step.DELIVER if newest is Step.BILL else Step.DELIVER_REST) and line.run is not None:
        undelivered = (board.counts or NOT_COUNTED).undelivered
        yield from _listed(board, "undelivered", undelivered, plural(undelivered, "ждёт", "ждут"))


def _newest_bill_step(lines: Sequence[StepLine]) -> Step:
    begun = {line.step for line in lines if line.run is not None}
    return Step.BILL_REST if Step.BILL_REST in begun else Step.BILL


def _listed(board: Board, name: str, count: int, words: str) -> Iterator[Waits]:
    if count:
        yield words, f"/operations/waiting/{name}?period={board.period}"


def _counted(board: Board, words: str) -> str:
    return words if board.counts else _(COUNTING)


def _readings(board: Board) -> BoardLine:
    window, counts = board.calendar.window(board.period), board.counts or NOT_COUNTED
    today, held = clock.today(), board.needs.held_readings
    is_over, is_on = today > window.closes_on, today in window
    is_full = counts.read >= counts.metered > 0
    return BoardLine(
        name=_("Показания получены"),
        when=short_days(window.opens_on, window.closes_on),
        tone="good" if is_over or is_full else "wait" if is_on else "ahead",
        state=_("окно закрыто") if is_over else _("принимаем") if is_on else _("впереди"),
        bar=(counts.read, max(counts.metered, 1)),
        done=_counted(board, _of(number(counts.read), number(counts.metered))),
        waits=tuple(_listed(board, "held-readings", held, _being_checked(held))),
        time=share(counts.read, counts.metered) if board.counts else "",
    )


def _autopay(board: Board) -> BoardLine:
    counts = board.counts or NOT_COUNTED
    due_on = board.calendar.pay_by_on(board.period)
    is_over = bool(counts.planned) and not counts.open
    return BoardLine(
        name=_("Автоплатежи"),
        when=short_days(board.period.next.first_day, due_on),
        tone="good" if is_over else "wait" if counts.planned else "ahead",
        state=_("закончены") if is_over else _("идут") if counts.planned else _("впереди"),
        bar=(counts.planned - counts.open, max(counts.planned, 1)),
        done=_counted(board, _of(number(counts.charged), number(counts.planned)) if counts.planned else ""),
        waits=tuple(
            _listed(
                board,
                "autopay-failed",
                counts.failed,
                ngettext("%(num)s\u00a0не прошёл", "%(num)s\u00a0не прошли", counts.failed),
            )
        ),
        time=_("впереди %(count)s", count=number(counts.open)) if counts.open else "",
    )


def _paid(board: Board) -> BoardLine:
    counts = board.counts or NOT_COUNTED
    due_on = board.calendar.pay_by_on(board.period)
    is_over, is_begun = clock.today() > due_on, counts.billed_kopecks > 0
    received = min(max(counts.received_kopecks, 0), max(counts.billed_kopecks, 0))
    sums = _of(money_about(counts.received_kopecks), money_about(counts.billed_kopecks))
    return BoardLine(
        name=_("Оплачено к сроку"),
        when=pgettext("due", "до %(day)s", day=short_day(due_on)),
        tone="good" if is_over and is_begun else "wait" if is_begun else "ahead",
        state=_("срок прошёл") if is_over and is_begun else _("собираем") if is_begun else _("впереди"),
        bar=(received, max(counts.billed_kopecks, 1)),
        done=_counted(board, sums if is_begun else ""),
        waits=(),
        time=share(received, counts.billed_kopecks) if is_begun else "",
    )


def _being_checked(count: int) -> str:
    return _("%(count)s\u00a0на проверке", count=number(count))


def _of(part: str, whole: str) -> str:
    return _("%(part)s из %(whole)s", part=part, whole=whole)
