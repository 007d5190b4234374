"""The reading that made a bill wait is put right at the desk, and the bill is counted anew by it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.household import OTHER_ACCOUNT
from tests.papers import spaced
from tests.served import Served, Visitor
from tests.support.test_held_bills import bills, owed
from tests.support.test_held_bills import desk as desk


@pytest.fixture
def lk(desk: tuple[Served, Visitor]) -> Served:
    return desk[0]


@pytest.fixture
def agent(desk: tuple[Served, Visitor]) -> Visitor:
    return desk[1]


def path_of(lk: Served) -> str:
    (bill,) = lk.rows("SELECT id FROM bills WHERE status = 'held'")
    return f"/support/held-bills/{bill['id']}/reading"


def told(lk: Served, agent: Visitor, path: str, t1: str, taken_on: str = "2025-07-20", **more: str) -> None:
    (meter,) = lk.rows(
        "SELECT m.id FROM meters m JOIN accounts a ON a.id = m.account_id WHERE a.number = {}", OTHER_ACCOUNT
    )
    agent.post(path, meter=str(meter["id"]), taken_on=taken_on, t1=t1, **more)


def readings(lk: Served) -> list[dict[str, Any]]:
    return lk.rows(
        "SELECT r.t1_kwh, r.status, r.source, r.period FROM readings r JOIN accounts a ON a.id = r.account_id "
        "WHERE a.number = {} AND r.kind = 'regular' ORDER BY r.id",
        OTHER_ACCOUNT,
    )


def test_the_card_shows_the_dials_and_leads_to_the_form(lk: Served, agent: Visitor) -> None:
    page = spaced(agent.get("/support/held-bills"))
    assert "1 000 → 2 000" in page
    assert "20 июля 2025, из ведомости" in page
    assert f'href="{path_of(lk)}"' in page

    form = agent.get(path_of(lk))
    assert 'value="2025-07-20"' in form
    assert "было 1 000" in re.sub(r"<[^>]+>", "", spaced(form))


def test_a_bill_that_waits_tells_why_it_is_so_much_too(lk: Served, agent: Visitor) -> None:
    found = re.search(r'href="(/support/accounts/\w+/bills/2025-07)"', agent.get("/support/held-bills"))
    assert found
    page = spaced(re.sub(r"<[^>]+>", " ", agent.get(found[1])))
    assert "Ждёт решения, жителю не показан" in page
    assert "1 000 × 7,87 ₽ = 7 870,00 ₽" in page
    agent.post(found[1] + "/what-if", meter="2", taken_on="2025-07-20", t1="1200")
    assert "на 6 296,00 ₽ меньше, чем сейчас" in spaced(re.sub(r"<[^>]+>", " ", agent.page))
    assert bills(lk) == [("held", 1000 * 787)]


def test_the_right_digits_replace_the_wrong_ones_and_the_bill_is_issued_by_them(lk: Served, agent: Visitor) -> None:
    agent.get(path_of(lk))
    told(lk, agent, path_of(lk), "1200")

    assert (agent.status, agent.path) == (200, "/support/held-bills")
    assert "Показание исправлено, счёт посчитан заново." in agent.text
    assert [(each["t1_kwh"], each["status"], each["source"], each["period"]) for each in readings(lk)] == [
        (2000, "superseded", "import", 202507),
        (1200, "accepted", "agent", 202507),
    ]
    assert bills(lk) == [("reversed", 1000 * 787), ("issued", 200 * 787)]
    assert owed(lk) == 200 * 787
    events = [row["kind"] for row in lk.rows("SELECT kind FROM events ORDER BY id DESC LIMIT 3")]
    assert events == ["bill_issued", "bill_recounted", "reading_sent"]
    assert lk.run("verify", "--full").returncode == 0


def test_digits_that_are_odd_too_are_told_and_change_nothing(lk: Served, agent: Visitor) -> None:
    agent.get(path_of(lk))
    for t1, sentence in (("900", "Меньше прошлого показания: было 1 000."), ("3000", "больше, чем может пропустить")):
        told(lk, agent, path_of(lk), t1)
        assert agent.status == 422
        assert sentence in spaced(agent.text)
    assert [each["status"] for each in readings(lk)] == ["accepted"]
    assert bills(lk) == [("held", 1000 * 787)]
    assert json.dumps([row["kind"] for row in lk.rows("SELECT kind FROM messages")]).count("reading_by_agent") == 0


@pytest.mark.parametrize(
    ("taken_on", "sentence"),
    [
        ("2025-07-26", "Для счёта за июль нужен день не позже 25 июля."),
        ("2025-06-20", "Для счёта за июль нужен день не позже 25 июля."),
        ("2025-07-27", "Этот день ещё не наступил."),
        ("вчера", "Напишите день так"),
    ],
)
def test_a_day_of_another_month_is_told_and_changes_nothing(
    lk: Served, agent: Visitor, taken_on: str, sentence: str
) -> None:
    agent.get(path_of(lk))
    told(lk, agent, path_of(lk), "1200", taken_on)
    assert agent.status == 422
    assert sentence in spaced(agent.text)
    assert [each["status"] for each in readings(lk)] == ["accepted"]
    assert bills(lk) == [("held", 1000 * 787)]


def test_a_bill_that_another_agent_issued_meanwhile_stays(lk: Served, agent: Visitor) -> None:
    path = path_of(lk)
    agent.get("/support/held-bills")
    agent.post(path.replace("/reading", "/release"))
    agent.get(path)
    told(lk, agent, path, "1200")
    assert agent.status == 422
    assert "Этот счёт уже разобрал другой сотрудник." in agent.text
    assert bills(lk) == [("issued", 1000 * 787)]
    assert [each["status"] for each in readings(lk)] == ["accepted"]


def test_a_missing_price_keeps_bill_and_reading_as_they_are(lk: Served, agent: Visitor) -> None:
    agent.get(path_of(lk))
    lk.change("UPDATE accounts SET tariff_category = 'rural' WHERE number = {}", OTHER_ACCOUNT)
    told(lk, agent, path_of(lk), "1200")
    assert agent.status == 422
    assert "заново не посчитать: нет тарифа или норматива." in spaced(agent.text)
    assert bills(lk) == [("held", 1000 * 787)]
    assert [(each["t1_kwh"], each["status"]) for each in readings(lk)] == [(2000, "accepted")]


def test_another_accounts_meter_is_not_there(lk: Served, agent: Visitor) -> None:
    agent.get(path_of(lk))
    agent.post(path_of(lk), meter="1", taken_on="2025-07-20", t1="5000", t2="2200")
    assert agent.status == 404


def test_outside_this_form_a_reading_of_a_month_with_a_held_bill_counts_for_the_next(
    lk: Served, agent: Visitor
) -> None:
    (account,) = lk.rows("SELECT public_id FROM accounts WHERE number = {}", OTHER_ACCOUNT)
    path = f"/support/accounts/{account['public_id']}/reading"
    agent.get(path)
    told(lk, agent, path, "2100")
    assert readings(lk)[-1]["period"] == 202508
    assert bills(lk) == [("held", 1000 * 787)]
