"""The month's board, and the answer to those who watch over the process."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from lk import clock, db
from lk.operations.controller import health
from lk.operations.queries import Board, board
from lk.period import Period
from tests.household import AGENT_PASSWORD, build_house, hire, served_house, sign_in
from tests.operations.cast import bill_july, change, company, load
from tests.operations.test_readings import READ


def _seen(period: Period | None = None, today: date = date(2025, 7, 26)) -> Board:
    return db.run(board(period, today))


def _told(seen: Board) -> list[tuple[str, int, int, int]]:
    return [(step.code, step.done, step.total, step.put_aside) for step in seen.steps]


@pytest.mark.usefixtures("each_engine")
def test_the_board_tells_what_each_step_has_done_and_what_waits() -> None:
    company()
    assert _told(_seen()) == [("readings", 0, 1, 0), ("bills", 0, 2, 0), ("delivery", 0, 0, 0)]
    load("readings", READ)
    bill_july()
    assert _told(_seen()) == [("readings", 1, 1, 0), ("bills", 2, 2, 0), ("delivery", 0, 2, 0)]


@pytest.mark.usefixtures("sqlite")
def test_a_held_reading_and_its_account_without_a_bill_wait() -> None:
    company()
    load("readings", READ.replace("5000", "4000"))
    bill_july()
    assert _told(_seen()) == [("readings", 0, 1, 1), ("bills", 1, 2, 0), ("delivery", 0, 1, 0)]


@pytest.mark.usefixtures("each_engine")
def test_it_says_why_accounts_have_no_bill_yet() -> None:
    company()
    change("UPDATE accounts SET tariff_category = 'rural' WHERE number = '1000000102'")
    bill_july()
    assert [(each.reason, each.accounts, each.account_number) for each in _seen().waiting] == [
        ("no_norm", 1, "1000000102")
    ]
    change("UPDATE bills SET status = 'held'")
    assert [(each.reason, each.accounts, each.account_number) for each in _seen().waiting] == [
        ("held", 1, "1000000101"),
        ("no_norm", 1, "1000000102"),
    ]
    change("UPDATE put_asides SET resolved_at = {}", clock.now())
    assert [each.reason for each in _seen().waiting] == ["held"]


@pytest.mark.usefixtures("sqlite")
def test_the_board_begins_with_the_first_month_and_ends_with_this_one() -> None:
    assert (_seen().earlier, _seen().later) == (None, None)
    shown = _seen(Period(1999, 1), today=date(2025, 9, 2))
    assert (shown.period, shown.earlier, shown.later) == (Period(2025, 7), None, Period(2025, 8))
    assert _seen(Period(2031, 1), today=date(2025, 9, 2)).period == Period(2025, 9)


def test_an_operator_reads_the_board_and_support_does_not(tmp_path: Path) -> None:
    house = build_house(tmp_path)
    folder = tmp_path / "served"
    folder.mkdir()
    with served_house(house, folder) as lk:
        operator, support = hire(lk, "operator", "operator"), hire(lk, "podderzhka", "support")
        lk.move_to("2025-07-26T01:00")
        lk.run_month()
        who = lk.visitor()
        sign_in(who, operator.login, AGENT_PASSWORD)
        who.post("/sign-in/code", code=operator.code(lk))
        page = who.get("/operations?period=2025-07")
        assert "<h1>Июль\u00a02025</h1>" in page
        for words in ("Приём показаний", "15–25", "Расчёт счетов", "Доставка", "до 1\u00a0авг."):
            assert words in page
        assert "Счета ждут" not in page
        lk.change("UPDATE bills SET status = 'held' WHERE id = (SELECT min(id) FROM bills)")
        page = who.get("/operations?period=2025-07")
        assert "Необычная сумма: решает сотрудник на странице «Счета»" in page
        assert "например, 10000-001-01" in page
        other = lk.visitor()
        sign_in(other, support.login, AGENT_PASSWORD)
        other.post("/sign-in/code", code=support.code(lk))
        other.get("/operations")
        assert other.status == 403


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("silent", "status", "text"), [(None, 200, "ok"), (3.0, 200, "ok"), (120.0, 200, "ok"), (121.0, 503, "not ok")]
)
def test_health_is_200_while_the_ticks_of_this_process_are_alive(silent: float | None, status: int, text: str) -> None:
    app = Litestar([health], state=State({"seconds_since_beat": lambda: silent}), openapi_config=None)
    with TestClient(app) as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.text) == (status, text)


def test_health_is_503_when_the_database_is_not_there(tmp_path: Path) -> None:
    db.use(db.SqliteEngine(tmp_path / "none.sqlite3"))
    app = Litestar([health], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/health").status_code == 503
    db.use(None)
