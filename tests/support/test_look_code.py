"""The resident reads out a code, and the agent who looks may send a reading and switch autopay off: nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from lk import clock, db
from lk.actor import Actor
from lk.autopay.actions import stop_autopay
from lk.metering.phoned import take_by_phone
from lk.outcome import Refused
from tests.metering.cabinet import Cabinet, agent, look, words
from tests.readings.household import Household, sqlite_household


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def resident(household: Household) -> Cabinet:
    return Cabinet(household)


@pytest.fixture
def desk(household: Household) -> Cabinet:
    """An agent who looks at the cabinet."""
    looking = agent(household, "support")
    look(looking)
    return looking


def _page(site: Cabinet) -> str:
    return f"{site.home}/staff-code"


def _shown(resident: Cabinet) -> str:
    """The code on the resident's screen."""
    button = re.search(r'name="look" value="(\d+)"', resident.get(_page(resident)).text)
    assert button
    assert resident.post(_page(resident), look=button[1]).status_code == 303
    return _digits(resident)


def _digits(resident: Cabinet) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", resident.text(_page(resident)))
    assert found
    return found[1] + found[2]


def _enter(desk: Cabinet, code: str, then: str | None = None) -> httpx.Response:
    answer = desk.post("/support/look/code", code=code, next=then or desk.home)
    fresh = re.search(r"lk_session=([^;]+)", answer.headers.get("set-cookie", ""))
    if fresh:
        desk.household.tokens[str(desk.who)] = fresh[1]
    return answer


def _send(desk: Cabinet) -> httpx.Response:
    return desk.post(f"{desk.home}/readings", meter=str(desk.household.meter_id), t1="5000", t2="2200")


def _set_autopay(household: Household) -> None:
    async def agreed() -> None:
        account = await household.account()
        async with db.write():
            await db.execute(
                "INSERT INTO cards (public_id, user_id, account_id, key, body, status, acquirer_id, brand, last_four, "
                "created_at) VALUES ('c', {}, {}, 'k', '', 'active', 'pm', 'mir', '4242', {})",
                *(account.access_user_id, account.id, household.now),
            )
            await db.execute(
                "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, "
                "planned_period, begun_at, changed_at, reason) "
                "VALUES ({}, {}, {}, (SELECT id FROM cards), 'bill', 500000, 5, 202601, {}, {}, '')",
                *(account.id, account.access_user_id, account.access_id, household.now, household.now),
            )

    db.run(agreed())


def _events(household: Household, kind: str) -> list[dict[str, object]]:
    rows = db.run(
        db.read("SELECT actor_user_id, actor_agent_id, impersonation_id, params FROM events WHERE kind = {}", kind)
    )
    return [{**row, "params": json.loads(row["params"])} for row in rows]


def _letters() -> list[tuple[str, str]]:
    return [(row["kind"], row["to_address"]) for row in db.run(db.read("SELECT * FROM messages ORDER BY id"))]


def test_with_the_code_a_reading_is_sent_and_the_resident_learns_of_both(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    assert _send(desk).status_code == 403
    assert "Передать показание" not in desk.text(f"{desk.home}/readings")

    entered = _enter(desk, _shown(resident), f"{desk.home}/readings")

    assert (entered.status_code, entered.headers["location"]) == (303, f"{desk.home}/readings")
    page = desk.text(f"{desk.home}/readings")
    assert "можно передать показание и выключить автоплатёж" in page
    assert "Передать показание" in page
    assert _send(desk).status_code == 303
    (stored,) = household.readings()
    assert (stored.values, stored.source, stored.status) == ((5000, 2200), "agent", "accepted")
    told = [("look_began", "holder@example.org"), ("look_allowed", "holder@example.org")]
    assert _letters() == [*told, ("reading_by_agent", "holder@example.org")]
    history = resident.text(f"{resident.home}/history")
    assert "Показания за март" in history
    assert "Т1 5 000, Т2 2 200 · сотрудник А-support" in history
    assert "Сотруднику разрешено действовать" in history


def test_every_act_names_the_agent_the_look_and_the_account(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    _set_autopay(household)
    _enter(desk, _shown(resident))
    _send(desk)
    desk.post(f"{desk.home}/autopay/cancellation")

    (began,) = _events(household, "look_began")
    for kind in ("look_allowed", "reading_sent", "autopay_ended"):
        (event,) = _events(household, kind)
        assert (event["actor_user_id"], event["actor_agent_id"], event["impersonation_id"]) == (
            household.users["support"],
            began["actor_agent_id"],
            began["impersonation_id"],
        ), kind
    assert began["impersonation_id"]


def test_with_the_code_autopay_is_switched_off_and_cannot_be_switched_on(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    _set_autopay(household)
    autopay = f"{desk.home}/autopay"
    assert desk.post(f"{autopay}/cancellation").status_code == 403
    assert "Выключить автоплатёж" not in desk.text(autopay)
    _enter(desk, _shown(resident))
    assert "Выключить автоплатёж" in desk.text(autopay)
    for forbidden in (autopay, f"{autopay}/months/2026-03/skip"):
        assert desk.post(forbidden, mode="bill", limit="5000", day="5", card="c").status_code == 403

    assert desk.post(f"{autopay}/cancellation").status_code == 303

    (row,) = db.run(db.read("SELECT reason, ended_at FROM autopays"))
    assert row["reason"] == "by_agent"
    assert ("autopay_ended", "holder@example.org") in _letters()
    assert "Автоплатёж выключен" in resident.text(f"{resident.home}/history")
    assert "По вашему коду · сотрудник А-support" in resident.text(f"{resident.home}/history")


def test_a_code_is_good_once_for_ten_minutes_and_for_its_own_look(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    first = _shown(resident)
    household.now += timedelta(minutes=10)
    assert _enter(desk, first).status_code == 422
    second = _shown(resident)
    assert second != first

    assert _enter(desk, second).status_code == 303
    assert _enter(desk, second).status_code == 422
    desk.post("/support/look/end")
    other = agent(household, "operator")
    look(other)
    assert _enter(other, second).status_code == 422
    assert _send(other).status_code == 403


def test_asked_for_twice_it_is_the_same_code(household: Household, resident: Cabinet, desk: Cabinet) -> None:
    shown = _shown(resident)
    (row,) = db.run(db.read("SELECT look_id FROM look_codes"))
    resident.post(_page(resident), look=str(row["look_id"]))
    assert _digits(resident) == shown
    assert len(_events(household, "look_code_shown")) == 1


def test_five_wrong_codes_close_this_look_to_the_right_one(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    right = _shown(resident)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    with capture_logs() as logged:
        for _ in range(5):
            assert "Код не подошёл" in words(_enter(desk, wrong).text)
        refused = _enter(desk, right)

    assert refused.status_code == 422
    assert "Слишком много неверных кодов" in words(refused.text)
    assert _send(desk).status_code == 403
    assert [each["reason"] for each in logged if each["event"] == "look_code_refused"] == [
        *["code_wrong"] * 5,
        "too_many_tries",
    ]
    assert right not in str(logged)


def test_an_agent_guesses_twenty_times_a_day_in_all_looks_together(household: Household, resident: Cabinet) -> None:
    guessing = agent(household, "support")
    for _ in range(4):
        look(guessing)
        for _ in range(5):
            _enter(guessing, "000000")
        ended = guessing.post("/support/look/end")
        household.tokens["support"] = ended.headers["set-cookie"].partition("lk_session=")[2].partition(";")[0]
    look(guessing)
    refused = _enter(guessing, _shown(resident))
    assert "Слишком много неверных кодов" in words(refused.text)


def test_nobody_but_the_holder_sees_a_code(household: Household, resident: Cabinet, desk: Cabinet) -> None:
    shown = _shown(resident)
    for who in ("helper", "stranger", "support"):
        site = Cabinet(household, who)
        assert site.get(_page(site)).status_code in (403, 404)
        assert site.post(_page(site), look="1").status_code in (403, 404)
    for page in ("", "/history", "/readings", "/access"):
        answer = desk.get(desk.home + page) if page != "/access" else None
        assert answer is None or shown not in answer.text.replace(" ", "")
    stored = db.run(db.read("SELECT * FROM look_codes")) + db.run(db.read("SELECT * FROM events"))
    assert shown not in str(stored)


def test_without_a_look_there_is_no_code_to_ask_for(household: Household, resident: Cabinet) -> None:
    assert "Сейчас ваш кабинет никто не смотрит" in resident.text(_page(resident))
    assert resident.post(_page(resident), look="1").status_code == 422
    looking = agent(household, "support")
    look(looking)
    looking.post("/support/look/end")
    refused = resident.post(_page(resident), look="1")
    assert refused.status_code == 422
    assert "Этот просмотр уже закончился" in words(refused.text)
    assert db.run(db.read("SELECT id FROM look_codes")) == []


def test_the_next_holder_gives_no_leave_by_a_code_of_the_last_one(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    shown = _shown(resident)

    async def handed_over() -> None:
        async with db.write():
            await db.execute("UPDATE accesses SET ended_at = {} WHERE role = 'holder'", household.now)
            await db.execute(
                "INSERT INTO accesses (user_id, account_id, role, created_at, is_provisional) "
                "SELECT {}, account_id, 'holder', {}, {} FROM accesses WHERE role = 'holder'",
                *(household.users["stranger"], household.now, False),
            )

    db.run(handed_over())
    assert _enter(desk, shown).status_code == 422
    assert _send(desk).status_code == 403


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE impersonations SET ended_at = ends_at",
        "UPDATE impersonations SET allowed_at = NULL",
        "UPDATE impersonations SET ends_at = started_at",
        "UPDATE impersonations SET account_id = account_id + 1",
        "UPDATE agents SET is_disabled = TRUE",
        "UPDATE sessions SET ends_at = created_at",
    ],
)
def test_what_ended_meanwhile_is_asked_again_in_the_transaction(
    household: Household, resident: Cabinet, desk: Cabinet, over: str
) -> None:
    _set_autopay(household)
    _enter(desk, _shown(resident))
    (event,) = _events(household, "look_allowed")
    actor = Actor(*(event[name] for name in ("actor_user_id", "actor_agent_id", "impersonation_id")))  # type: ignore[arg-type]

    async def acts() -> list[str]:
        async with db.write():
            await db.execute("PRAGMA defer_foreign_keys = ON")
            await db.execute(over)
            account, refused = await household.account(), []
            for act in (
                stop_autopay(account, actor),
                take_by_phone(
                    account,
                    household.meter_id,
                    (5000, 2200),
                    taken_on=clock.today(),
                    actor=actor,
                    is_confirmed=False,
                ),
            ):
                try:
                    await act
                except Refused as refusal:
                    refused.append(refusal.problems[0].code)
            await db.execute("UPDATE impersonations SET account_id = 1")
            return refused

    with clock.fixed_at(household.now):
        assert db.run(acts()) == ["look_over", "look_over"]
    assert household.readings() == []
    assert db.run(db.read("SELECT id FROM autopays WHERE ended_at IS NOT NULL")) == []


def test_the_look_is_under_a_new_token_once_it_may_more(household: Household, resident: Cabinet, desk: Cabinet) -> None:
    before = household.tokens["support"]
    _enter(desk, _shown(resident))
    assert household.tokens["support"] != before
    household.tokens["support"] = before
    assert desk.get(desk.home).status_code in (303, 403)


def test_the_banner_stands_on_every_page_and_in_every_partial(
    household: Household, resident: Cabinet, desk: Cabinet
) -> None:
    for page in (desk.home, f"{desk.home}/history", "/support", f"/support{desk.home}", "/support/held"):
        text = desk.text(page)
        assert "Вы — сотрудник А-support." in text, page
        assert "только просмотр · 30 мин" in text
        assert "Закончить" in text
    assert "Вы — сотрудник А-support." in words(desk.get(f"{desk.home}/readings/999").text)
    _enter(desk, _shown(resident))
    household.now += timedelta(minutes=6)
    scripted = Cabinet(household, "support", has_scripts=True)
    partial = scripted.post(f"{desk.home}/readings/preview", meter=str(household.meter_id), t1="5000", t2="2200").text
    assert 'hx-swap-oob="true"' in partial
    assert "можно передать показание и выключить автоплатёж · 24 мин" in words(partial)
    assert "Вы — сотрудник" not in words(Cabinet(household, has_scripts=True).get(f"{desk.home}/readings").text)


def test_a_cabinet_that_an_agent_holds_is_not_looked_at(household: Household) -> None:
    looking = agent(household, "operator")

    async def employed() -> None:
        async with db.write():
            await db.execute(
                "INSERT INTO agents (user_id, code, role, totp_last_step, is_disabled) "
                "VALUES ({}, 'А-9', 'support', 0, {})",
                *(household.users["holder"], False),
            )

    db.run(employed())
    refused = looking.post(f"/support/accounts/{household.public_id}/look", reason="bill")
    assert refused.status_code == 422
    assert "принадлежит сотруднику" in words(refused.text)
    assert db.run(db.read("SELECT id FROM impersonations")) == []
