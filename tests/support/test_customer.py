"""The customer's card: what stands on it, what of it is masked, and who is told that it was looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lk import clock, db
from tests.metering.cabinet import Cabinet, agent, look, words
from tests.readings.household import Household, sqlite_household
from tests.readings.site import Site

VIEW = "customer_viewed"


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def desk(household: Household) -> Cabinet:
    return agent(household, "support")


def _card(household: Household) -> str:
    return f"/support/accounts/{household.public_id}"


def _events(household: Household) -> list[tuple[str, dict[str, object]]]:
    rows = db.run(db.read("SELECT kind, params FROM events WHERE actor_kind = 'agent' ORDER BY id"))
    return [(row["kind"], json.loads(row["params"])) for row in rows]


def test_it_says_what_is_owed_what_was_read_and_how_money_goes(household: Household, desk: Cabinet) -> None:
    household.send(5000, 2200)

    text = desk.text(_card(household))

    assert "Лицевой счёт 12345-678-90" in text
    assert "К оплате 0,00 ₽" in text
    assert "Автоплатёж не включён" in text
    assert "Ждём показания за март до 25 марта включительно" in text
    assert "№ 14195368 принято Т1–Т2. За март, 20 марта: T1 5 000, T2 2 200" in text
    assert "Показания за март 20 марта, 14:05 · Т1 5 000, Т2 2 200" in text
    assert "Ждёт решения" not in text


def test_what_waits_for_a_person_stands_first_and_leads_there(household: Household, desk: Cabinet) -> None:
    household.send(4800, 2200)
    _wait_for_money(household)

    page = desk.get(_card(household)).text

    text = words(page)
    assert text.index("Ждёт решения") < text.index("Деньги")
    assert "Показание за март на проверке" in text
    assert 'href="/support/held"' in page
    assert "на проверке Т1–Т2. За март, 20 марта: T1 4 800, T2 2 200" in text
    assert "Счёт за февраль отложен нет тарифа" in text
    assert "Платёж 2 088,60 ₽ ждёт ответа банка спрашиваем сами, второй раз деньги не уйдут" in text


def _wait_for_money(household: Household) -> None:
    async def waiting() -> None:
        account = await household.account()
        async with db.write():
            await db.execute(
                "INSERT INTO put_asides (period, step, account_id, reason, since) VALUES (202602, 'bill', {}, {}, {})",
                account.id,
                "no_rate",
                household.now,
            )
            await db.execute(
                "INSERT INTO payments (public_id, account_id, key, kind, amount_kopecks, status, reason, card, body, "
                "saves_card, way, created_at) VALUES ('p', {}, 'k', 'one_off', 208860, 'unknown', '', '', '', {}, "
                "'card', {})",
                account.id,
                False,
                household.now,
            )

    with clock.fixed_at(household.now):
        db.run(waiting())


def test_name_and_email_are_masked_until_an_agent_says_why_and_only_on_that_page(
    household: Household, desk: Cabinet
) -> None:
    masked = desk.text(_card(household))
    refused = desk.post(f"{_card(household)}/personal-data")
    shown = desk.post(f"{_card(household)}/personal-data", why="caller")
    again = desk.text(_card(household))

    for text in (masked, words(refused.text), again):
        assert "h•••@example.org" in text
        assert "holder@example.org" not in text
        assert "А. Б." not in text
    assert refused.status_code == 422
    assert "Выберите, зачем открыть имя и почту" in words(refused.text)
    assert "holder@example.org" in words(shown.text)
    assert "А. Б." in words(shown.text)
    assert shown.headers["cache-control"] == "no-store"
    assert ("data_unmasked", {"reason": "caller"}) in _events(household)
    assert [kind for kind, _ in _events(household)].count("data_unmasked") == 1


def test_the_resident_sees_who_looked_and_why(household: Household, desk: Cabinet) -> None:
    desk.get(_card(household))
    desk.post(f"{_card(household)}/personal-data", why="letter")

    history = words(Site(household).get(f"/accounts/{household.public_id}/history").text)

    assert "Сотрудник открывал карточку счёта А-support" in history
    assert "Сотрудник смотрел имя и почту А-support" in history
    assert "«не доходят письма»" in history


def test_a_card_in_work_is_one_view_and_after_an_hour_another(household: Household, desk: Cabinet) -> None:
    for _ in range(3):
        desk.get(_card(household))
    assert [kind for kind, _ in _events(household)] == [VIEW]
    agent(household, "operator").get(_card(household))
    assert [kind for kind, _ in _events(household)] == [VIEW] * 2

    household.now += timedelta(minutes=61)
    _stay_signed_in()
    desk.get(_card(household))

    assert [kind for kind, _ in _events(household)] == [VIEW] * 3


def _stay_signed_in() -> None:
    async def stayed() -> None:
        async with db.write():
            await db.execute("UPDATE sessions SET ends_at = {}", clock.parse_instant("2027-01-01T00:00"))

    db.run(stayed())


def test_what_the_desk_shows_while_a_look_goes_on_is_no_part_of_the_look(household: Household, desk: Cabinet) -> None:
    look(desk)

    desk.get(_card(household))
    desk.post("/support", q="12345")

    found = db.run(
        db.read("SELECT kind FROM events WHERE actor_kind = 'agent' AND impersonation_id IS NULL ORDER BY id")
    )
    assert [row["kind"] for row in found] == [VIEW, "customers_listed"]


def test_more_views_than_usual_are_an_alarm_and_the_admin_reads_whose(household: Household, desk: Cabinet) -> None:
    async def strict() -> None:
        async with db.write():
            await db.execute("INSERT INTO settings (name, value) VALUES ('views_a_day', '1')")

    db.run(strict())
    with capture_logs() as few:
        desk.get(_card(household))
    with capture_logs() as many:
        desk.post(f"{_card(household)}/personal-data", why="other")

    assert [line for line in few if line["event"] == "many_views"] == []
    told = [line for line in many if line["event"] == "many_views"]
    assert told == [{"event": "many_views", "agent": "А-support", "views": 2, "log_level": "warning"}]
    assert "Сотрудник А-support смотрит много" in agent(household, "admin").text("/support")
    assert "смотрит много" not in desk.text("/support")


def test_an_exact_number_opens_the_card_at_once_and_a_list_is_noted_by_ids(household: Household, desk: Cabinet) -> None:
    exact = desk.post("/support", q="12345-678-90")
    listed = desk.post("/support", q="12345")
    nothing = desk.post("/support", q="99999")

    assert (exact.status_code, exact.headers["location"]) == (303, _card(household))
    assert "Точно такого нет. Похоже на это:" in words(listed.text)
    assert "Ничего не нашлось" in words(nothing.text)
    account_id = db.run(household.account()).id
    assert _events(household) == [("customers_listed", {"accounts": [account_id]})]


def test_with_htmx_only_what_was_found_is_answered(household: Household, desk: Cabinet) -> None:
    scripted = Cabinet(household, "support", has_scripts=True)

    listed = scripted.post("/support", q="12345")
    exact = scripted.post("/support", q="1234567890")

    assert listed.text.startswith('<div id="found">')
    assert f'href="{_card(household)}"' in listed.text
    assert (exact.status_code, exact.headers["hx-redirect"]) == (204, _card(household))


def test_what_was_searched_for_stands_in_no_address(household: Household, desk: Cabinet) -> None:
    page = desk.get("/support").text
    answer = desk.post("/support", q="12345-678-90")

    assert 'method="post"' in page
    assert 'method="get"' not in page
    for told in ("12345", "678-90", "q="):
        assert told not in answer.headers["location"]
    assert desk.get("/support?q=12345-678-90").status_code == 200
    assert _events(household) == []


def test_no_resident_searches_or_unmasks(household: Household) -> None:
    for who in ("holder", "stranger"):
        site = Cabinet(household, who)
        assert site.post("/support", q="12345-678-90").status_code == 403
        assert site.post(f"{_card(household)}/personal-data", why="caller").status_code == 403
    assert _events(household) == []
