"""The bill run on stored data, month after month."""

from __future__ import annotations

import asyncio

import pytest

from lk import clock, db
from lk.accounts.queries import find_by_number
from lk.actor import PROGRAM
from lk.cycle.actions import run_due
from lk.cycle.rules import Step
from lk.ledger.rules import Kind
from lk.metering.actions import submit_reading
from lk.metering.queries import meters_of
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import moscow

RUN = "2025-07-26T00:00"
LAST_DAY = "2025-07-31T00:00"


def test_the_worked_example_costs_2088_60(town: Town) -> None:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")

    town.run_due(RUN)

    (bill,) = town.bills(IVANOVA)
    assert (bill["status"], bill["period"], bill["total_kopecks"], bill["opening_kopecks"]) == (
        "issued",
        202507,
        208860,
        0,
    )
    assert town.lines(IVANOVA, 202507) == [
        ("energy", "T1", 180, 170100, "reading"),
        ("energy", "T2", 95, 38760, "reading"),
    ]
    assert town.owes(IVANOVA) == 208860
    assert town.verified() == {}


def test_before_the_26th_nothing_is_billed(town: Town) -> None:
    town.run_due("2025-07-25T23:59:59")

    assert town.bills(IVANOVA) == []


def test_a_second_run_changes_nothing(town: Town) -> None:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    first = town.run_due(RUN)
    kept = [town.database.rows(f"SELECT * FROM {table} ORDER BY id") for table in _WRITTEN]

    assert town.run_due(RUN) == []

    assert Step.BILL in [each.step for each in first]
    assert [town.database.rows(f"SELECT * FROM {table} ORDER BY id") for table in _WRITTEN] == kept


_WRITTEN = ("bills", "charges", "ledger_entries", "events", "messages", "cycle_runs", "put_asides")


def test_without_a_reading_and_without_a_history_the_norm_is_billed(town: Town) -> None:
    town.run_due(RUN)

    assert town.lines(PETROV, 202507) == [("energy", "T1", 135, 106245, "norm")]
    assert town.verified() == {}


def test_what_was_owed_and_paid_before_is_the_opening_balance(town: Town) -> None:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.posts(IVANOVA, Kind.OPENING, 100000, at="2025-07-02T10:00")
    town.posts(IVANOVA, Kind.PAYMENT, -30000, at="2025-07-03T10:00")
    town.run_due(RUN)

    assert town.bills(IVANOVA)[0]["opening_kopecks"] == 70000
    assert town.owes(IVANOVA) == 278860


def test_an_advance_is_taken_off_what_is_to_pay(town: Town) -> None:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.posts(IVANOVA, Kind.PAYMENT, -300000, at="2025-07-03T10:00")
    town.run_due(RUN)

    assert town.bills(IVANOVA)[0]["opening_kopecks"] == -300000
    assert town.owes(IVANOVA) == -91140


def test_an_account_with_a_held_reading_waits_until_the_last_day_and_is_estimated_then(town: Town) -> None:
    assert town.reads(PETROV, 900, at="2025-07-20T14:05") == "held"

    town.run_due("2025-07-30T23:59")
    assert town.bills(PETROV) == []
    assert len(town.bills(IVANOVA)) == 1
    assert town.verified() == {}

    town.run_due(LAST_DAY)
    assert town.lines(PETROV, 202507) == [("energy", "T1", 135, 106245, "norm")]
    assert town.verified() == {}


def test_a_held_reading_that_was_accepted_in_time_is_billed(town: Town) -> None:
    town.reads(PETROV, 900, at="2025-07-20T14:05")
    town.run_due(RUN)
    town.database.change("UPDATE readings SET status = 'accepted', t1_kwh = 1100 WHERE status = 'held'")

    town.run_due(LAST_DAY)

    assert town.lines(PETROV, 202507) == [("energy", "T1", 100, 78700, "reading")]


def test_an_account_opened_within_the_month_pays_for_the_days_it_was_open(town: Town) -> None:
    town.add("accounts", '3000000001,Новосёлов,"Дом 3",moscow,gas,3,7,yes,2025-09-20,', at="2025-09-20T12:00")
    town.run_due("2025-09-26T00:00")

    assert town.lines("3000000001", 202509) == [("energy", "T1", 50, 39350, "norm")]
    assert [bill["period"] for bill in town.bills("3000000001")] == [202509]


def test_an_account_opened_on_the_run_day_is_billed_from_the_next_month_on(town: Town) -> None:
    town.add("accounts", '3000000001,Новосёлов,"Дом 3",moscow,gas,3,7,yes,2025-07-26,', at="2025-07-26T00:00")
    town.run_due(LAST_DAY)
    town.run_due("2025-08-26T00:00")

    assert [bill["period"] for bill in town.bills("3000000001")] == [202508]
    assert town.verified() == {}


@pytest.mark.parametrize(("closed_on", "last"), [("2025-08-25", 202508), ("2025-08-26", 202509)])
def test_a_closed_account_gets_one_last_bill(town: Town, closed_on: str, last: int) -> None:
    row = f'3000000001,Уехавший,"Дом 3",moscow,gas,3,7,yes,2020-02-01,{closed_on}'
    town.add("accounts", row, at="2025-07-10T12:00")
    for moment in ("2025-07-26T00:00", "2025-08-26T00:00", "2025-09-26T00:00", "2025-10-26T00:00"):
        town.run_due(moment)

    assert [bill["period"] for bill in town.bills("3000000001")][-1] == last
    assert town.verified() == {}


def test_nothing_is_billed_before_the_first_period(town: Town) -> None:
    town.database.change("UPDATE settings SET value = '2025-09' WHERE name = 'first_period'")
    for moment in ("2025-07-31T00:00", "2025-08-31T00:00", "2025-09-26T00:00"):
        town.run_due(moment)

    assert [bill["period"] for bill in town.bills(IVANOVA)] == [202509]


def test_after_forty_days_of_silence_every_step_is_done_once_and_in_order(town: Town) -> None:
    done = town.run_due("2025-09-04T12:00")

    assert [bill["period"] for bill in town.bills(IVANOVA)] == [202507, 202508]
    assert [each.since for each in done] == sorted(each.since for each in done)
    assert len({(each.period, each.step) for each in done}) == len(done)
    assert town.verified() == {}


def _six_months(town: Town) -> int:
    """T1 180, 170, 190, 200, 175, 165 and T2 95, 90, 100, 85, 92, 98 kWh a month are billed; the next month is 2026."""
    day, night = 4820, 2105
    usage = zip((180, 170, 190, 200, 175, 165), (95, 90, 100, 85, 92, 98), strict=True)
    for month, (t1, t2) in enumerate(usage, start=7):
        day, night = day + t1, night + t2
        assert town.reads(IVANOVA, day, night, at=f"2025-{month:02}-20T12:00") == "accepted"
        town.run_due(f"2025-{month:02}-26T00:00")
    return 202601


def test_months_by_the_average_are_as_many_as_the_setting_says(town: Town) -> None:
    """Every estimate after them goes by the norm of 135 kWh, split as the dials ran."""
    _six_months(town)
    town.database.change("INSERT INTO settings (name, value) VALUES ('max_estimated_periods', '1')")
    town.run_due("2026-01-26T00:00")
    town.run_due("2026-02-26T00:00")
    town.database.change("UPDATE settings SET value = 'none' WHERE name = 'max_estimated_periods'")
    for month in ("03", "04", "05"):
        town.run_due(f"2026-{month}-26T00:00")

    estimated = [bill["method"] for bill in town.bills(IVANOVA)[-5:]]
    assert estimated == ["average", "norm", "average", "average", "average"]
    assert sum(kwh for _, _, kwh, _, _ in town.lines(IVANOVA, 202602)) == 135
    assert town.verified() == {}


@pytest.mark.parametrize(
    ("growth", "booked"),
    [((480, 290), {"T1": 120, "T2": 104}), ((300, 290), {"T1": -60, "T2": 104})],
    ids=["more_than_estimated", "less_than_estimated"],
)
def test_two_estimates_are_settled_by_the_reading_after_them(
    town: Town, growth: tuple[int, int], booked: dict[str, int]
) -> None:
    _six_months(town)
    town.run_due("2026-01-26T00:00")
    town.run_due("2026-02-26T00:00")
    assert town.lines(IVANOVA, 202601) == [
        ("energy", "T1", 180, 170100, "average"),
        ("energy", "T2", 93, 37944, "average"),
    ]
    assert town.bills(IVANOVA)[-1]["total_kopecks"] == 208044

    town.reads(IVANOVA, 4820 + 1080 + growth[0], 2105 + 560 + growth[1], at="2026-03-20T12:00")
    town.run_due("2026-03-26T00:00")

    assert {register: kwh for _, register, kwh, _, _ in town.lines(IVANOVA, 202603)} == booked
    assert town.bills(IVANOVA)[-1]["status"] == "issued"
    assert town.verified() == {}


def test_a_credit_goes_back_at_the_price_at_which_it_was_billed(town: Town) -> None:
    _six_months(town)
    town.run_due("2026-01-26T00:00")
    dearer = "moscow,gas,1,2,{},{},2026-02-01,Приказ 2"
    town.add("tariffs", dearer.format("T1", "10.00"), dearer.format("T2", "5.00"), at="2026-01-28T12:00")
    town.reads(IVANOVA, 4820 + 1080 + 120, 2105 + 560 + 193, at="2026-02-20T12:00")
    town.run_due("2026-02-26T00:00")

    assert town.lines(IVANOVA, 202602) == [
        ("energy", "T2", 100, 50000, "reading"),
        ("adjustment", "T1", -60, -60 * 945, "reading"),
    ]
    assert town.verified() == {}


def test_a_replaced_meter_counts_on_in_the_new_one(town: Town) -> None:
    number = "3000000001"
    town.add("accounts", f'{number},Сосед,"Дом 3",moscow,gas,3,7,yes,2020-02-01,')
    town.add("meters", f"{number},70000001,1,5,1,2025-06-01,2035-06-01,,45000,,,,,")
    assert town.reads(number, 45100, at="2025-07-20T12:00") == "accepted"
    town.run_due(RUN)
    town.add(
        "meters",
        f"{number},70000001,1,5,1,2025-06-01,2035-06-01,2025-08-10,45000,,,45210,,",
        f"{number},70000002,1,5,1,2025-08-10,2035-06-01,,2,,,,,",
        at="2025-08-11T12:00",
    )
    assert town.reads(number, 47, at="2025-08-20T12:00") == "accepted"
    town.run_due("2025-08-26T00:00")

    assert sum(kwh for _, _, kwh, _, _ in town.lines(number, 202508)) == 155
    assert town.bills(number)[-1]["total_kopecks"] == 155 * 787
    assert town.verified() == {}


def test_a_bill_far_above_the_usual_is_held_and_not_charged(town: Town) -> None:
    for month, value in ((7, 1100), (8, 1200), (9, 1300)):
        town.reads(PETROV, value, at=f"2025-{month:02}-20T12:00")
        town.run_due(f"2025-{month:02}-26T00:00")
    town.reads(PETROV, 1900, at="2025-10-20T12:00")
    owed = town.owes(PETROV)
    town.run_due("2025-10-29T12:00")

    held = town.bills(PETROV)[-1]
    assert (held["status"], held["total_kopecks"], held["issued_at"], held["delivered_on"]) == (
        "held",
        472200,
        None,
        None,
    )
    assert "far_above_usual" in held["hold_reasons"]
    assert town.owes(PETROV) == owed == 3 * 78700
    assert town.verified() == {}


def test_an_account_on_which_the_rules_give_up_is_put_aside_and_the_others_are_billed(town: Town) -> None:
    _spoil(town, PETROV)
    town.run_due(RUN)

    assert town.bills(PETROV) == []
    assert len(town.bills(IVANOVA)) == 1
    assert _put_aside(town) == [(202507, None)]
    assert town.verified() == {}

    _repair(town)
    town.run_due(LAST_DAY)
    assert [bill["period"] for bill in town.bills(PETROV)] == [202507]
    assert [(period, resolved is None) for period, resolved in _put_aside(town)] == [(202507, False)]


def test_an_account_repaired_months_later_gets_its_bills_in_order(town: Town) -> None:
    _spoil(town, PETROV)
    town.run_due("2025-07-31T00:00")
    town.run_due("2025-08-31T00:00")
    assert town.bills(PETROV) == []
    assert town.verified() == {}

    _repair(town)
    town.reads(PETROV, 1500, at="2025-09-20T12:00")
    town.run_due("2025-09-26T00:00")

    assert [bill["period"] for bill in town.bills(PETROV)] == [202507, 202508, 202509]
    assert [sum(line[2] for line in town.lines(PETROV, period)) for period in (202507, 202508, 202509)] == [
        135,
        135,
        230,
    ]
    assert all(resolved for _, resolved in _put_aside(town))
    assert town.verified() == {}


def _spoil(town: Town, number: str) -> None:
    """A reading of a meter with two registers that has lost one: no rule can say what that means."""
    town.database.change(
        f"UPDATE meters SET zones = 2 WHERE account_id = (SELECT id FROM accounts WHERE number = '{number}')",
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, "
        "problems) SELECT account_id, id, 'regular', 202507, '2025-07-20', '2025-07-20 12:00:00+00:00', 'resident', "
        f"'accepted', 1100, '[]' FROM meters WHERE account_id = (SELECT id FROM accounts WHERE number = '{number}')",
    )


def _repair(town: Town) -> None:
    town.database.change(
        "UPDATE readings SET status = 'rejected' WHERE t1_kwh = 1100 AND kind = 'regular'",
        "UPDATE meters SET zones = 1 WHERE serial_number = '20202020'",
    )


def _put_aside(town: Town) -> list[tuple[int, object]]:
    return [(row["period"], row["resolved_at"]) for row in town.database.rows("SELECT * FROM put_asides ORDER BY id")]


def test_a_reading_that_is_stored_while_the_run_begins_is_in_the_bill(town: Town) -> None:
    """It came in the window's last second, and its transaction ends after midnight."""

    async def both() -> None:
        kept, may_end = asyncio.Event(), asyncio.Event()
        reading = asyncio.create_task(_reads_slowly(kept, may_end))
        await kept.wait()
        run = asyncio.create_task(run_due())
        for _ in range(12):
            await asyncio.sleep(0.05)
            if await db.read("SELECT id FROM bills LIMIT 1"):
                break
        may_end.set()
        await asyncio.gather(reading, run)

    town.database.run(both(), RUN)

    assert town.lines(PETROV, 202507) == [("energy", "T1", 100, 78700, "reading")]
    assert town.verified() == {}


async def _reads_slowly(kept: asyncio.Event, may_end: asyncio.Event) -> None:
    account = (await find_by_number(PETROV))[0]
    (meter,) = await meters_of(account.id)
    async with db.write(f"account {account.id}"):
        with clock.fixed_at(moscow("2025-07-25T23:59:59")):
            await submit_reading(
                account, meter.id, [1100], taken_on=clock.today(), source="resident", actor=PROGRAM, is_confirmed=True
            )
        kept.set()
        await may_end.wait()
