"""The month's pages have no Russian for a reader of English, whatever goes on in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lk import breaches
from lk.cycle.trials import ask_trial, make_waiting_trials
from lk.cycle.verify import CHECKS
from lk.cycle.verifying import bills, history, integers, prices, readings, volumes
from lk.cycle.verifying.guards import NOT_APPEND_ONLY
from lk.cycle.verifying.nightly import verify_nightly
from lk.history.sealing import seal_due
from lk.language import spoken
from tests.database import Database, moscow
from tests.operations.month import IVANOVA, JULY, OPERATOR, PETROV, RUN, Month, Visit, begin_month
from tests.pages import untranslated

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LISTS = (
    "put-aside",
    "held-readings",
    "held-bills",
    "undelivered",
    "autopay-failed",
    "dead-letters",
    "unknown-payments",
)


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    """Ivanova's bill of July waits for a person, Petrov is put aside for want of a norm."""
    month = begin_month(sqlite_database)
    month.town.opens_cabinet(IVANOVA, "anna@mail.example")
    month.town.reads(IVANOVA, 30000, 2200, at="2025-07-20T14:05")
    month.town.reads(PETROV, 900, at="2025-07-20T14:06")
    month.change("UPDATE readings SET status = 'accepted' WHERE status = 'held' AND account_id = 1")
    month.leaves_without_norm(PETROV)
    return month


def read(visit: Visit, path: str) -> str:
    visit.browser.cookies["lk_language"] = "en"
    assert visit.get(path).status_code == 200
    assert untranslated(visit.browser.page) == []
    return visit.text


def runs_on(month: Month) -> None:
    month.change("UPDATE readings SET status = 'rejected' WHERE account_id = 2")
    month.town.run_due(RUN)
    month.change(
        "UPDATE cycle_runs SET status = 'running', through_id = 1, last_id = 2, claim_ends_at = {} WHERE step = 'bill'",
        moscow("2099-01-01T00:00"),
    )


def is_done(month: Month) -> None:
    month.change("UPDATE readings SET status = 'rejected' WHERE account_id = 2")
    month.town.run_due(RUN)


STATES: dict[str, Callable[[Month], None]] = {"before": lambda _month: None, "running": runs_on, "done": is_done}


@pytest.mark.parametrize("state", STATES)
def test_the_board_speaks_english(month: Month, state: str) -> None:
    STATES[state](month)
    visit = month.sits()
    text = read(visit, "/operations?done=again")
    assert "July 2025" in text
    assert "for July: " in text
    if state == "before":
        assert "More than an hour late Not done in time: readings window opens (15 Jul), " in text
    elif state == "running":
        assert "50%" in read(visit, "/operations/progress?period=2025-07")
    else:
        assert "Readings window opens 15 Jul done" in text
        assert "Somebody is needed All else goes on as usual. Next: bill delivery, 28 July." in text
        assert "Bills put aside: 1" in text
        assert "for example, 10000-001-02" in text
        assert "1 being checked" in text
    read(month.sits(at="2025-08-20T12:00"), "/operations?period=2025-07")
    visit.post("/operations/repeats", period="2025-07", step="due")
    assert untranslated(visit.browser.page) == []


def test_a_clock_in_doubt_is_told_in_english(month: Month) -> None:
    visit = month.sits()
    assert "The clock runs evenly" in read(visit, "/operations/clock")
    month.change(
        "INSERT INTO clock_doubts (machine, ran_ms, expected_at, said_at) VALUES ('one', 1000, {}, {})",
        moscow("2025-06-16T00:00"),
        moscow("2025-07-26T00:00"),
    )
    assert "The clock jumped ahead by 40 days" in read(visit, "/operations")
    assert "40 days while the program ran" in read(visit, "/operations/clock")


def test_who_stands_behind_a_number_is_told_in_english_and_the_file_stays_russian(month: Month) -> None:
    is_done(month)
    for name in LISTS:
        read(month.sits(), f"/operations/waiting/{name}?period=2025-07")
    visit = month.sits()
    assert "No norm for the region" in read(visit, "/operations/waiting/put-aside?period=2025-07&reason=no_norm")
    assert "Нет норматива" in visit.get("/operations/waiting/put-aside/file?period=2025-07").text


def test_a_trial_is_told_in_english(month: Month) -> None:
    visit = month.sits()
    read(visit, "/operations/trial?period=2025-07")
    month.run(ask_trial(JULY, month.actors[OPERATOR]))
    read(visit, "/operations/trial?period=2025-07")
    assert month.run(make_waiting_trials()) == 1
    assert "To be checked: more consumption than is possible" in read(visit, "/operations/trial?period=2025-07")
    assert "На проверку: расход больше возможного" in visit.get("/operations/trial/file?period=2025-07").text
    is_done(month)
    month.change("UPDATE bills SET status = 'issued', total_kopecks = 1, energy_kopecks = 1, adjustment_kopecks = 0")
    month.run(ask_trial(JULY, month.actors[OPERATOR]))
    month.run(make_waiting_trials())
    assert "Would come out otherwise" in read(visit, "/operations/trial?period=2025-07")


def test_the_days_of_the_month_are_told_in_english(month: Month) -> None:
    visit = month.sits()
    path = "/operations/tariffs/calendar"
    assert "Bill by, day of the next month" in read(visit, f"{path}?days=law-2026&done=set")
    names = ("readings_open", "readings_close", "bill_run", "print_by", "bill_by", "pay_by")
    days = dict(zip(names, ("1", "5", "6", "7", "3", "9"), strict=True))
    fine = {"since": "2025-09", **days}
    for fields in ({}, fine, {**fine, "since": "2025-01"}, {**fine, "pay_by": "2"}):
        visit.post(path, **fields)
        assert untranslated(visit.browser.page) == []


def test_the_nights_are_told_in_english_though_what_they_found_is_written_in_russian(month: Month) -> None:
    visit = month.sits(at="2025-07-29T12:00")
    read(visit, "/operations/verification")
    is_done(month)
    month.run(verify_nightly(), "2025-07-27T03:10")
    month.run(seal_due(), "2025-07-27T05:00")
    read(visit, "/operations/verification")
    month.change("UPDATE rates SET price_kopecks = price_kopecks + 1")
    month.change("UPDATE accounts SET opened_on = '2025-07-28' WHERE number = {}", IVANOVA)
    month.run(verify_nightly(), "2025-07-28T03:10")
    assert "лицевой счёт id 1" in month.one(
        "SELECT breaches FROM verification_findings WHERE invariant = 'I1' ORDER BY id DESC LIMIT 1"
    )
    assert "Account id" not in read(visit, "/operations/verification")
    assert "Account 10000-001-01, 2025-07: bills 1, should be 0" in visit.text
    assert "One bill for each account and period" in visit.text


def test_every_breach_is_said_in_english() -> None:
    written = [
        NOT_APPEND_ONLY(table="events"),
        bills._NOT_SO_MANY(id=7, period="2025-07", found=0, wanted=1),
        history._CHANGED(day="2025-07-26", sealed=2, there=1),
        integers._DECLARED(column="bills.total_kopecks"),
        prices._NO_TARIFF(lines=3, id=9, price=945),
        readings._OTHER_MONTH(id=1, counted="2025-07", came="2025-08"),
        volumes._MISBILLED(id=7, register="T1", month="2025-07", billed=1, counted=2),
        "платежа нет в книге, или там другая сумма: платёж 12",
        *(each.what for each in CHECKS),
    ]
    assert [breaches.said(each) for each in written] == written
    with spoken("en"):
        said = [breaches.said(each) for each in written]
        assert breaches.said("никто этого не переводил 5") == "никто этого не переводил 5"
    assert [each for each in said if CYRILLIC.search(each)] == []
    assert said[1] == "account id 7, 2025-07: bills 0, should be 1"
