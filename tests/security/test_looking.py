"""A look is one cabinet, half an hour, one agent: nothing chains it, lengthens it or outlives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk.identity.queries import viewer_of
from lk.outcome import Refused
from lk.support.actions import begin_look
from tests.household import AGENT_PASSWORD, Employee, hire, register, register_neighbour, served_house, sign_in
from tests.served import Served, Visitor


@pytest.fixture
def lk(house: Path, tmp_path: Path) -> Iterator[Served]:
    with served_house(house, tmp_path) as running:
        yield running


def _at_the_desk(lk: Served) -> tuple[Visitor, Employee]:
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = lk.visitor()
    sign_in(agent, employee.login, AGENT_PASSWORD)
    agent.post("/sign-in/code", code=employee.code(lk))
    assert agent.path == "/support", agent.page
    return agent, employee


def _look(agent: Visitor, home: str) -> None:
    agent.get(f"/support{home}")
    agent.post(f"/support{home}/look", reason="bill")
    assert agent.path == home, agent.page


def test_from_one_cabinet_no_way_leads_to_another(lk: Served) -> None:
    home, others = register(lk, lk.visitor()), register_neighbour(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    _look(agent, home)

    agent.post(f"/support{others}/look", reason="bill")
    assert agent.status == 403
    agent.get(others)
    assert agent.status == 403
    agent.get("/profile")
    assert agent.status == 403
    assert len(lk.rows("SELECT id FROM impersonations")) == 1


def test_two_looks_asked_for_at_once_are_one(lk: Served) -> None:
    home, others = register(lk, lk.visitor()), register_neighbour(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    token = agent.http.cookies["lk_session"]

    async def both() -> list[str]:
        viewer = await viewer_of(token)
        assert viewer
        began = []
        for path in (home, others):
            try:
                began.append(await begin_look(viewer, token, path.rpartition("/")[2], "bill", "", "127.0.0.1"))
            except Refused as refusal:
                began.append(refusal.problems[0].code)
        return began

    began = lk.ask(both())
    assert began[1] == "session_ended"
    assert len(lk.rows("SELECT id FROM impersonations")) == 1


def test_the_cookie_from_before_the_look_opens_nothing(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    before = agent.http.cookies["lk_session"]
    _look(agent, home)
    during = agent.http.cookies["lk_session"]
    agent.post("/support/look/end")
    after = agent.http.cookies["lk_session"]

    assert len({before, during, after}) == 3
    for token in (before, during):
        assert lk.ask(viewer_of(token)) is None


def test_a_look_wants_a_second_factor_of_the_last_quarter_of_an_hour(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, employee = _at_the_desk(lk)
    lk.move_to("2025-07-20T14:26")
    agent.get(f"/support{home}")
    agent.post(f"/support{home}/look", reason="bill")
    assert agent.status == 422
    agent.post(f"/support{home}/look", reason="bill", code="000000")
    assert agent.status == 422
    agent.post(f"/support{home}/look", reason="bill", code=employee.code(lk))
    assert (agent.status, agent.path) == (200, home)


def test_an_account_that_is_not_there_costs_the_agent_no_session(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, employee = _at_the_desk(lk)
    lk.move_to("2025-07-20T14:26")
    agent.get(f"/support{home}")
    agent.post("/support/accounts/nobodysflat2/look", reason="bill", code=employee.code(lk))
    assert agent.status == 404
    agent.get("/support")
    assert (agent.status, agent.path) == (200, "/support")


def test_looking_on_does_not_lengthen_the_look_nor_the_agents_session(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    _look(agent, home)
    before = lk.rows("SELECT max(ends_at) AS ends_at FROM sessions WHERE second_factor_at IS NOT NULL")
    for minute in (15, 25, 39):
        lk.move_to(f"2025-07-20T14:{minute}")
        agent.get(home)
        assert agent.status == 200
    assert before == lk.rows("SELECT max(ends_at) AS ends_at FROM sessions WHERE second_factor_at IS NOT NULL")
    lk.move_to("2025-07-20T14:41")
    agent.get(home)
    assert agent.path == "/sign-in"


def test_a_clock_set_back_does_not_open_a_look_that_was_ended(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    _look(agent, home)
    agent.post("/support/look/end")
    lk.move_to("2025-07-20T14:09")
    agent.get(home)
    assert agent.status == 403


def test_what_an_agent_sees_of_the_resident_at_the_desk_is_masked(lk: Served) -> None:
    home = register(lk, lk.visitor())
    agent, _ = _at_the_desk(lk)
    agent.get(f"/support{home}")
    assert "Петровна" not in agent.page
    assert "ivanova@example.org" not in agent.page
    _look(agent, home)
    for page in ("", "/payments", "/history", "/bills", "/readings"):
        agent.get(home + page)
        assert "ivanova@example.org" not in agent.page
