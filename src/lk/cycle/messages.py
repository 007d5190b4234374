"""The month's steps in words, on a page and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lk import clock
from lk.cycle.lines import LineState, StepLine, StepRun
from lk.cycle.rules import Step
from lk.filters import NO_BREAK_SPACE, number, plural, share
from lk.language import N_, _
from lk.outcome import Problem

STEPS: dict[Step, str] = {
    Step.OPEN_WINDOW: N_("приём показаний открыт"),
    Step.REMIND_FIRST: N_("первое напоминание"),
    Step.REMIND_AGAIN: N_("второе напоминание"),
    Step.REMIND_LAST: N_("последнее напоминание"),
    Step.CLOSE_WINDOW: N_("приём показаний закрыт"),
    Step.BILL: N_("расчёт счетов"),
    Step.DELIVER: N_("доставка счетов"),
    Step.BILL_REST: N_("расчёт отложенных"),
    Step.DELIVER_REST: N_("доставка отложенных"),
    Step.REMIND_DUE: N_("напоминание об оплате"),
    Step.DUE: N_("срок оплаты прошёл"),
}

STATES: dict[LineState, str] = {
    LineState.AHEAD: N_("впереди"),
    LineState.OWED: N_("сейчас начнётся"),
    LineState.PUT_OFF: N_("ждёт утра"),
    LineState.RUNNING: N_("идёт"),
    LineState.BROKEN: N_("прервался, продолжится сам"),
    LineState.LATE: N_("опаздывает"),
    LineState.DONE: N_("сделано"),
}

_REFUSED = {
    "not_an_operator": N_("Это может только оператор, и не во время просмотра кабинета. Ничего не изменилось."),
    "nothing_billed": N_("Ни одного расчёта ещё не было: пробовать пока нечего."),
    "already_under_way": N_("Этот шаг уже идёт и сам сделает всё, что осталось. Обновите страницу чуть позже."),
    "not_done_yet": N_("Этот шаг ещё впереди: он начнётся сам, в свой день."),
    "nothing_to_do": N_("Делать здесь больше нечего: письма сейчас никому бы не помогли. Ничего не изменилось."),
    "too_old": N_("Этот месяц уже позади: то, что в нём не вышло, доделает расчёт самого нового месяца."),
    "no_such_month": N_("За этот месяц пробовать нечего: выберите один из месяцев компании, не позже нынешнего."),
}

BAR_SIGNS = 20


def sentence(problem: Problem) -> str:
    return _(_REFUSED[problem.code])


def step_words(step: Step) -> str:
    return _(STEPS[step])


def spent(time: timedelta) -> str:
    """`38 с`, `12 мин`, `2 ч 05 мин`, `3 дня`."""
    seconds = round(time.total_seconds())
    if seconds < 1:
        return _("меньше\u00a0секунды")
    if seconds < 60:
        return _("%(seconds)s\u00a0с", seconds=seconds)
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(minutes)s\u00a0мин", minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _("%(hours)s\u00a0ч\u00a0%(minutes)s\u00a0мин", hours=hours, minutes=f"{minutes:02}")
    return plural(hours // 24, "день", "дней")


def left_words(left: timedelta | None) -> str:
    """Empty where nothing can be said yet."""
    if left is None:
        return ""
    return _("осталось около\u00a0%(time)s", time=spent(max(left, timedelta(seconds=1))))


def done_words(run: StepRun) -> str:
    """`540 000 из 1 000 000`; alone where all is done, or nobody knows how many there are."""
    if run.expected is None or run.done >= run.expected:
        return number(run.done)
    return _("%(part)s из %(whole)s", part=number(run.done), whole=number(run.expected))


def progress_of(run: StepRun) -> tuple[int, int]:
    """How far a step under way has come, and the end."""
    return run.through_id, max(run.last_id, 1)


_COLUMNS = (N_("период"), N_("шаг"), N_("с"), N_("состояние"), N_("сделано"), N_("отложено"), N_("время"))


def status_table(lines: Sequence[StepLine], *, with_bars: bool = False) -> str:
    """For a terminal; `with_bars`: what is under way gets a bar."""
    if not lines:
        return _("такого месяца у компании нет: первый расчётный — позже")
    rows: list[tuple[str, ...]] = [tuple(map(_, _COLUMNS))]
    rows += [_row(line, with_bars=with_bars) for line in lines]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in (4, 5) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def status_rows(lines: Sequence[StepLine]) -> list[dict[str, object]]:
    """The same for programs: instants in ISO, durations in seconds, None where there is nothing to say."""
    return [_fields(line) for line in lines]


def _fields(line: StepLine) -> dict[str, object]:
    run = line.run
    return {
        "period": str(line.period),
        "step": line.step.value,
        "state": line.state.value,
        "status": run.status if run else None,
        "since": line.since.isoformat(),
        "claimed_at": run.claimed_at.isoformat() if run else None,
        "finished_at": run.finished_at.isoformat() if run and run.finished_at else None,
        "expected": run.expected if run else None,
        "done": run.done if run else 0,
        "put_aside": run.put_aside if run else 0,
        "through": run.through_id / max(run.last_id, 1) if run and line.state is LineState.RUNNING else None,
        "took_seconds": run.took.total_seconds() if run and run.took is not None else None,
        "left_seconds": run.left.total_seconds() if run and run.left is not None else None,
    }


def _row(line: StepLine, *, with_bars: bool) -> tuple[str, ...]:
    run, state = line.run, _(STATES[line.state])
    time = ""
    if run is not None and line.state is LineState.RUNNING:
        state = f"{state} {progress_text(run) if with_bars else share(*progress_of(run))}"
        time = left_words(run.left)
    elif run is not None and run.took is not None:
        time = spent(run.took)
    done = done_words(run) if run else ""
    aside = number(run.put_aside) if run and run.put_aside else ""
    cells = (str(line.period), step_words(line.step), instant(line.since), state, done, aside, time)
    return tuple(cell.replace(NO_BREAK_SPACE, " ") for cell in cells)


def progress_text(run: StepRun) -> str:
    """`[########............] 40 %`."""
    through, of = progress_of(run)
    filled = BAR_SIGNS * min(through, of) // of
    return f"[{'#' * filled}{'.' * (BAR_SIGNS - filled)}] {share(through, of)}"


def told_on_the_way(run: StepRun) -> str:
    """One line of a terminal about a step under way."""
    parts = [f"{run.period} {step_words(run.step)}", progress_text(run), done_words(run), left_words(run.left)]
    return "  ".join(part for part in parts if part).replace(NO_BREAK_SPACE, " ")


def instant(at: datetime) -> str:
    """`2026-10-26 00:00`, the company's."""
    return f"{clock.local(at):%Y-%m-%d %H:%M}"
