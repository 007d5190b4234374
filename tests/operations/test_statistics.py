"""The company in numbers: counted at night, once, whoever dies meanwhile; right by a count by hand."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk import clock, db
from lk.claims import ClaimLost
from lk.ledger.rules import Kind
from lk.statistics import claiming, counting, owing
from lk.statistics.claiming import Counted, claim, let_go, replace
from lk.statistics.gathering import gather_nightly
from lk.statistics.rules import aged, quartiles
from tests.database import Database, moscow
from tests.operations.month import IVANOVA, OPERATOR, PETROV, RUN, SUPPORT, Month, begin_month
from tests.pages import untranslated

NIGHT = "2025-07-27T02:10"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_month(database)


def _numbers(month: Month, name: str) -> dict[tuple[str, str], int]:
    rows = month.database.rows("SELECT day, series, value FROM statistics WHERE name = {} ORDER BY day, series", name)
    return {(str(row["day"]), row["series"]): row["value"] for row in rows}


def _night(month: Month, at: str = NIGHT) -> bool:
    return month.run(gather_nightly(), at)


def test_readings_are_counted_by_day_and_by_the_way_they_came(each_month: Month) -> None:
    town = each_month.town
    neighbours = town.neighbours(3)
    town.reads(neighbours[0], 1100, at="2025-07-16T23:59")
    town.reads(neighbours[1], 1100, at="2025-07-17T00:00", source="link")
    town.reads(neighbours[2], 1100, at="2025-07-17T12:00", source="agent")
    town.reads(neighbours[2], 1110, at="2025-07-17T12:30", source="agent")
    assert not _night(each_month, "2025-07-17T01:59")
    assert _night(each_month, "2025-07-17T02:00")
    assert not _night(each_month, "2025-07-17T02:10")
    assert _numbers(each_month, "readings") == {("2025-07-16", "resident"): 1}

    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T10:00", source="helper")
    assert _night(each_month, "2025-07-21T09:00")
    assert _numbers(each_month, "readings") == {
        ("2025-07-16", "resident"): 1,
        ("2025-07-17", "agent"): 2,
        ("2025-07-17", "link"): 1,
        ("2025-07-20", "helper"): 1,
    }


def test_cabinets_are_counted_on_the_day_on_which_they_opened(month: Month) -> None:
    month.town.opens_cabinet(IVANOVA, "anna@mail.example", at="2025-07-03T00:00")
    month.town.opens_cabinet(PETROV, "boris@mail.example", at="2025-07-26T23:59")
    _night(month)
    assert _numbers(month, "cabinets") == {("2025-07-03", "opened"): 1, ("2025-07-26", "opened"): 1}
    assert _numbers(month, "autopay") == {("2025-07-01", "autopays"): 0, ("2025-07-01", "cabinets"): 2}


def test_bills_are_counted_by_what_they_were_made_of(each_month: Month) -> None:
    each_month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T10:00")
    each_month.town.run_due(RUN)
    _night(each_month)
    by_hand: dict[tuple[str, str], int] = {}
    for bill in each_month.database.rows("SELECT method FROM bills WHERE status = 'issued'"):
        key = ("2025-07-01", bill["method"])
        by_hand[key] = by_hand.get(key, 0) + 1
    assert _numbers(each_month, "bills") == by_hand
    assert by_hand[("2025-07-01", "reading")] == 1
    assert sum(by_hand.values()) == 3

    each_month.change("UPDATE bills SET status = 'reversed' WHERE method = 'reading'")
    _night(each_month, "2025-07-28T02:10")
    assert ("2025-07-01", "reading") not in _numbers(each_month, "bills")


def test_letters_are_counted_by_what_became_of_them_also_later(each_month: Month) -> None:
    for key, at, status in (("a", "2025-07-20T00:00", "sent"), ("b", "2025-07-20T23:59", "queued"), ("c", RUN, "dead")):
        each_month.change(
            "INSERT INTO messages (key, kind, to_address, params, status, attempts, created_at, next_at, last_error) "
            "VALUES ({}, 'welcome', 'a@b.example', '{}', {}, 0, {}, {}, '')".replace("'{}'", "'x'"),
            *(key, status, moscow(at), moscow(at)),
        )
    _night(each_month)
    assert _numbers(each_month, "letters") == {
        ("2025-07-20", "sent"): 1,
        ("2025-07-20", "waiting"): 1,
        ("2025-07-26", "dead"): 1,
    }
    each_month.change("UPDATE messages SET status = 'sent' WHERE key = 'b'")
    _night(each_month, "2025-07-28T02:10")
    assert _numbers(each_month, "letters")[("2025-07-20", "sent")] == 2


def test_money_is_counted_by_its_way(each_month: Month) -> None:
    _pays(each_month, IVANOVA, 10_000, "2025-07-05T12:00", "card", "one_off")
    _pays(each_month, IVANOVA, 25_000, "2025-07-31T23:59", "auto", "autopay")
    _pays(each_month, PETROV, 40_000, "2025-08-01T00:00", "auto2", "autopay")
    each_month.change(
        f"{_ENTRY} VALUES (1, 'bank_clearing', 'receivable', 500, 'principal', 'payment', '2025-07-09', {{}}, 'b', '')",
        moscow("2025-07-10T12:00"),
    )
    _night(each_month, "2025-08-02T02:10")
    assert _numbers(each_month, "money") == {
        ("2025-07-01", "autopay"): 25_000,
        ("2025-07-01", "bank"): 500,
        ("2025-07-01", "hand"): 10_000,
        ("2025-08-01", "autopay"): 40_000,
        ("2025-08-01", "bank"): 0,
        ("2025-08-01", "hand"): 0,
    }


_ENTRY = (
    "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
    "key, source)"
)


def _pays(month: Month, number: str, kopecks: int, at: str, name: str, kind: str) -> None:
    month.change(
        "INSERT INTO payments (public_id, account_id, key, kind, amount_kopecks, status, reason, acquirer_id, card, "
        "saves_card, way, body, created_at) SELECT {}, id, {}, {}, {}, 'succeeded', '', {}, '', {}, 'card', '', {} "
        "FROM accounts WHERE number = {}",
        *(name, name, kind, kopecks, name, False, moscow(at), number),
    )
    month.change(
        f"{_ENTRY} SELECT id, 'acquirer_clearing', 'receivable', {{}}, 'principal', 'payment', {{}}, {{}}, {{}}, '' "
        "FROM accounts WHERE number = {}",
        *(kopecks, moscow(at).date(), moscow(at), f"payment:{name}", number),
    )


def _bill(month: Month, number: str, period: int, due_on: date | None, opening: int, total: int) -> None:
    """As the run stores it, with its entry."""
    first = date(period // 100, period % 100, 28)
    delivered_on = due_on - timedelta(days=10) if due_on else None
    month.change(
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, delivered_on, due_on, "
        "method) SELECT id, {}, 'issued', {}, {}, 0, {}, 0, 20, 0, '[]', {}, {}, {}, {}, 'reading' "
        "FROM accounts WHERE number = {}",
        *(period, opening, total, total, moscow(f"{first}T01:00"), moscow(f"{first}T01:00"), delivered_on, due_on),
        number,
    )
    month.change(
        f"{_ENTRY} SELECT id, 'receivable', 'energy_sales', {{}}, 'principal', 'charge', {{}}, {{}}, {{}}, '' "
        "FROM accounts WHERE number = {}",
        *(total, first, moscow(f"{first}T01:00"), f"bill:{number}:{period}", number),
    )


def test_debts_are_counted_by_age_with_what_is_paid_taken_from_the_oldest(each_month: Month) -> None:
    """A year and more, three months, a month, and a bill that is not due yet; and somebody who owes nothing."""
    for period, due_on, opening in (
        (202404, date(2024, 5, 12), 0),
        (202504, date(2025, 5, 12), 1000_00),
        (202506, date(2025, 7, 12), 2000_00),
        (202507, date(2025, 8, 12), 3000_00),
    ):
        _bill(each_month, IVANOVA, period, due_on, opening, 1000_00)
    _bill(each_month, PETROV, 202506, date(2025, 7, 12), 0, 500_00)
    each_month.town.posts(PETROV, Kind.PAYMENT, -500_00, "2025-07-12T12:00")
    each_month.town.posts(IVANOVA, Kind.PAYMENT, -300_00, "2025-07-20T12:00")
    _night(each_month)
    assert _numbers(each_month, "debts") == {
        ("2025-07-27", "30"): 1000_00,
        ("2025-07-27", "365"): 0,
        ("2025-07-27", "90"): 1000_00,
        ("2025-07-27", "older"): 700_00,
    }
    assert _numbers(each_month, "debtors") == {
        ("2025-07-27", "30"): 0,
        ("2025-07-27", "365"): 0,
        ("2025-07-27", "90"): 0,
        ("2025-07-27", "older"): 1,
    }
    assert sum(_numbers(each_month, "debts").values()) == 3000_00 - 300_00


@given(
    st.lists(st.integers(0, 5000), min_size=4, max_size=4),
    st.integers(0, 5000),
    st.integers(0, 30_000),
)
def test_whatever_is_paid_the_ages_are_what_is_left_of_the_newest_debts(
    due: list[int], not_yet_due: int, paid: int
) -> None:
    """Against paying them one after another, the oldest first."""
    *newest, oldest = due
    owed = sum(due) + not_yet_due - paid
    left = paid
    by_hand: list[int] = []
    for kopecks in (oldest, *reversed(newest)):
        by_hand.insert(0, max(kopecks - left, 0))
        left = max(left - kopecks, 0)
    assert aged(owed, not_yet_due, newest) == tuple(by_hand)


def test_how_soon_people_pay_is_told_by_quarters(each_month: Month) -> None:
    """Delivered on the 2nd of July; paid at once, after 5, 8 and 30 days, in two parts, not whole, and before it was
    billed."""
    numbers = each_month.town.neighbours(6)
    for number in numbers:
        _bill(each_month, number, 202506, date(2025, 7, 12), 100_00, 400_00)
    for number, day in zip(numbers, ("02", "07", "10"), strict=False):
        each_month.town.posts(number, Kind.PAYMENT, -500_00, f"2025-07-{day}T12:00")
    each_month.town.posts(numbers[3], Kind.PAYMENT, -499_99, "2025-07-03T12:00")
    each_month.town.posts(numbers[3], Kind.PAYMENT, -1, "2025-08-01T12:00")
    each_month.town.posts(numbers[4], Kind.PAYMENT, -499_99, "2025-07-03T12:00")
    each_month.town.posts(numbers[5], Kind.PAYMENT, -500_00, "2025-06-20T12:00")
    _night(each_month, "2025-08-02T02:10")
    assert _numbers(each_month, "paying") == {
        ("2025-06-01", "billed"): 6,
        ("2025-06-01", "half"): 5,
        ("2025-06-01", "paid"): 4,
        ("2025-06-01", "quarter"): 0,
        ("2025-06-01", "three_quarters"): 8,
    }


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
def test_a_quarter_of_the_people_had_paid_within_the_first_quarter(days: list[int]) -> None:
    within = quartiles({day: days.count(day) for day in days})
    assert within is not None
    for part, reached in zip((1, 2, 3), within, strict=True):
        assert sum(day <= reached for day in days) * 4 >= len(days) * part
        assert sum(day < reached for day in days) * 4 < len(days) * part


def test_a_night_that_is_broken_off_is_counted_to_its_end_and_nothing_twice(
    each_month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off after every write in turn, and taken over each time."""
    monkeypatch.setattr(counting, "CHUNK", 2)
    monkeypatch.setattr(owing, "RANGE", 2)
    town = each_month.town
    for at, number in enumerate(town.neighbours(3)):
        town.reads(number, 1100, at=f"2025-07-{16 + at}T10:00")
        town.opens_cabinet(number, f"n{at}@mail.example", at=f"2025-07-{16 + at}T11:00")
    town.run_due(RUN)
    _bill(each_month, PETROV, 202506, date(2025, 7, 12), 0, 500_00)

    times = 0
    while not each_month.run(_broken_off_after(1 + times % 8), NIGHT):
        times += 1
        assert times < 60
    assert times > 5
    broken = {name: _numbers(each_month, name) for name in _NAMES}

    each_month.change("DELETE FROM statistics")
    each_month.change("DELETE FROM statistic_marks")
    each_month.change("DELETE FROM statistic_runs")
    assert _night(each_month)
    assert broken == {name: _numbers(each_month, name) for name in _NAMES}
    assert sum(broken["readings"].values()) == 3


_NAMES = ("readings", "cabinets", "letters", "bills", "money", "autopay", "debts", "debtors", "paying")


async def _broken_off_after(writes: int) -> bool:
    """The database fails at the write after so many."""
    left = [writes]
    real = claiming._prove

    async def prove(held: Any) -> None:
        if not left[0]:
            raise _Killed
        left[0] -= 1
        await real(held)

    patch = pytest.MonkeyPatch()
    patch.setattr(claiming, "_prove", prove)
    try:
        return await gather_nightly()
    except _Killed:
        return False
    finally:
        patch.undo()


class _Killed(Exception):
    pass


def test_of_two_processes_at_once_one_counts(each_month: Month) -> None:
    each_month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T10:00")

    async def both() -> list[bool]:
        return list(await asyncio.gather(gather_nightly(), gather_nightly()))

    assert sorted(each_month.run(both(), NIGHT)) == [False, True]
    assert sum(_numbers(each_month, "readings").values()) == 1


def test_who_was_frozen_and_lost_the_night_writes_nothing_more(month: Month) -> None:
    async def frozen() -> None:
        frozen = await claim(clock.today())
        assert frozen is not None
        await let_go(frozen)
        assert await claim(clock.today()) is not None
        day = date(2025, 7, 1)
        with pytest.raises(ClaimLost):
            await replace(frozen, ["money"], (day, day), [Counted("money", day, "bank", 1)])

    month.run(frozen(), NIGHT)
    assert _numbers(month, "money") == {}


def test_the_page_tells_it_in_charts_words_and_tables(each_month: Month) -> None:
    town = each_month.town
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T10:00")
    town.run_due(RUN)
    _bill(each_month, PETROV, 202506, date(2025, 7, 12), 0, 500_00)
    visit = each_month.sits(OPERATOR, NIGHT)
    visit.get("/operations/statistics")
    assert "Ещё не считали" in visit.text
    _night(each_month)
    town.reads(PETROV, 900, at="2025-07-27T09:00")
    visit = each_month.sits(OPERATOR, "2025-07-27T10:00")
    visit.get("/operations/statistics")
    assert "Посчитано 27 июля, 02:10" in visit.text
    assert "Сегодня к 10:00 Показаний 1 Открыто кабинетов 0" in visit.text
    assert "1 показание за июль, из них сами жители передали 100 %" in visit.text
    assert "Из счетов за июль посчитано без показаний" in visit.text
    assert "Просрочено 500 ₽ у 1 лицевого счёта" in visit.text
    assert "20 июля 1 0 0 0 0" in visit.text
    assert visit.browser.page.count('role="img"') == visit.browser.page.count("<desc") == 8
    visit.get("/operations/statistics?period=2025-07")
    assert visit.get("/operations/statistics?period=1999-01").status_code == 200
    assert visit.get("/operations/statistics?period=x").status_code == 200


def test_todays_readings_stand_beside_those_of_the_nights(month: Month) -> None:
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-19T10:00")
    _night(month, "2025-07-20T02:10")
    month.town.reads(PETROV, 900, at="2025-07-20T09:00", source="link")
    visit = month.sits(OPERATOR, "2025-07-20T10:00")
    visit.get("/operations/statistics")
    assert "19 июля 1 0 0 0 0" in visit.text
    assert "20 июля 0 0 1 0 0" in visit.text


def test_charts_words_and_tables_are_english_too(month: Month) -> None:
    visit = month.sits(OPERATOR, NIGHT)
    visit.browser.cookies["lk_language"] = "en"
    visit.get("/operations/statistics")
    assert untranslated(_main(visit.browser.page)) == []
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T10:00")
    month.town.run_due(RUN)
    _bill(month, PETROV, 202506, date(2025, 7, 12), 0, 500_00)
    _pays(month, IVANOVA, 10_050, "2025-07-05T12:00", "card", "one_off")
    _night(month)
    visit.get("/operations/statistics?period=2025-07")
    assert untranslated(_main(visit.browser.page)) == []
    assert "1 reading for July, 100% of them sent by residents themselves." in visit.text
    assert "500 ₽ overdue on 1 account." in visit.text
    assert "July 2025: 0.0% of all money came by autopay." in visit.text


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_each_chart_is_a_file_with_all_nights(month: Month) -> None:
    _pays(month, IVANOVA, 10_050, "2025-07-05T12:00", "card", "one_off")
    _night(month)
    visit = month.sits(OPERATOR, NIGHT)
    rows = list(csv.DictReader(io.StringIO(visit.get("/operations/statistics/money/file").text)))
    assert {(row["day"], row["series"], row["value"]) for row in rows} == {
        ("2025-07-01", "autopay", "0.00"),
        ("2025-07-01", "bank", "0.00"),
        ("2025-07-01", "hand", "100.50"),
    }
    assert visit.get("/operations/statistics/debts/file").status_code == 200
    assert visit.get("/operations/statistics/nothing/file").status_code == 404


def test_support_does_not_see_it(month: Month) -> None:
    assert month.sits(SUPPORT, NIGHT).get("/operations/statistics").status_code == 403


def test_a_page_of_a_large_city_asks_for_the_nights_numbers_only(month: Month) -> None:
    _night(month)
    visit = month.sits(OPERATOR, NIGHT)
    with db.counted() as counter:
        visit.get("/operations/statistics")
    large = ("bills", "ledger_entries", "messages", "payments", "accounts")
    asked = [sql for sql in counter.statements if any(f"FROM {name} " in sql for name in large)]
    assert asked == []
