"""Both meters on one bill: what the old one still counted and what the new one did."""

from __future__ import annotations

from datetime import date

import pytest

from lk import clock
from lk.accounts.queries import find_by_number
from lk.actor import PROGRAM
from lk.metering.queries import meters_of
from lk.metering.replacements import NewMeter, Replacement
from lk.metering.replacing import replace_meter
from tests.cycle.town import Town
from tests.database import Database

HOME = "1000000501"


@pytest.fixture
def town(database: Database) -> Town:
    """One household with a dial of 45 100 in June 2025, and nothing billed yet."""
    town = Town(database)
    town.move_in()
    town.add("accounts", f'{HOME},Сосед,"Дом 5",moscow,gas,3,7,yes,2020-02-01,')
    town.add("meters", f"{HOME},50505050,1,5,1,2025-06-01,2035-06-01,,45100,,,,,")
    return town


def replace(
    town: Town, final: tuple[int, ...], initial: tuple[int | None, int | None, int | None], at: str, zones: int = 1
) -> None:
    async def replaced() -> None:
        account = (await find_by_number(HOME))[0]
        old = (await meters_of(account.id))[-1]
        new = NewMeter("60606060", zones, 5, 1, date(2041, 7, 1), initial)
        wanted = Replacement(clock.today(), final, new)
        await replace_meter(account, old.id, wanted, actor=PROGRAM, is_confirmed=True)

    town.database.run(replaced(), at)


def used(town: Town, period: int) -> list[tuple[str, int]]:
    return [(register, kwh) for line, register, kwh, _, _ in town.lines(HOME, period) if line == "energy"]


def test_old_and_new_come_to_155_on_one_bill(town: Town) -> None:
    # 45100 → 45210 and 2 → 47
    replace(town, (45210,), (2, None, None), "2025-07-15T12:00")
    town.reads(HOME, 47, at="2025-07-20T12:00")
    town.run_due("2025-07-29T12:00")

    assert sum(kwh for _, kwh in used(town, 202507)) == 155
    assert town.verified() == {}


def test_the_replacement_alone_is_the_months_reading(town: Town) -> None:
    replace(town, (45210,), (2, None, None), "2025-07-25T12:00")
    town.run_due("2025-07-29T12:00")
    town.reads(HOME, 47, at="2025-08-20T12:00")
    town.run_due("2025-08-29T12:00")

    assert [(kwh, method) for _, _, kwh, _, method in town.lines(HOME, 202507)] == [(110, "reading")]
    assert [(kwh, method) for _, _, kwh, _, method in town.lines(HOME, 202508)] == [(45, "reading")]
    assert town.verified() == {}


def test_a_replacement_after_the_25th_is_billed_with_the_next_month(town: Town) -> None:
    replace(town, (45210,), (2, None, None), "2025-07-26T00:00")
    town.run_due("2025-07-29T12:00")
    town.reads(HOME, 47, at="2025-08-20T12:00")
    town.run_due("2025-08-29T12:00")

    # Three people at 45 kWh are 135 by the norm; the dials say 110 + 45 = 155.
    assert used(town, 202507) == [("T1", 135)]
    assert used(town, 202508) == [("T1", 20)]
    assert town.verified() == {}


def test_a_dial_that_passed_zero_before_it_was_removed_is_billed_its_way_forward(town: Town) -> None:
    town.database.change("UPDATE readings SET t1_kwh = 99980 WHERE t1_kwh = 45100")
    replace(town, (12,), (0, None, None), "2025-07-15T12:00")
    town.run_due("2025-07-29T12:00")

    assert used(town, 202507) == [("T1", 32)]


def test_other_zones_begin_a_history_of_their_own(town: Town) -> None:
    replace(town, (45210,), (2, 1, None), "2025-07-15T12:00", zones=2)
    town.reads(HOME, 32, 16, at="2025-07-20T12:00")
    town.run_due("2025-07-29T12:00")

    assert sorted(used(town, 202507)) == [("T1", 30), ("T1", 110), ("T2", 15)]
    assert town.verified() == {}
