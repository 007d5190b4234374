"""The nightly look at the invariants: once a night, kept, told in the log, and seen by an operator."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from lk.cycle import verify as looks
from lk.cycle.verifying.nightly import verify_nightly
from lk.history.sealing import seal_due
from lk.operations.verifications import last_verification
from tests.database import Database, moscow
from tests.operations.month import IVANOVA, PETROV, RUN, SUPPORT, Month, begin_month

NIGHT, NEXT_NIGHT = "2025-07-27T03:00", "2025-07-28T04:59"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_month(database)


def _nights(month: Month) -> list[tuple[str, bool]]:
    rows = month.database.rows("SELECT day, finished_at FROM verifications ORDER BY day")
    return [(str(row["day"]), row["finished_at"] is not None) for row in rows]


def test_between_three_and_five_one_process_looks_once_a_night(each_month: Month) -> None:
    each_month.town.run_due(RUN)

    looked = [each_month.run(verify_nightly(), at) for at in ("2025-07-27T02:59", NIGHT, NIGHT, "2025-07-27T05:00")]
    assert looked == [False, True, False, False]
    assert each_month.run(verify_nightly(), NEXT_NIGHT)

    assert _nights(each_month) == [("2025-07-27", True), ("2025-07-28", True)]
    last = each_month.run(last_verification())
    assert last is not None
    assert (str(last.day), last.broken) == ("2025-07-28", ())
    assert [each.id for each in last.invariants] == [each.id for each in looks.CHECKS]
    assert last.invariants[0].checked == 3


def test_what_is_broken_is_counted_kept_and_logged(each_month: Month) -> None:
    each_month.town.run_due(RUN)
    each_month.change("UPDATE accounts SET opened_on = '2025-07-28'")

    with structlog.testing.capture_logs() as logged:
        assert each_month.run(verify_nightly(), NIGHT)

    last = each_month.run(last_verification())
    assert last is not None
    (broken,) = last.broken
    assert (broken.id, broken.breached, len(broken.breaches)) == ("I1", 3, 3)
    (told,) = [each for each in logged if each["event"] == "invariant_broken"]
    assert (told["log_level"], told["invariant"], told["breached"]) == ("error", "I1", 3)


def test_a_look_broken_off_is_made_by_whoever_comes_next(each_month: Month) -> None:
    async def stopped() -> bool:
        stop = asyncio.Event()
        stop.set()
        return await verify_nightly(stop)

    assert not each_month.run(stopped(), NIGHT)
    assert _nights(each_month) == []
    assert each_month.run(verify_nightly(), NIGHT)


def test_a_look_that_fails_leaves_the_night_to_the_next_try(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ArithmeticError("the rules of this town are broken")

    monkeypatch.setattr(looks, "CHECKS", (looks.Check("I1", "", broken),))
    with pytest.raises(ArithmeticError):
        month.run(verify_nightly(), NIGHT)

    monkeypatch.undo()
    assert month.run(verify_nightly(), NIGHT)


def test_what_a_dead_process_left_behind_is_taken_over_after_an_hour(each_month: Month) -> None:
    each_month.change("INSERT INTO verifications (day, begun_at) VALUES ('2025-07-27', {})", moscow("2025-07-27T03:10"))

    assert not each_month.run(verify_nightly(), "2025-07-27T04:09")
    assert each_month.run(verify_nightly(), "2025-07-27T04:10")
    assert _nights(each_month) == [("2025-07-27", True)]


def test_it_waits_while_a_step_of_the_month_is_under_way(each_month: Month) -> None:
    each_month.town.run_due(RUN)
    running = "UPDATE cycle_runs SET status = 'running', claim_ends_at = {} WHERE step = 'bill'"
    each_month.change(running, moscow("2099-01-01T00:00"))
    assert not each_month.run(verify_nightly(), NIGHT)

    each_month.change(running, moscow("2025-01-01T00:00"))
    assert each_month.run(verify_nightly(), NIGHT)


def test_an_operator_sees_the_last_night_and_nobody_else_does(month: Month) -> None:
    visit = month.sits(at="2025-07-29T12:00")
    assert "Проверок ещё не было" in visit.get("/operations/verification").text
    assert month.sits(SUPPORT).get("/operations/verification").status_code == 403

    month.town.run_due(RUN)
    month.run(verify_nightly(), NIGHT)
    month.run(seal_due(), "2025-07-27T05:00")
    visit.get("/operations/verification")
    assert "Всё в порядке" in visit.text
    assert "Действия сотрудников запечатаны по 26 июля 2025 включительно" in visit.text

    month.change("UPDATE rates SET price_kopecks = price_kopecks + 1")
    month.change("UPDATE accounts SET opened_on = '2025-07-28' WHERE number IN ({}, {})", IVANOVA, PETROV)
    month.run(verify_nightly(), NEXT_NIGHT)
    visit.get("/operations/verification")
    assert "Данные расходятся: нужен человек" in visit.text
    assert "2 нарушения" in visit.text
    assert "Лицевой счёт 10000-001-01, 2025-07: счетов 1, должно быть 0" in visit.text
    assert "28 июля 2025 нарушено: 2" in visit.text
    assert "27 июля 2025 всё сходится" in visit.text
    visit.get("/operations")
    assert "Ночная проверка нашла нарушения: 2" in visit.text
