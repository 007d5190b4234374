"""An agent finds a caller's account, sees the cabinet as its resident does, and leaves a trace."""

from __future__ import annotations

import re

from tests.household import AGENT_PASSWORD, EMAIL, LOGIN, Employee, hire, register, sign_in
from tests.journeys.steps import send_reading
from tests.served import Served, Visitor


def _at_the_desk(lk: Served, employee: Employee) -> Visitor:
    agent = lk.visitor()
    sign_in(agent, employee.login, AGENT_PASSWORD)
    assert agent.path == "/sign-in/code", (agent.path, agent.status)
    agent.post("/sign-in/code", code=employee.code(lk))
    assert agent.path == "/support", (agent.path, agent.status)
    return agent


def _looking(lk: Served, agent: Visitor, home: str) -> None:
    agent.get("/support")
    agent.post("/support", q="10000-001-01")
    assert agent.path == f"/support{home}"
    agent.post(f"/support{home}/look", reason="bill")
    assert agent.path == home, (agent.path, agent.status)


def test_an_agent_looks_read_only_and_the_resident_sees_who_looked_and_why(lk: Served) -> None:
    who = lk.visitor()
    home = register(lk, who)
    send_reading(who, home, t1="5000", t2="2200")
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = _at_the_desk(lk, employee)
    _looking(lk, agent, home)

    assert "только просмотр" in agent.page
    for page in ("", "/readings", "/bills", "/payments", "/history"):
        agent.get(home + page)
        assert agent.status == 200
        assert "только просмотр" in agent.page
        assert f'action="{home}' not in agent.page
    agent.post(f"{home}/readings", meter="1", t1="5001", t2="2201")
    assert agent.status == 403
    agent.post(f"{home}/payments", amount="100")
    assert agent.status == 403

    agent.get(home)
    agent.post("/support/look/end")
    assert agent.path == "/support"
    agent.get(home)
    assert agent.status == 403

    history = who.get(f"{home}/history")
    assert "Сотрудник смотрел кабинет" in history
    assert "«вопрос по счёту»" in history
    assert re.search(r"А-\d+", history)
    letters = lk.rows("SELECT to_address FROM messages WHERE kind = 'look_began'")
    assert letters == [{"to_address": EMAIL}]
    assert lk.rows("SELECT t1_kwh FROM readings WHERE kind = 'regular'") == [{"t1_kwh": 5000}]


def test_no_look_without_a_reason(lk: Served) -> None:
    home = register(lk, lk.visitor())
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = _at_the_desk(lk, employee)
    agent.get(f"/support{home}")

    agent.post(f"/support{home}/look")

    assert agent.status == 422
    assert lk.rows("SELECT id FROM impersonations") == []


def test_a_look_ends_by_itself_after_half_an_hour(lk: Served) -> None:
    home = register(lk, lk.visitor())
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = _at_the_desk(lk, employee)
    _looking(lk, agent, home)

    lk.move_to("2025-07-20T14:39")
    agent.get(home)
    assert agent.status == 200
    lk.move_to("2025-07-20T14:41")
    agent.get(home)

    assert (agent.status, agent.path) in ((403, home), (200, "/sign-in"))


def test_the_password_alone_opens_nothing_to_an_agent(lk: Served) -> None:
    employee = hire(lk)
    agent = lk.visitor()
    sign_in(agent, employee.login, AGENT_PASSWORD)

    agent.get("/support")
    assert agent.path == "/sign-in"
    agent.get("/sign-in/code")
    agent.post("/sign-in/code", code="000000")
    assert agent.status == 422


def test_a_code_works_once(lk: Served) -> None:
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    _at_the_desk(lk, employee)
    other = lk.visitor()
    sign_in(other, employee.login, AGENT_PASSWORD)

    other.post("/sign-in/code", code=employee.code(lk))

    assert other.status == 422


def test_a_disabled_agent_is_out_at_once(lk: Served) -> None:
    home = register(lk, lk.visitor())
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = _at_the_desk(lk, employee)
    _looking(lk, agent, home)

    lk.change("UPDATE agents SET is_disabled = {}", True)

    agent.get(home)
    assert agent.path == "/sign-in"
    sign_in(agent, employee.login, AGENT_PASSWORD)
    assert agent.status == 422


def test_residents_cannot_tell_by_signing_in_who_has_a_cabinet(lk: Served) -> None:
    register(lk, lk.visitor())
    answers = set()
    for login in (LOGIN, "nikto"):
        who = lk.visitor()
        who.get("/sign-in")
        page = who.post("/sign-in", login=login, password="ne tot parol vovse")
        answers.add((who.status, re.sub(r'value="[^"]*"', "", page)))
    assert len(answers) == 1


def test_the_desk_shows_what_became_of_the_letters_and_not_to_whom(lk: Served) -> None:
    home = register(lk, lk.visitor())
    lk.change("UPDATE messages SET status = 'dead', last_error = 'smtp_550' WHERE kind = 'first_sign_in'")
    employee = hire(lk)
    lk.move_to("2025-07-20T14:10")
    agent = _at_the_desk(lk, employee)

    page = agent.get(f"/support{home}")

    assert "Первый вход" in page
    assert "не доставлено" in page
    assert "такого ящика нет" in page
    assert "i•••@example.org" in page
    assert EMAIL not in page
