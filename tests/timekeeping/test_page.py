"""The operators' page of a clock that jumped."""

from __future__ import annotations

from tests.payments_desk.cast import ALLA, OLGA, Browser, Desk
from tests.payments_desk.conftest import acquirer as acquirer
from tests.payments_desk.conftest import at_noon as at_noon
from tests.payments_desk.conftest import sqlite_desk as sqlite_desk

PATH = "/operations/clock"


def doubt(desk: Desk, machine: str = "one") -> int:
    desk.change(
        "INSERT INTO clock_doubts (machine, ran_ms, expected_at, said_at) "
        "VALUES ({}, 1000, '2026-10-05 09:00:00+00:00', '2026-11-14 09:00:00+00:00')",
        machine,
    )
    return int(desk.one("SELECT max(id) FROM clock_doubts"))


def answers(who: Browser, number: int | str) -> int:
    who.get(PATH)
    return who.post(PATH, doubt=str(number)).status_code


def test_an_operator_sees_on_the_board_and_on_its_own_page_what_stands_and_says_that_the_clock_is_right(
    sqlite_desk: Desk,
) -> None:
    olga = sqlite_desk.sits(OLGA)
    olga.get(PATH)
    assert "Часы идут ровно" in olga.text
    number = doubt(sqlite_desk)

    olga.get("/operations")
    assert "Часы ушли вперёд на 40 дней" in olga.text
    assert f'href="{PATH}"' in olga.page
    assert "Всё в порядке" not in olga.text
    olga.get(PATH)
    assert "5 октября, 12:00" in olga.text
    assert "14 ноября, 12:00" in olga.text
    olga.follow(PATH, doubt=str(number))

    assert "Часам верим" in olga.text
    assert "Часы верны, продолжить" not in olga.text
    assert sqlite_desk.one("SELECT ended_by FROM clock_doubts") == sqlite_desk.actor(OLGA).agent_id
    olga.get("/operations")
    assert "Часы ушли" not in olga.text
    assert olga.get("/health").status_code == 200


def test_one_doubt_after_the_other_and_none_twice(sqlite_desk: Desk) -> None:
    olga, numbers = sqlite_desk.sits(OLGA), [doubt(sqlite_desk, machine) for machine in ("one", "two")]
    assert answers(olga, numbers[0]) == 303
    assert answers(olga, numbers[0]) == 422
    assert "больше не спрашиваем" in olga.text
    assert f'value="{numbers[1]}"' in olga.page
    for made_up in ("", "x", "-1", "9" * 30, "١"):
        assert answers(olga, made_up) == 422
    assert answers(olga, numbers[1]) == 303


def test_support_neither_sees_nor_answers(sqlite_desk: Desk) -> None:
    number, alla = doubt(sqlite_desk), sqlite_desk.sits(ALLA)
    assert alla.get(PATH).status_code == 403
    alla.get("/support")
    assert alla.post(PATH, doubt=str(number)).status_code == 403
    assert sqlite_desk.one("SELECT ended_at FROM clock_doubts") is None


def test_health_stays_well_while_the_clock_is_in_doubt(sqlite_desk: Desk) -> None:
    doubt(sqlite_desk)
    assert sqlite_desk.sits(OLGA).get("/health").status_code == 200
