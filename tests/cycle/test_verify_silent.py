"""What looks odd at first and is no breach: `lk verify` stays silent."""

from __future__ import annotations

import pytest

from tests.cycle.town import IVANOVA, PETROV, Town


@pytest.fixture
def billed(town: Town) -> Town:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    return town


def test_accounts_that_came_after_the_run_are_not_missed(billed: Town) -> None:
    billed.add("accounts", '3000000001,Новосёлов,"Дом 3",moscow,gas,3,7,yes,2020-02-01,', at="2025-08-01T12:00")

    assert billed.verified() == {}


def test_a_dial_that_went_round_is_no_breach(town: Town) -> None:
    number = "3000000001"
    town.add("accounts", f'{number},Сосед,"Дом 3",moscow,gas,3,7,yes,2020-02-01,')
    town.add("meters", f"{number},70000001,1,5,1,2025-06-01,2035-06-01,,99900,,,,,")
    town.reads(number, 99980, at="2025-07-20T12:00")
    town.run_due("2025-07-26T00:00")
    assert town.reads(number, 12, at="2025-08-20T12:00") == "accepted"
    town.run_due("2025-08-26T00:00")

    assert [line[2] for line in town.lines(number, 202508)] == [32]
    assert town.verified() == {}


def test_a_change_of_zones_is_no_breach(town: Town) -> None:
    number = "3000000001"
    town.add("accounts", f'{number},Сосед,"Дом 3",moscow,gas,3,7,yes,2020-02-01,')
    town.add("meters", f"{number},70000001,1,5,1,2025-06-01,2035-06-01,,45000,,,,,")
    town.run_due("2025-07-26T00:00")
    town.add(
        "meters",
        f"{number},70000001,1,5,1,2025-06-01,2035-06-01,2025-08-10,45000,,,45210,,",
        f"{number},70000002,2,5,1,2025-08-10,2035-06-01,,2,3,,,,",
        at="2025-08-11T12:00",
    )
    town.reads(number, 47, 13, at="2025-08-20T12:00")
    town.run_due("2025-08-26T00:00")
    town.run_due("2025-09-26T00:00")
    town.reads(number, 147, 63, at="2025-10-20T12:00")
    town.run_due("2025-10-26T00:00")

    booked: dict[tuple[str, int], int] = {}
    for period in (202507, 202508, 202509, 202510):
        for _, register, kwh, _, _ in town.lines(number, period):
            booked[register, period] = booked.get((register, period), 0) + kwh
    assert sum(booked.values()) == 210 + 145 + 60
    assert town.verified() == {}


def test_readings_from_before_the_first_bill_are_nobodys_breach(town: Town) -> None:
    town.database.change("UPDATE settings SET value = '2025-09' WHERE name = 'first_period'")
    town.reads(PETROV, 1100, at="2025-07-20T12:00")
    town.reads(PETROV, 1250, at="2025-08-20T12:00")
    town.run_due("2025-09-26T00:00")
    town.reads(PETROV, 1600, at="2025-10-20T12:00")
    town.run_due("2025-10-26T00:00")

    kwh = [sum(line[2] for line in town.lines(PETROV, period)) for period in (202509, 202510)]
    assert (kwh[0], sum(kwh)) == (135, 350)
    assert town.verified() == {}
