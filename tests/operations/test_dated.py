"""Norms, bands, days of the month and the penalty's rate are set from a day on, compared first, withdrawn before it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from lk.cycle.calendars import set_calendar, withdraw_calendar
from lk.operations.comparing import compare_bands, compare_norms, compare_penalty_rate
from lk.operations.dated import set_bands, set_penalty_rate, withdraw_bands, withdraw_penalty_rate
from lk.operations.price_forms import WantedBands, WantedPenaltyRate
from lk.operations.price_rules import Comparison, WantedNorms
from lk.operations.pricing import set_norms, withdraw_norms
from lk.period import Period
from lk.tariffs.rules import LAW_2026
from tests.database import Database
from tests.operations.month import AUGUST, IVANOVA, JULY, OPERATOR, PETROV, RUN, SUPPORT, Month, begin_month
from tests.operations.test_new_prices import LATER, bill_july, events

TARIFFS = "/operations/tariffs"
NORMS = f"{TARIFFS}/moscow/gas/norms"
OCTOBER = Period(2025, 10)


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_month(database)


def norms(since: Period = AUGUST, **by_size: int) -> WantedNorms:
    return WantedNorms("moscow", "gas", since, {int(size.removeprefix("of_")): kwh for size, kwh in by_size.items()})


def norms_compared(month: Month, wanted: WantedNorms) -> Comparison:
    found = month.run(compare_norms(wanted), LATER).comparison
    assert found is not None
    return found


def rerun_july(month: Month) -> int:
    """What the bill run itself makes of July once more."""
    month.change("UPDATE bills SET status = 'reversed'")
    month.change("UPDATE cycle_runs SET status = 'running', claim_ends_at = '2020-01-01' WHERE step = 'bill'")
    month.town.run_due(RUN)
    return int(month.one("SELECT sum(total_kopecks) AS s FROM bills WHERE status <> 'reversed'"))


def test_another_norm_is_compared_to_the_kopeck_with_the_bills_that_were_made_by_it(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    total = month.one("SELECT sum(total_kopecks) AS s FROM bills")
    found = norms_compared(month, norms(of_3=70))
    assert (found.bills, found.was_kopecks, found.now_kopecks, found.unsure) == (2, 2 * 135 * 787, 2 * 210 * 787, 0)
    assert [each.account_number for each in found.examples] == [PETROV, "1000000103"]
    assert norms_compared(month, norms(of_5=70)).more_kopecks == 0, "three people have a norm of their own"
    assert norms_compared(month, norms(of_2=70)).more_kopecks == 0

    month.change("UPDATE norms SET kwh_per_person = 70")
    assert rerun_july(month) - total == found.more_kopecks


def test_a_norm_is_asked_about_set_refused_where_it_was_billed_and_withdrawn(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    visit = month.sits(at=LATER)
    visit.get(NORMS)
    assert visit.post(NORMS, since="2025-08", norm_3="70").status_code == 200
    assert "вместо 2 124,90 ₽ · счета по нормативу: 2 счёта" in visit.text
    assert visit.post(NORMS, since="2025-08", norm_3="70", confirmed="2025-08/3=70").status_code == 303
    assert month.one("SELECT kwh_per_person FROM norms WHERE valid_from = '2025-08-01'") == 70
    assert [each["norms"] for each in events(month, "norms_set")] == [[[3, 70]]]

    assert visit.post(NORMS, since="2025-07", norm_3="70").status_code == 422
    assert "По прежнему нормативу уже выставлены счета за июль." in visit.text
    for typed, told in (("много", "целое число"), ("0", "Допустимо от 1"), ("", "Впишите хотя бы один")):
        assert visit.post(NORMS, since="2025-08", norm_3=typed).status_code == 422
        assert told in visit.text
    visit.get(NORMS)
    assert visit.post(f"{NORMS}/withdrawal", since="2025-08").status_code == 303
    assert month.one("SELECT count(*) AS n FROM norms") == 1
    operator = month.actors[OPERATOR]
    assert month.refused(withdraw_norms("moscow", "gas", Period(2020, 1), operator), LATER) == ["begun_already"]
    assert month.refused(withdraw_norms("moscow", "gas", AUGUST, month.actors[SUPPORT])) == ["not_an_operator"]
    support = set_norms(norms(of_3=70), month.actors[SUPPORT], is_confirmed=True)
    assert month.refused(support) == ["not_an_operator"]


def with_bands(month: Month) -> None:
    """The second band of two tariffs has prices of its own."""
    month.town.add(
        "tariffs",
        "moscow,gas,2,2,T1,12.00,2025-07-01,Приказ",
        "moscow,gas,2,2,T2,6.00,2025-07-01,Приказ",
    )


def test_other_bands_are_compared_to_the_kopeck_with_the_bills_that_reach_beyond_the_first(each_month: Month) -> None:
    month = each_month
    with_bands(month)
    bill_july(month)
    total = month.one("SELECT sum(total_kopecks) AS s FROM bills")
    found = month.run(compare_bands(WantedBands(AUGUST, (200, 6000))), LATER).comparison
    assert found is not None
    assert (found.bills, found.was_kopecks, found.unsure) == (1, 208860, 0)
    assert found.more_kopecks > 0
    assert [each.account_number for each in found.examples] == [IVANOVA]

    month.change("UPDATE band_limits SET upto_kwh = 200 WHERE band = 1")
    assert rerun_july(month) - total == found.more_kopecks


def test_a_bill_that_settles_earlier_months_is_counted_as_it_is(month: Month) -> None:
    """Its bands have room for two months: what another split would give cannot be told from its lines."""
    with_bands(month)
    month.change("UPDATE band_limits SET upto_kwh = 200 WHERE band = 1")
    month.town.run_due(RUN)
    month.town.reads(IVANOVA, 5400, 2300, at="2025-08-20T14:05")
    month.town.run_due("2025-08-26T00:05")
    found = month.run(compare_bands(WantedBands(OCTOBER, (100, 6000))), "2025-08-28T12:00").comparison
    assert found is not None
    assert (found.bills, found.unsure, found.more_kopecks) == (3, 1, 0)


def test_bands_are_set_for_months_without_a_bill_and_withdrawn_before_they_begin(each_month: Month) -> None:
    month = each_month
    bill_july(month)
    operator = month.actors[OPERATOR]
    assert month.refused(set_bands((100, 200), JULY, operator, is_confirmed=True), LATER) == ["month_billed"]
    for limits in ((), (0,), (200, 100), (100, 100), (100, 10**7)):
        refused = month.refused(set_bands(limits, AUGUST, operator, is_confirmed=True), LATER)
        assert refused == ["bands_out_of_order"], limits
    same = set_bands((3900, 6000), AUGUST, operator, is_confirmed=True)
    assert month.refused(same, LATER) == ["nothing_changes"]
    support = set_bands((100, 200), AUGUST, month.actors[SUPPORT], is_confirmed=True)
    assert month.refused(support, LATER) == ["not_an_operator"]

    visit = month.sits(at=LATER)
    visit.get(f"{TARIFFS}/bands")
    assert visit.post(f"{TARIFFS}/bands", since="2025-08", limit_1="200", limit_2="").status_code == 200
    assert month.one("SELECT count(*) AS n FROM band_limits") == 2
    done = visit.post(f"{TARIFFS}/bands", since="2025-08", limit_1="200", limit_2="", confirmed="2025-08/200")
    assert done.status_code == 303
    assert month.one("SELECT upto_kwh FROM band_limits WHERE valid_from = '2025-08-01'") == 200
    visit.get(f"{TARIFFS}/bands")
    assert "до 200 кВт·ч" in visit.text
    assert visit.post(f"{TARIFFS}/bands", since="2025-07", limit_1="200").status_code == 422
    assert "Первый свободный месяц — август 2025." in visit.text
    assert visit.post(f"{TARIFFS}/bands/withdrawal", since="2025-08").status_code == 303
    assert month.one("SELECT count(*) AS n FROM band_limits") == 2
    assert month.refused(withdraw_bands(AUGUST, operator), LATER) == ["nothing_planned"]
    assert month.refused(withdraw_bands(Period(2025, 1), operator), LATER) == ["begun_already"]


def run_late(month: Month) -> None:
    """Nobody pays July: its penalty runs up from the 31st day on, into the bill of September and of October."""
    bill_july(month)
    for at in ("2025-07-28T12:00", "2025-08-26T00:05", "2025-08-28T12:00", "2025-09-26T00:05", "2025-09-28T12:00"):
        month.town.run_due(at)
    month.town.run_due("2025-10-26T00:05")


def test_another_penalty_rate_is_compared_with_what_ran_up_in_the_month(each_month: Month) -> None:
    month = each_month
    run_late(month)
    found = month.run(compare_penalty_rate(WantedPenaltyRate(date(2026, 1, 1), 1900)), "2025-10-28T12:00").comparison
    assert found is not None
    assert found.bills == 3
    assert found.was_kopecks == _late_in_october(month) > 0
    assert abs(found.now_kopecks - 2 * found.was_kopecks) <= 6, "each debt is rounded by itself"

    month.change("INSERT INTO penalty_rates (valid_from, basis_points) VALUES ('2025-09-27', 1900)")
    month.change("DELETE FROM penalty_lines WHERE bill_id IN (SELECT id FROM bills WHERE period = 202510)")
    month.change("UPDATE bills SET status = 'reversed' WHERE period = 202510")
    month.change(_RUN_AGAIN)
    month.town.run_due("2025-10-26T00:05")
    assert _late_in_october(month) == found.now_kopecks


_RUN_AGAIN = (
    "UPDATE cycle_runs SET status = 'running', claim_ends_at = '2020-01-01' WHERE step = 'bill' AND period = 202510"
)


def _late_in_october(month: Month) -> int:
    sql = "SELECT sum(l.amount_kopecks) AS s FROM penalty_lines l JOIN bills b ON b.id = l.bill_id "
    return int(month.one(sql + "WHERE b.period = 202510 AND b.status <> 'reversed'"))


def test_a_penalty_rate_begins_tomorrow_at_the_earliest_and_is_withdrawn_before_it(each_month: Month) -> None:
    month = each_month
    operator = month.actors[OPERATOR]
    today = set_penalty_rate(1200, date(2025, 7, 28), operator, is_confirmed=True)
    assert month.refused(today, LATER) == ["day_is_past"]
    same = set_penalty_rate(950, date(2025, 8, 1), operator, is_confirmed=True)
    assert month.refused(same, LATER) == ["nothing_changes"]
    high = set_penalty_rate(10_001, date(2025, 8, 1), operator, is_confirmed=True)
    assert month.refused(high, LATER) == ["rate_too_high"]
    support = set_penalty_rate(1200, date(2025, 8, 1), month.actors[SUPPORT], is_confirmed=True)
    assert month.refused(support, LATER) == ["not_an_operator"]

    visit, page = month.sits(at=LATER), f"{TARIFFS}/penalty-rate"
    visit.get(page)
    for fields, told in (({"valid_from": "скоро"}, "Выберите день"), ({"rate": "1,234"}, "проценты годовых")):
        assert visit.post(page, **{"valid_from": "2025-08-01", "rate": "12", **fields}).status_code == 422
        assert told in visit.text
    assert visit.post(page, valid_from="2025-08-01", rate="12,5").status_code == 200
    confirmed = {"confirmed": "2025-08-01/1250"}
    assert visit.post(page, valid_from="2025-08-01", rate="12,5", **confirmed).status_code == 303
    assert month.one("SELECT basis_points FROM penalty_rates WHERE valid_from = '2025-08-01'") == 1250
    visit.get(page)
    assert "12,5 % годовых" in visit.text
    assert visit.post(f"{page}/withdrawal", since="2025-08-01").status_code == 303
    assert month.refused(withdraw_penalty_rate(date(2025, 8, 1), operator), LATER) == ["nothing_planned"]
    assert month.refused(withdraw_penalty_rate(date(1970, 1, 1), operator), LATER) == ["begun_already"]
    visit.get(f"{TARIFFS}/changes")
    assert "Отменена будущая ставка пеней" in visit.text


LAW = {name: str(getattr(LAW_2026, name)) for name in ("readings_open", "readings_close", "bill_run", "print_by")}
LAW |= {"bill_by": "5", "pay_by": "15"}


def test_days_of_the_law_are_shown_beside_the_present_ones_set_and_withdrawn(each_month: Month) -> None:
    month = each_month
    visit, page = month.sits(at=LATER), f"{TARIFFS}/calendar"
    assert 'value="15"' in visit.get(f"{page}?days=law-2026").text
    asked = visit.post(page, since="2025-08", **LAW)
    assert asked.status_code == 200
    assert "Оплатить до 10 сентября 15 сентября" in " ".join(visit.text.split())
    confirmed = asked.text.partition('name="confirmed" value="')[2].partition('"')[0]
    assert visit.post(page, since="2025-08", **LAW, confirmed=confirmed).status_code == 303
    rows = month.database.rows("SELECT params, actor_agent_id FROM events WHERE kind = 'calendar_set'")
    assert json.loads(rows[0]["params"])["pay_by"] == 15
    assert rows[0]["actor_agent_id"] == month.actors[OPERATOR].agent_id

    for fields, told in (
        ({"since": "2025-07"}, "Первый свободный — август 2025."),
        ({}, "менять нечего"),
        ({"bill_run": "20"}, "приём, расчёт и печать идут друг за другом"),
        ({"bill_run": "завтра"}, "Нужно число от 1 до 28."),
    ):
        assert visit.post(page, **{"since": "2025-08", **LAW, **fields}).status_code == 422
        assert told in visit.text
    visit.get(page)
    assert visit.post(f"{page}/withdrawal", since="2025-08").status_code == 303
    assert month.one("SELECT count(*) AS n FROM calendars") == 1
    operator, support = month.actors[OPERATOR], month.actors[SUPPORT]
    assert month.refused(withdraw_calendar(AUGUST, operator), LATER) == ["nothing_planned"]
    assert month.refused(withdraw_calendar(Period(1970, 1), operator), LATER) == ["begun_already"]
    assert month.refused(withdraw_calendar(AUGUST, support), LATER) == ["not_an_operator"]
    assert month.refused(set_calendar(LAW_2026, support), LATER) == ["not_an_operator"]


def test_nothing_that_holds_for_everybody_changes_while_bills_are_made(month: Month) -> None:
    bill_july(month)
    month.change("UPDATE cycle_runs SET status = 'running' WHERE step = 'bill'")
    operator = month.actors[OPERATOR]
    for attempt in (
        set_norms(norms(of_3=70), operator, is_confirmed=True),
        set_bands((100, 200), AUGUST, operator, is_confirmed=True),
        set_penalty_rate(1200, date(2025, 9, 1), operator, is_confirmed=True),
    ):
        assert month.refused(attempt, LATER) == ["billing_under_way"]
