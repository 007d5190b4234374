"""The month's board: what each step has done, what waits for a person, whether the month is all right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lk import clock, db
from lk.cycle.board import Board, steps_of
from lk.cycle.lines import LineState, Verdict
from lk.cycle.month_counts import Counts
from lk.cycle.rules import Step
from lk.payments.tables import MoneyTask
from lk.period import Period
from tests.database import Database, moscow
from tests.operations.month import AUGUST, IVANOVA, JULY, PETROV, RUN, Month, begin_month


@pytest.fixture
def month(database: Database) -> Month:
    return begin_month(database)


@pytest.fixture
def sqlite_month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


def _states(seen: Board) -> dict[Step, LineState]:
    return {line.step: line.state for line in seen.lines}


def _counts(seen: Board) -> Counts:
    assert seen.counts is not None
    return seen.counts


def _done(seen: Board, step: Step) -> tuple[int, int | None] | None:
    run = next(line.run for line in seen.lines if line.step is step)
    return (run.done, run.expected) if run else None


def test_every_step_tells_how_many_it_should_do_and_has_done(month: Month) -> None:
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    month.town.run_due(RUN)
    seen = month.seen()

    assert (seen.period, _counts(seen).read, _counts(seen).metered) == (JULY, 1, 3)
    assert _done(seen, Step.BILL) == (3, 3)
    assert _states(seen)[Step.BILL] is LineState.DONE
    assert _states(seen)[Step.DELIVER] is LineState.AHEAD
    assert (_counts(seen).issued, _counts(seen).undelivered) == (3, 3)
    assert seen.verdict is Verdict.WELL

    month.town.run_due("2025-07-28T00:05")
    later = month.seen("2025-07-28T00:06")
    assert _done(later, Step.DELIVER) == (3, 3)
    assert _counts(later).undelivered == 0


def test_money_that_came_by_the_due_day_is_set_against_what_was_billed(month: Month) -> None:
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    month.town.run_due(RUN)
    month.change(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT id, 'bank_clearing', 'receivable', 100000, 'principal', 'payment', "
        "{}, {}, 'paid', 'bank' FROM accounts WHERE number = {}",
        moscow("2025-08-05T00:00").date(),
        moscow("2025-08-05T00:00"),
        IVANOVA,
    )
    counts = _counts(month.seen("2025-08-06T12:00"))
    assert (counts.billed_kopecks, counts.received_kopecks) == (208860 + 2 * 106245, 100000)
    month.change(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT account_id, 'bank_clearing', 'receivable', 50000, 'principal', 'payment', "
        "{}, posted_at, 'late', 'bank' FROM ledger_entries WHERE key = 'paid'",
        moscow("2025-08-11T00:00").date(),
    )
    assert _counts(month.seen("2025-08-12T12:00", JULY)).received_kopecks == 100000


def test_what_waits_for_a_person_makes_the_month_wait_for_one(month: Month) -> None:
    assert month.town.reads(PETROV, 900, at="2025-07-20T14:05") == "held"
    month.leaves_without_norm(IVANOVA)
    month.town.run_due(RUN)
    seen = month.seen()

    assert seen.verdict is Verdict.PERSON
    assert (seen.needs.held_readings, seen.needs.put_aside, seen.needs.held_bills) == (1, 1, 0)
    assert [(each.reason, each.accounts, each.account_number) for each in seen.waiting] == [("no_norm", 1, IVANOVA)]
    assert [mark.verdict for mark in seen.months[-2:]] == [None, Verdict.PERSON]

    month.change("UPDATE put_asides SET resolved_at = since")
    month.change("UPDATE readings SET status = 'rejected' WHERE status = 'held'")
    assert month.seen().verdict is Verdict.WELL


def test_money_and_letters_that_wait_are_counted_for_the_month_that_goes_on(month: Month) -> None:
    month.town.run_due("2025-07-31T12:00")
    month.run(_open_task(), "2025-07-31T12:00")
    month.town.opens_cabinet(IVANOVA, "anna@mail.example")
    month.town.run_due("2025-08-08T12:00")
    month.change("UPDATE messages SET status = 'dead'")

    now = month.seen("2025-08-08T12:30")
    assert (now.period, now.needs.money_tasks) == (JULY, 1)
    earlier = month.seen("2025-08-20T12:30", JULY)
    assert (earlier.present, earlier.needs.money_tasks) == (AUGUST, 0)
    assert month.seen("2025-08-20T12:30", AUGUST).needs.dead_letters == month.one("SELECT count(*) AS n FROM messages")


async def _open_task() -> None:
    async with db.write():
        await MoneyTask.insert(MoneyTask(kind="unknown_payment", subject="x", params="{}", opened_at=clock.now()))


def test_a_step_that_nobody_did_for_an_hour_is_late(sqlite_month: Month) -> None:
    sqlite_month.town.run_due("2025-07-25T23:00")
    at = "2025-07-26T00:59"
    assert _states(sqlite_month.seen(at))[Step.BILL] is LineState.OWED
    assert sqlite_month.seen(at).verdict is Verdict.GOES_ON
    late = sqlite_month.seen("2025-07-26T01:00")
    assert late.verdict is Verdict.LATE
    assert {step for step, state in _states(late).items() if state is LineState.LATE} == {Step.CLOSE_WINDOW, Step.BILL}


def test_a_step_whose_process_died_goes_on_and_is_late_after_an_hour(month: Month) -> None:
    month.town.run_due(RUN)
    month.change("UPDATE cycle_runs SET status = 'running', finished_at = NULL WHERE step = 'bill'")
    assert _states(month.seen("2025-07-26T00:10"))[Step.BILL] is LineState.RUNNING
    month.change("UPDATE cycle_runs SET claim_ends_at = {} WHERE step = 'bill'", moscow("2025-01-01T00:00"))
    assert _states(month.seen("2025-07-26T00:10"))[Step.BILL] is LineState.BROKEN
    assert _states(month.seen("2025-07-26T01:06"))[Step.BILL] is LineState.LATE


def test_how_far_it_is_tells_how_long_it_will_take(month: Month) -> None:
    month.town.run_due(RUN)
    half_way = month.run(db.read("SELECT CURRENT_TIMESTAMP AS now"))[0]["now"]
    now = moscow(half_way.replace(" ", "T")) + timedelta(hours=3) if isinstance(half_way, str) else half_way
    month.change(
        "UPDATE cycle_runs SET status = 'running', finished_at = NULL, through_id = 1, last_id = 4, "
        "resumed_at = {}, claim_ends_at = {} WHERE step = 'bill'",
        now - timedelta(minutes=10),
        now + timedelta(minutes=1),
    )
    (run,) = month.seen().running
    assert run.left is not None
    assert timedelta(minutes=29) < run.left < timedelta(minutes=32)


def test_the_board_begins_with_the_first_month_and_ends_with_this_one(sqlite_month: Month) -> None:
    def shown(at: str, period: Period | None = None) -> Period:
        return sqlite_month.seen(at, period).period

    assert shown("2025-07-03T12:00") == JULY
    assert shown("2025-08-14T12:00") == JULY, "until the next window opens it is still July that is paid"
    assert shown("2025-08-15T12:00") == AUGUST
    assert shown("2025-09-02T12:00", Period(1999, 1)) == JULY
    assert shown("2025-09-02T12:00", Period(2031, 1)) == Period(2025, 9)


def test_the_strip_has_twelve_months_and_says_how_each_ended(sqlite_month: Month) -> None:
    sqlite_month.town.run_due("2025-09-20T12:00")
    sqlite_month.change("UPDATE bills SET status = 'held' WHERE period = 202508 AND account_id = 1")
    marks = sqlite_month.seen("2025-09-20T12:01").months

    assert [str(mark.period) for mark in (marks[0], marks[-1])] == ["2024-10", "2025-09"]
    assert [mark.verdict for mark in marks[-4:]] == [None, Verdict.WELL, Verdict.PERSON, Verdict.WELL]


def test_the_steps_of_a_month_and_of_what_is_not_over_are_listed(sqlite_month: Month) -> None:
    sqlite_month.town.run_due(RUN)
    assert {line.period for line in sqlite_month.run(steps_of(None))} == {JULY}
    late = sqlite_month.run(steps_of(None), "2025-08-20T12:00")
    assert [line.period for line in late] == [JULY] * len(Step) + [AUGUST] * len(Step)
    assert [line.state for line in sqlite_month.run(steps_of(AUGUST))] == [LineState.AHEAD] * len(Step)


def test_as_many_questions_for_a_town_as_for_two_households(sqlite_month: Month) -> None:
    def asked() -> int:
        with db.counted() as counter:
            sqlite_month.seen("2025-07-26T02:00")
        return len(counter.statements)

    few = asked()
    sqlite_month.town.neighbours(30)
    sqlite_month.town.run_due(RUN)
    assert asked() == few


def test_the_board_and_its_progress_read_no_city_from_end_to_end(sqlite_month: Month) -> None:
    """Of what is asked every two seconds, and of what waits for a person."""
    with db.counted() as counter:
        sqlite_month.seen()
    plans = {sql: _plan(sqlite_month, sql) for sql in counter.statements if sql.lstrip().startswith("SELECT")}
    scanned = [step for sql, plan in plans.items() if " AS metered" not in sql for step in plan if _is_scan(step)]
    assert scanned == []
    (counting,) = (plan for sql, plan in plans.items() if " AS metered" in sql)
    assert [step for step in counting if _is_scan(step)] == ["SCAN m"], "meters are counted off the loop, and rarely"


_SMALL = ("calendars", "extensions", "settings", "cycle_runs", "refunds", "corrections", "strays", "bank_returns")


def _is_scan(step: str) -> bool:
    what = step.removeprefix("SCAN ").split(" ")[0]
    return step.startswith("SCAN ") and "INDEX" not in step and what not in (*_SMALL, "CONSTANT", "(subquery-2)", "r")


def _plan(month: Month, sql: str) -> list[str]:
    sql = sql.replace("?", "{}")
    values = [0] * sql.count("{}")
    return [row["detail"] for row in month.database.rows(f"EXPLAIN QUERY PLAN {sql}", *values)]
