"""An account that a file brings after the run of a month that it owes gets that month's bill from the next run."""

from __future__ import annotations

from lk.cycle.list_words import put_aside_words
from lk.operations.imports import import_text
from lk.watching.counts import queues
from tests.cycle.planting import looked
from tests.cycle.town import HEADS, Town

NUMBER = "3000000001"
AFTER = "2025-09-02T12:00"
RUN = "2025-09-26T00:05"


def test_it_is_put_aside_and_billed_in_order(town: Town) -> None:
    """By the norm: the twelve days of August, then all of September."""
    town.run_due("2025-08-31T12:00")
    told = _comes(town, opened_on="2025-08-20")

    assert told == ("счета за месяцы, которые уже рассчитаны: 1; их выставит ближайший расчёт",)
    assert _put_aside(town) == [(202508, "came_late", False)]
    assert town.verified(at=AFTER) == {}
    assert put_aside_words("came_late") == "Лицевой счёт загрузили после расчёта: счёт выйдет со следующим"
    assert [each.waiting for each in town.database.run(queues(), AFTER) if each.queue == "put_aside"] == [0]

    town.run_due(RUN)

    assert [(bill["period"], bill["total_kopecks"]) for bill in town.bills(NUMBER)] == [
        (202508, 52 * 787),
        (202509, 135 * 787),
    ]
    assert _put_aside(town) == [(202508, "came_late", True)]
    assert town.verified(at=RUN) == {}


def test_one_that_only_the_last_run_missed_is_not_excused_without_a_put_aside(town: Town) -> None:
    town.run_due("2025-08-31T12:00")
    _comes(town, opened_on="2025-08-20")

    found = town.database.run(looked("I1", ["DELETE FROM put_asides"]), AFTER)

    assert [each.partition(", ")[2] for each in found.breaches] == ["2025-08: счетов 0, должно быть 1"]


def test_one_that_came_and_went_between_two_runs_gets_its_bills(town: Town) -> None:
    town.run_due("2025-09-30T12:00")
    _comes(town, opened_on="2025-07-10", closed_on="2025-08-05", at="2025-10-02T12:00")

    town.run_due("2025-10-26T00:05")

    assert [(bill["period"], bill["total_kopecks"]) for bill in town.bills(NUMBER)] == [
        (202507, 96 * 787),
        (202508, 22 * 787),
    ]
    assert town.verified(at="2025-10-26T00:05") == {}


def test_nothing_from_before_the_companys_first_month_is_owed(town: Town) -> None:
    town.database.change("UPDATE settings SET value = '2025-08' WHERE name = 'first_period'")
    town.run_due("2025-08-31T12:00")

    _comes(town, opened_on="2015-01-01")

    assert [period for period, _, _ in _put_aside(town)] == [202508]


def test_one_that_comes_between_the_two_runs_of_a_month_is_billed_by_the_second(town: Town) -> None:
    town.run_due("2025-08-26T00:05")
    _comes(town, opened_on="2025-08-20", at="2025-08-27T12:00")
    assert town.verified(at="2025-08-27T12:00") == {}

    town.run_due("2025-08-31T00:05")

    assert [bill["period"] for bill in town.bills(NUMBER)] == [202508]
    assert _put_aside(town) == [(202508, "came_late", True)]


def test_days_that_are_put_right_owe_other_bills(town: Town) -> None:
    town.run_due("2025-08-31T12:00")
    _comes(town, opened_on="2025-08-26")
    assert _put_aside(town) == []
    _comes(town, opened_on="2025-07-20")
    assert [period for period, _, _ in _put_aside(town)] == [202507, 202508]
    _comes(town, opened_on="2025-08-20")

    town.run_due(RUN)

    assert [bill["period"] for bill in town.bills(NUMBER)] == [202508, 202509]
    assert [is_over for _, _, is_over in _put_aside(town)] == [True, True]
    assert town.verified(at=RUN) == {}


def _comes(town: Town, *, opened_on: str, closed_on: str = "", at: str = AFTER) -> tuple[str, ...]:
    """The file's notes."""
    row = f'{NUMBER},Новосёлов,"Дом 3",moscow,gas,3,7,yes,{opened_on},{closed_on}'
    return town.database.run(import_text("accounts", f"{HEADS['accounts']}\n{row}\n"), at).notes


def _put_aside(town: Town) -> list[tuple[int, str, bool]]:
    """(period, reason, whether it is over)."""
    rows = town.database.rows("SELECT * FROM put_asides ORDER BY period")
    return [(row["period"], row["reason"], row["resolved_at"] is not None) for row in rows]
