"""An admin says who works here: a link once, a role, an end; never of themselves, never of the last one."""

from __future__ import annotations

import asyncio
import re

import pyotp
import pytest

from lk import clock
from lk.identity.agents import enrol, enrolment_of
from lk.identity.managing import change_role, hire, renew_link, shut_out
from lk.outcome import Refused
from tests.database import Database, moscow
from tests.operations.month import OPERATOR, SUPPORT, Month
from tests.operations.staff import RITA, ROMAN, SECRET, agent_id, begin_staff, viewer

LATER = "2025-07-26T00:25"
LINK = re.compile(r"http://localhost:8000(/enrolment/[\w-]+)")


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_staff(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_staff(database)


def test_a_new_agent_gets_a_link_that_is_shown_once_and_works_once(month: Month) -> None:
    visit = month.sits(RITA)
    visit.get("/operations/agents")
    assert f"{OPERATOR} О-1 Оператор" in visit.text
    answer = visit.post("/operations/agents", login="novaya", role="support")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = LINK.search(answer.text)
    assert found
    token = found[1].rpartition("/")[2]
    assert 'action="/language"' not in answer.text

    visit.get("/operations/agents")
    assert "novaya А-5 Поддержка ждём первого входа" in visit.text
    assert token not in visit.browser.page
    hashes = month.database.rows("SELECT enrolment_hash FROM agents WHERE code = 'А-5'")
    assert hashes[0]["enrolment_hash"] not in (None, token)

    async def enrolled() -> list[str]:
        way_in = await enrolment_of(token)
        assert way_in is not None
        return await enrol(token, "tri veselyh gusya v oblakah", pyotp.TOTP(way_in.secret).at(clock.now()))

    assert month.run(enrolled())
    assert month.run(enrolment_of(token)) is None
    visit.get("/operations/agents")
    assert "novaya А-5 Поддержка работает" in visit.text


def test_a_wrong_login_or_no_role_is_told_and_nothing_is_made(month: Month) -> None:
    visit = month.sits(RITA)
    visit.get("/operations/agents")
    assert visit.post("/operations/agents", login="novaya").status_code == 422
    assert "Выберите роль" in visit.text
    assert visit.post("/operations/agents", login="no", role="support").status_code == 422
    assert visit.post("/operations/agents", login=ROMAN, role="support").status_code == 422
    assert "логин уже занят" in visit.text
    assert month.one("SELECT count(*) AS n FROM agents") == 4


def test_a_new_role_ends_what_is_open(each_month: Month) -> None:
    working = each_month.sits(SUPPORT)
    assert working.get("/support").status_code == 200
    admin = each_month.sits(RITA)
    page = f"/operations/agents/{agent_id(each_month, SUPPORT)}"
    admin.get(page)
    answer = admin.post(f"{page}/role", role="operator")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?done=role")
    assert working.get("/support").headers["location"] == "/sign-in?next=/support"
    assert each_month.sits(SUPPORT).get("/operations").status_code == 200
    assert admin.post(f"{page}/role", role="operator").status_code == 422
    (event,) = each_month.database.rows("SELECT * FROM events WHERE kind = 'agent_role_changed'")
    assert event["actor_agent_id"] == agent_id(each_month, RITA)
    assert '"role":"operator","before":"support"' in event["params"]


def test_whoever_is_shut_out_is_out_at_once_and_for_good(each_month: Month) -> None:
    working, admin = each_month.sits(OPERATOR), each_month.sits(RITA)
    page = f"/operations/agents/{agent_id(each_month, OPERATOR)}"
    admin.get(page)
    assert admin.post(f"{page}/exclusion").status_code == 303
    assert working.get("/operations").status_code == 303
    admin.get(page)
    assert "Закрыт насовсем" in admin.text
    for action in ("exclusion", "renewal"):
        assert admin.post(f"{page}/{action}").status_code == 422
    assert each_month.one("SELECT actor_agent_id FROM events WHERE kind = 'agent_disabled'") == agent_id(
        each_month, RITA
    )


def test_a_renewed_agent_comes_in_by_the_new_link_only(month: Month) -> None:
    working, admin = month.sits(SUPPORT), month.sits(RITA)
    page = f"/operations/agents/{agent_id(month, SUPPORT)}"
    admin.get(page)
    answer = admin.post(f"{page}/renewal")
    found = LINK.search(answer.text)
    assert found
    assert working.get("/support").status_code == 303
    assert month.run(enrolment_of(found[1].rpartition("/")[2])) is not None
    assert month.one("SELECT count(*) AS n FROM events WHERE kind = 'agent_renewed'") == 1


def test_nobody_changes_themselves(month: Month) -> None:
    own = agent_id(month, RITA)
    admin = viewer(month, RITA)
    assert month.refused(change_role(admin, own, "support", "")) == ["yourself"]
    assert month.refused(shut_out(admin, own, "")) == ["yourself"]
    assert month.refused(renew_link(admin, own, "")) == ["yourself"]
    visit = month.sits(RITA)
    visit.get(f"/operations/agents/{own}")
    assert "Это вы" in visit.text
    assert "exclusion" not in visit.browser.page


def test_the_last_admin_who_can_sign_in_stays(month: Month) -> None:
    month.change("UPDATE users SET password_hash = NULL WHERE login = {}", ROMAN)
    own = agent_id(month, RITA)
    assert month.refused(shut_out(viewer(month, RITA), own, "")) == ["last_admin"]
    assert month.refused(change_role(viewer(month, RITA), own, "operator", "")) == ["last_admin"]


def test_of_two_admins_who_shut_each_other_out_at_once_one_stays(each_month: Month) -> None:
    rita, roman = viewer(each_month, RITA), viewer(each_month, ROMAN)

    async def both() -> list[str]:
        tries = (
            shut_out(rita, agent_id(each_month, ROMAN), ""),
            shut_out(roman, agent_id(each_month, RITA), ""),
        )
        found = await asyncio.gather(*tries, return_exceptions=True)
        return [each.problems[0].code for each in found if isinstance(each, Refused)]

    assert each_month.run(both()) == ["not_an_admin"]
    assert each_month.one("SELECT count(*) AS n FROM agents WHERE role = 'admin' AND NOT is_disabled") == 1


def test_it_wants_a_second_factor_of_the_last_quarter_of_an_hour(month: Month) -> None:
    admin = month.sits(RITA)
    admin.get("/operations/agents")
    admin.at = LATER
    page = f"/operations/agents/{agent_id(month, SUPPORT)}"
    admin.get(page)
    assert "Сначала код" in admin.text
    assert "renewal" not in admin.browser.page
    for action in ("role", "renewal", "exclusion"):
        assert admin.post(f"{page}/{action}", role="admin").status_code == 422
    assert admin.post("/operations/agents", login="novaya", role="support").status_code == 422
    assert month.one("SELECT count(*) AS n FROM events WHERE kind LIKE 'agent_%'") == 0

    number = month.actors[SUPPORT].agent_id
    assert admin.post("/operations/agents/code", code="000000", agent=str(number)).status_code == 422
    assert "Код не подошёл" in admin.text
    code = pyotp.TOTP(SECRET).at(moscow(LATER))
    answer = admin.post("/operations/agents/code", code=code, agent=str(number))
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    admin.browser.token = answer.cookies["lk_session"]
    admin.get(page)
    assert admin.post(f"{page}/exclusion").status_code == 303


def test_an_operator_and_an_admin_degraded_a_moment_ago_change_nothing(month: Month) -> None:
    for code in (OPERATOR, SUPPORT):
        visit = month.sits(code)
        assert visit.get("/operations/agents").status_code == 403
    assert month.refused(hire(viewer(month, OPERATOR), "novaya", "admin", "")) == ["not_an_admin"]
    roman = viewer(month, ROMAN)
    month.run(change_role(viewer(month, RITA), agent_id(month, ROMAN), "operator", ""))
    assert month.refused(shut_out(roman, agent_id(month, SUPPORT), "")) == ["not_an_admin"]


def test_an_agent_that_there_is_not_is_not_found(month: Month) -> None:
    visit = month.sits(RITA)
    visit.get("/operations/agents")
    assert visit.post("/operations/agents/999999/exclusion").status_code == 404
    assert visit.get("/operations/agents/999999").status_code == 404
