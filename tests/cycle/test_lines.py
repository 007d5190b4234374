"""How a month's steps stand: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lk import clock
from lk.cycle.lines import LineState, StepLine, StepRun, Verdict, next_line, step_lines, time_left, verdict
from lk.cycle.messages import left_words, progress_text, spent, status_rows, status_table
from lk.cycle.rules import Owed, Step
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR
from tests.database import moscow

OCTOBER = Period(2026, 10)
NOW = moscow("2026-10-26T00:05")
SEEN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def _run(step: Step = Step.BILL, **change: object) -> StepRun:
    run = StepRun(
        period=OCTOBER,
        step=step,
        status="running",
        claimed_at=moscow("2026-10-26T00:00"),
        finished_at=None,
        done=540,
        put_aside=17,
        expected=1000,
        through_id=400,
        last_id=1000,
        resumed_at=SEEN - timedelta(minutes=4),
        claim_ends_at=SEEN + timedelta(seconds=10),
        seen_at=SEEN,
    )
    return replace(run, **change)  # type: ignore[arg-type]


def _done(step: Step) -> StepRun:
    return _run(step, status="done", finished_at=moscow("2026-10-26T00:02"), through_id=1000, done=1000)


def _lines(*runs: StepRun, now: datetime = NOW, sleeps: bool = False) -> tuple[StepLine, ...]:
    def is_put_off(owed: Owed) -> bool:
        return sleeps and "remind" in owed.step

    return step_lines(OCTOBER, DEFAULT_CALENDAR, now, {run.step: run for run in runs}, clock.start_of_day, is_put_off)


def _state(step: Step, *runs: StepRun, now: datetime = NOW) -> LineState:
    return next(line.state for line in _lines(*runs, now=now) if line.step is step)


def test_a_step_is_ahead_then_owed_then_late() -> None:
    assert _state(Step.BILL, now=moscow("2026-10-25T23:59")) is LineState.AHEAD
    assert _state(Step.BILL, now=moscow("2026-10-26T00:59")) is LineState.OWED
    assert _state(Step.BILL, now=moscow("2026-10-26T01:00")) is LineState.LATE


def test_whoever_works_on_it_holds_a_claim_that_has_not_run_out() -> None:
    assert _state(Step.BILL, _run()) is LineState.RUNNING
    assert _state(Step.BILL, _run(), now=moscow("2026-10-26T09:00")) is LineState.RUNNING
    stopped = _run(claim_ends_at=SEEN)
    assert _state(Step.BILL, stopped) is LineState.BROKEN
    assert _state(Step.BILL, stopped, now=moscow("2026-10-26T01:00")) is LineState.LATE
    assert _state(Step.BILL, _done(Step.BILL), now=moscow("2026-12-01T00:00")) is LineState.DONE


def test_a_step_asked_for_again_is_not_late_at_once() -> None:
    asked = _run(claim_ends_at=SEEN, claimed_at=moscow("2026-10-28T12:00"))
    assert _state(Step.BILL, asked, now=moscow("2026-10-28T12:30")) is LineState.BROKEN
    assert _state(Step.BILL, asked, now=moscow("2026-10-28T13:00")) is LineState.LATE


def test_a_reminder_that_waits_for_the_morning_is_not_late() -> None:
    at_night = _lines(now=moscow("2026-10-15T23:30"), sleeps=True)
    assert next(line.state for line in at_night if line.step is Step.REMIND_FIRST) is LineState.PUT_OFF


def test_what_matters_most_is_the_answer() -> None:
    on_time = [_done(step) for step in list(Step)[: list(Step).index(Step.BILL)]]
    assert verdict(_lines(now=moscow("2026-10-01T00:00")), waits_for_a_person=False) is Verdict.AHEAD
    assert verdict(_lines(*on_time, _run()), waits_for_a_person=False) is Verdict.GOES_ON
    assert verdict(_lines(*on_time, _run()), waits_for_a_person=True) is Verdict.PERSON
    assert verdict(_lines(*on_time), waits_for_a_person=False) is Verdict.GOES_ON
    assert verdict(_lines(*on_time, _done(Step.BILL)), waits_for_a_person=False) is Verdict.WELL
    assert verdict(_lines(*on_time, now=moscow("2026-10-26T05:00")), waits_for_a_person=True) is Verdict.LATE


def test_the_next_step_is_the_one_that_comes_first() -> None:
    following = next_line(_lines())
    assert following is not None
    assert (following.step, following.since) == (Step.DELIVER, moscow("2026-10-28T00:00"))
    assert next_line(_lines(now=moscow("2027-01-01T00:00"))) is None


@pytest.mark.parametrize(
    ("spent_seconds", "through", "of", "left"),
    [(240, 400, 1000, 360), (10, 1000, 1000, 0), (2, 500, 1000, None), (60, 0, 1000, None), (60, 5, 0, None)],
)
def test_how_long_is_left_goes_by_how_far_it_came(spent_seconds: int, through: int, of: int, left: int | None) -> None:
    found = time_left(timedelta(seconds=spent_seconds), through, of)
    assert found == (None if left is None else timedelta(seconds=left))


def test_nobody_knows_how_long_what_stands_still_will_take() -> None:
    assert _run().left == timedelta(minutes=6)
    assert _run(claim_ends_at=SEEN).left is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "меньше секунды"),
        (38, "38 с"),
        (59.6, "1 мин"),
        (720, "12 мин"),
        (3599, "1 ч 00 мин"),
        (7500, "2 ч 05 мин"),
        (4e5, "4 дня"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert spent(timedelta(seconds=seconds)).replace("\u00a0", " ") == words


def test_the_terminal_shows_every_step_and_a_bar_where_something_goes_on() -> None:
    lines = _lines(_done(Step.CLOSE_WINDOW), _run())
    table = status_table(lines, with_bars=True).splitlines()
    assert len(table) == 1 + len(Step)
    assert "расчёт счетов" in table[6]
    assert "идёт [########............] 40 %" in table[6]
    assert "540 из 1 000" in table[6]
    assert table[6].endswith("осталось около 6 мин")
    assert "идёт 40 %" in status_table(lines)
    assert progress_text(_run(through_id=0)) == "[....................] 0\u00a0%"
    assert left_words(None) == ""


def test_programs_get_the_same_in_numbers() -> None:
    row = next(row for row in status_rows(_lines(_run())) if row["step"] == "bill")
    assert row == {
        "period": "2026-10",
        "step": "bill",
        "state": "running",
        "status": "running",
        "since": "2026-10-25T21:00:00+00:00",
        "claimed_at": "2026-10-26T00:00:00+03:00",
        "finished_at": None,
        "expected": 1000,
        "done": 540,
        "put_aside": 17,
        "through": 0.4,
        "took_seconds": None,
        "left_seconds": 360.0,
    }
