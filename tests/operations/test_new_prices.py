"""An operator sets prices in the browser: what last month would have come to first, and nothing that is billed."""

from __future__ import annotations

import json

import pytest

from lk import counting, db
from lk.cycle.actions import run_due
from lk.energy import Register
from lk.operations.billed import billed_volumes, compared_period
from lk.operations.comparing import compare_prices
from lk.operations.price_rules import WantedPrices
from lk.operations.pricing import set_prices, withdraw_prices
from lk.period import Period
from tests.database import Database
from tests.operations.month import AUGUST, IVANOVA, JULY, OPERATOR, RUN, SUPPORT, Month, begin_month

LATER = "2025-07-28T12:00"
GAS = "/operations/tariffs/moscow/gas/prices"
T1_OF_TWO = (2, Register.T1, 1)
ACT = "Приказ № 7"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_month(database)


def bill_july(month: Month) -> None:
    """Ivanova reads 180 and 95 kWh: 1 701,00 + 387,60 ₽; her neighbours are billed by the norm, 135 kWh each."""
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    month.town.run_due(RUN)


def wanted(since: Period = AUGUST, **prices: int) -> WantedPrices:
    places = {"day": T1_OF_TWO, "night": (2, Register.T2, 1), "single": (1, Register.T1, 1)}
    return WantedPrices("moscow", "gas", since, ACT, {places[name]: price for name, price in prices.items()})


def sets(month: Month, prices: WantedPrices, at: str = LATER, code: str = OPERATOR) -> list[str]:
    return month.refused(set_prices(prices, month.actors[code], is_confirmed=True), at)


def rates(month: Month) -> list[tuple[object, ...]]:
    rows = month.database.rows("SELECT * FROM rates ORDER BY valid_from, zones, register, band")
    return [(str(each["valid_from"]), each["zones"], each["register"], each["price_kopecks"]) for each in rows]


def events(month: Month, kind: str) -> list[dict[str, object]]:
    rows = month.database.rows("SELECT params, actor_agent_id FROM events WHERE kind = {} ORDER BY id", kind)
    return [json.loads(row["params"]) | {"by": row["actor_agent_id"]} for row in rows]


def test_the_comparison_is_the_sum_of_last_months_lines_at_the_new_prices(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    before = month.one("SELECT sum(total_kopecks) AS s FROM bills")
    compared = month.run(compare_prices(wanted(day=1000, single=800)), LATER)
    comparison = compared.comparison
    assert comparison is not None
    assert (compared.period, comparison.bills, comparison.was_kopecks) == (JULY, 3, before)
    assert comparison.now_kopecks - before == 180 * (1000 - 945) + 2 * 135 * (800 - 787)
    assert [(each.zones, each.kwh, each.was_price, each.price) for each in comparison.repriced] == [
        (1, 270, 787, 800),
        (2, 180, 945, 1000),
    ]
    usual = comparison.examples[-2]
    assert (usual.kwh, usual.was_kopecks, usual.now_kopecks) == ((180, 95), 208860, 208860 + 180 * 55)


def test_had_the_prices_held_the_run_would_have_made_that_sum(month: Month) -> None:
    """The comparison, proven by the bill run itself."""
    bill_july(month)
    compared = month.run(compare_prices(wanted(day=1234, night=321, single=999)), LATER).comparison
    assert compared is not None
    month.change("UPDATE rates SET price_kopecks = 1234 WHERE zones = 2 AND register = 'T1'")
    month.change("UPDATE rates SET price_kopecks = 321 WHERE zones = 2 AND register = 'T2'")
    month.change("UPDATE rates SET price_kopecks = 999 WHERE zones = 1")
    month.change("UPDATE bills SET status = 'reversed'")
    month.change("UPDATE cycle_runs SET status = 'running', claim_ends_at = '2020-01-01' WHERE step = 'bill'")
    month.run(run_due(), RUN)
    assert month.one("SELECT sum(total_kopecks) AS s FROM bills WHERE status <> 'reversed'") == compared.now_kopecks


def test_a_new_price_is_asked_about_first_then_it_holds_from_its_month_on(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    visit = month.sits(at=LATER)
    fields = {"since": "2025-08", "legal_act": ACT, "price_2_T1_1": "10,00"}
    visit.get(GAS)
    page = visit.post(GAS, **fields)
    assert page.status_code == 200
    assert "Если бы так считали за июль" in visit.text
    assert "На 99,00 ₽ больше" in visit.text
    assert len(rates(month)) == 3
    assert events(month, "prices_set") == []

    confirmed = _confirmation(page.text)
    done = visit.post(GAS, **fields, confirmed=confirmed)
    assert done.status_code == 303
    assert rates(month)[-1] == ("2025-08-01", 2, "T1", 1000)
    (event,) = events(month, "prices_set")
    assert event["prices"] == [[2, "T1", 1, 1000]]
    assert event["by"] == month.actors[OPERATOR].agent_id

    month.town.reads(IVANOVA, 5100, 2200, at="2025-08-20T14:05")
    month.town.run_due("2025-08-26T00:05")
    assert month.town.bills(IVANOVA)[-1]["total_kopecks"] == 100 * 1000
    assert month.town.bills(IVANOVA)[0]["total_kopecks"] == 208860


def _confirmation(page: str) -> str:
    return page.partition('name="confirmed" value="')[2].partition('"')[0]


def test_other_prices_than_those_that_were_shown_are_asked_about_again(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(GAS)
    page = visit.post(GAS, since="2025-08", legal_act=ACT, price_2_T1_1="10")
    confirmed = _confirmation(page.text)
    assert visit.post(GAS, since="2025-08", legal_act=ACT, price_2_T1_1="100", confirmed=confirmed).status_code == 200
    assert visit.post(GAS, since="2025-09", legal_act=ACT, price_2_T1_1="10", confirmed=confirmed).status_code == 200
    assert len(rates(month)) == 3


def test_nothing_that_is_billed_gets_another_price(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    assert sets(month, wanted(JULY, day=1000)) == ["price_billed"]
    month.change("UPDATE rates SET valid_from = '2025-05-01'")
    assert sets(month, wanted(Period(2025, 6), day=1000)) == ["price_billed"]
    visit = month.sits(at=LATER)
    visit.get(GAS)
    page = visit.post(GAS, since="2025-07", legal_act=ACT, price_2_T1_1="10")
    assert page.status_code == 422
    assert "По прежней цене уже выставлены счета за июль." in visit.text
    assert len(rates(month)) == 3


def test_until_the_first_bill_a_price_of_this_month_may_be_put_right(month: Month) -> None:
    assert sets(month, wanted(JULY, day=1000)) == []
    assert rates(month)[1] == ("2025-07-01", 2, "T1", 1000)


def test_no_price_changes_while_bills_are_made(month: Month) -> None:
    bill_july(month)
    month.change("UPDATE cycle_runs SET status = 'running' WHERE step = 'bill'")
    assert sets(month, wanted(day=1000)) == ["billing_under_way"]
    assert len(rates(month)) == 3


def test_a_price_to_come_is_withdrawn_and_one_that_holds_is_not(each_month: Month) -> None:
    month = each_month
    assert sets(month, wanted(day=1000, night=500)) == []
    operator = month.actors[OPERATOR]
    july = withdraw_prices("moscow", "gas", JULY, operator)
    assert month.refused(july, LATER) == ["begun_already"]
    visit = month.sits(at=LATER)
    assert "С 1 августа 2025" in visit.get(GAS).text.replace("\u00a0", " ")
    assert visit.post(f"{GAS}/withdrawal", since="2025-08").status_code == 303
    assert len(rates(month)) == 3
    assert [each["prices"] for each in events(month, "prices_withdrawn")] == [[[2, "T1", 1, 1000], [2, "T2", 1, 500]]]
    again = visit.post(f"{GAS}/withdrawal", since="2025-08")
    assert again.status_code == 422
    assert "его отменил другой сотрудник" in visit.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Впишите хотя бы одну цену"),
        ({"price_2_T1_1": "десять"}, "Цена не разобралась"),
        ({"price_2_T1_1": "0"}, "Цена должна быть больше нуля"),
        ({"price_2_T1_1": "10", "legal_act": " "}, "Назовите документ"),
        ({"price_2_T1_1": "10", "legal_act": "=1+1"}, "похоже на формулу"),
        ({"price_2_T1_1": "10", "since": "летом"}, "Выберите месяц"),
        ({"price_2_T1_1": "10", "since": "9998-01"}, "Выберите месяц"),
    ],
)
def test_what_cannot_be_a_price_is_told_beside_its_field(month: Month, fields: dict[str, str], told: str) -> None:
    visit = month.sits(at=LATER)
    visit.get(GAS)
    page = visit.post(GAS, **{"since": "2025-08", "legal_act": ACT, **fields})
    assert page.status_code == 422
    assert told.casefold() in visit.text.casefold()
    assert len(rates(month)) == 3


def test_only_an_operator_sets_and_withdraws_prices(month: Month) -> None:
    assert sets(month, wanted(day=1000), code=SUPPORT) == ["not_an_operator"]
    month.change("UPDATE agents SET is_disabled = {} WHERE code = {}", True, OPERATOR)
    assert sets(month, wanted(day=1000)) == ["not_an_operator"]
    assert month.refused(withdraw_prices("moscow", "gas", AUGUST, month.actors[OPERATOR])) == ["not_an_operator"]
    assert len(rates(month)) == 3


def test_a_place_that_does_not_exist_is_not_there(month: Month) -> None:
    assert month.sits().get("/operations/tariffs/tver/gas/prices").status_code == 404
    assert month.sits().get("/operations/tariffs/moscow/oil/norms").status_code == 404


def test_a_city_is_counted_once_for_many_looks(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    bill_july(month)
    monkeypatch.setattr(counting, "LARGE", 1)
    monkeypatch.setattr(counting, "KEPT_TIMES", 10**6)

    async def looked() -> None:
        first = await billed_volumes(JULY)
        with db.counted() as counter:
            assert await billed_volumes(JULY) is first
        assert len(counter.statements) == 1

    month.run(looked(), LATER)


def test_before_the_first_bill_there_is_nothing_to_compare_with(month: Month) -> None:
    assert month.run(compared_period()) is None
    visit = month.sits(at=LATER)
    visit.get(GAS)
    visit.post(GAS, since="2025-08", legal_act=ACT, price_2_T1_1="10")
    assert "сравнить не с чем" in visit.text


def test_the_pages_of_prices_tell_what_holds_what_is_to_come_and_who_did_it(month: Month) -> None:
    assert sets(month, wanted(day=1000)) == []
    visit = month.sits(at=LATER)
    assert "Два тарифа: день, Т1" in visit.get("/operations/tariffs").text
    assert "с 1 августа 2025 — другие" in visit.text
    visit.get("/operations/tariffs/changes")
    assert "Новые цены: Москва, газовые плиты" in visit.text
    assert "с 1 августа 2025 · 2 тарифа T1 10,00 ₽ · сотрудник О-1" in visit.text
