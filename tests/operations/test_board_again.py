"""A step asked for once more does what is owed, and nothing twice."""

from __future__ import annotations

import pytest

from lk.actor import Actor
from lk.cycle.again import do_again, try_put_aside_again
from lk.cycle.owed import late_steps
from lk.cycle.rules import Step
from tests.database import Database
from tests.operations.month import AUGUST, IVANOVA, JULY, OPERATOR, SUPPORT, Month, begin_month

LATER = "2025-07-28T12:00"


@pytest.fixture
def month(database: Database) -> Month:
    return begin_month(database)


@pytest.fixture
def sqlite_month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


def _kept(month: Month) -> list[list[dict[str, object]]]:
    tables = ("bills", "charges", "ledger_entries", "messages", "put_asides")
    return [month.database.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


def test_who_was_put_aside_gets_the_bill_and_its_letter_at_once(month: Month) -> None:
    month.town.opens_cabinet(IVANOVA, "anna@mail.example")
    month.leaves_without_norm(IVANOVA)
    month.town.run_due(LATER)
    assert month.town.bills(IVANOVA) == []
    month.finds_norm(IVANOVA)

    assert month.run(try_put_aside_again(month.actors[OPERATOR]), LATER) == JULY
    assert month.town.bills(IVANOVA) == [], "the answer comes first, the work by the next tick"
    assert month.run(late_steps(), LATER) == [], "asked for a moment ago, though its day is long over"
    done = month.town.run_due(LATER)

    assert [each.step for each in done] == [Step.BILL, Step.DELIVER]
    (bill,) = month.town.bills(IVANOVA)
    assert (bill["status"], str(bill["delivered_on"])) == ("issued", "2025-07-28")
    assert len(month.town.letters("bill_ready")) == 1
    assert month.seen(LATER).needs.put_aside == 0
    assert month.town.verified() == {}


def test_done_again_nothing_is_done_twice(month: Month) -> None:
    month.town.opens_cabinet(IVANOVA, "anna@mail.example")
    month.town.run_due(LATER)
    before = _kept(month)

    for step in (Step.BILL, Step.DELIVER):
        month.run(do_again(JULY, step, month.actors[OPERATOR]), LATER)
        month.town.run_due(LATER)

    assert _kept(month) == before
    assert month.town.run_due(LATER) == []
    assert month.town.verified() == {}


def test_a_bill_missed_in_july_comes_before_that_of_august(sqlite_month: Month) -> None:
    sqlite_month.leaves_without_norm(IVANOVA)
    sqlite_month.town.run_due("2025-08-27T12:00")
    sqlite_month.finds_norm(IVANOVA)

    assert sqlite_month.run(try_put_aside_again(sqlite_month.actors[OPERATOR]), "2025-08-27T12:00") == AUGUST
    sqlite_month.town.run_due("2025-08-27T12:00")

    assert [bill["period"] for bill in sqlite_month.town.bills(IVANOVA)] == [202507, 202508]


def test_asked_while_it_goes_on_it_only_goes_on(month: Month) -> None:
    month.town.run_due(LATER)
    actor = month.actors[OPERATOR]
    assert month.refused(do_again(JULY, Step.BILL, actor), LATER) == []
    assert month.refused(do_again(JULY, Step.BILL, actor), LATER) == ["already_under_way"]
    assert month.one("SELECT count(*) AS n FROM events WHERE kind = 'step_asked_again'") == 1


@pytest.mark.parametrize(
    ("period", "step", "reason"),
    [
        (JULY, Step.OPEN_WINDOW, "nothing_to_do"),
        (JULY, Step.REMIND_LAST, "nothing_to_do"),
        (JULY, Step.BILL, "too_old"),
        (AUGUST, Step.BILL_REST, "not_done_yet"),
    ],
)
def test_what_is_over_or_still_to_come_is_not_done_again(
    sqlite_month: Month, period: object, step: Step, reason: str
) -> None:
    sqlite_month.town.run_due("2025-08-27T12:00")
    asked = do_again(period, step, sqlite_month.actors[OPERATOR])  # type: ignore[arg-type]
    assert sqlite_month.refused(asked, "2025-08-27T12:00") == [reason]


def test_only_an_operator_asks_and_not_while_looking_at_a_cabinet(sqlite_month: Month) -> None:
    sqlite_month.town.run_due(LATER)
    operator = sqlite_month.actors[OPERATOR]
    looking = Actor(operator.user_id, operator.agent_id, impersonation_id=1)
    for actor in (sqlite_month.actors[SUPPORT], looking):
        assert sqlite_month.refused(do_again(JULY, Step.BILL, actor), LATER) == ["not_an_operator"]
    assert sqlite_month.one("SELECT count(*) AS n FROM cycle_runs WHERE status = 'running'") == 0


def test_before_the_first_run_there_is_nothing_to_try_again(sqlite_month: Month) -> None:
    assert sqlite_month.refused(try_put_aside_again(sqlite_month.actors[OPERATOR]), "2025-07-20T12:00") == [
        "nothing_billed"
    ]
