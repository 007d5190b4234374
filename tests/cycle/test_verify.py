"""`lk verify`: silent on sound data, and every planted breach is found."""

from __future__ import annotations

import sqlite3

import pytest

from lk import db
from lk.cycle.verify import verify
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database

BILL_OF_PETROV = "(SELECT b.id FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = '1000000102')"


@pytest.fixture
def billed(town: Town) -> Town:
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    assert town.verified() == {}
    return town


def _unguarded(database: Database) -> None:
    """Triggers, unique indexes and checks are gone, as after a careless restore."""
    if database.url.startswith("sqlite"):
        database.change("DROP TRIGGER ledger_entries_no_update", "DROP TRIGGER ledger_entries_no_delete")
        database.change("DROP INDEX bills_one_live")
        return
    database.change("DROP TRIGGER ledger_entries_append_only ON ledger_entries", "DROP INDEX bills_one_live")
    for row in database.rows("SELECT conrelid::regclass::text AS t, conname FROM pg_constraint WHERE contype = 'c'"):
        if row["t"] in ("bills", "charges", "ledger_entries"):
            database.change(f"ALTER TABLE {row['t']} DROP CONSTRAINT {row['conname']}")


BREACHES = {
    "a bill twice": (
        "счетов 2",
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at) SELECT account_id, period, 'held', "
        "0, 0, 0, 0, 0, 20, 0, '[]', created_at FROM bills WHERE id = (SELECT min(id) FROM bills)",
    ),
    "a bill before the account was opened": (
        "должно быть 0",
        "UPDATE accounts SET opened_on = '2025-07-28' WHERE number = '1000000102'",
    ),
    "a bill that is gone": ("выставлено счетов", "UPDATE bills SET period = 202409 WHERE id = " + BILL_OF_PETROV),
    "nothing moves": ("проводка 1 не сходится", "UPDATE ledger_entries SET amount_kopecks = 0 WHERE id = 1"),
    "from a book to itself": ("проводка 1 не сходится", "UPDATE ledger_entries SET debit = credit WHERE id = 1"),
    "past the customer": ("проводка 1 не сходится", "UPDATE ledger_entries SET debit = 'penalties' WHERE id = 1"),
    "a bill without the sum of its lines": (
        "не равен сумме",
        "UPDATE bills SET energy_kopecks = energy_kopecks + 1, total_kopecks = total_kopecks + 1 "
        "WHERE id = " + BILL_OF_PETROV,
    ),
    "a total that is no total": ("не равен сумме", "UPDATE bills SET total_kopecks = 1 WHERE id = " + BILL_OF_PETROV),
    "a line that is not its kWh at its price": (
        "не равна объёму",
        "UPDATE charges SET consumption_kwh = consumption_kwh + 1 WHERE bill_id = " + BILL_OF_PETROV,
    ),
    "the ledger has another sum": (
        "не та сумма счёта",
        "UPDATE ledger_entries SET amount_kopecks = amount_kopecks + 1 WHERE kind = 'charge'",
    ),
    "the ledger charges another account": (
        "не та сумма счёта",
        "UPDATE ledger_entries SET account_id = (SELECT id FROM accounts WHERE number = '1000000101') "
        "WHERE kind = 'charge'",
    ),
    "a held bill is charged": ("отложенный счёт начислен", "UPDATE bills SET status = 'held', issued_at = NULL"),
    "a charge without a bill": (
        "начисление без счёта",
        "UPDATE ledger_entries SET source = 'bill:999999' WHERE kind = 'charge'",
    ),
    "a credit at another price": (
        "по другой цене",
        "INSERT INTO charges (bill_id, account_id, line, register, zone, meter_id, band, source, consumption_kwh, "
        "price_kopecks, amount_kopecks, method, legal_act, credits_id, why) SELECT bill_id, account_id, 'adjustment', "
        "register, zone, meter_id, band, source, 0, price_kopecks + 1, 0, method, legal_act, id, why FROM charges",
    ),
    "a penalty without its lines": ("пени счёта не равны", "UPDATE bills SET penalty_kopecks = penalty_kopecks + 1"),
    "a penalty that the ledger does not know": (
        "не те пени",
        "UPDATE bills SET penalty_kopecks = penalty_kopecks + 1",
    ),
    "a reversed bill that is charged still": (
        "снят не на свою сумму",
        "UPDATE bills SET status = 'reversed' WHERE id = " + BILL_OF_PETROV,
    ),
    "more taken back than billed": (
        "возвращено больше",
        "INSERT INTO charges (bill_id, account_id, line, register, zone, meter_id, band, source, consumption_kwh, "
        "price_kopecks, amount_kopecks, method, legal_act, credits_id, why) SELECT bill_id, account_id, 'adjustment', "
        "register, zone, meter_id, band, source, -1000, price_kopecks, -1000 * price_kopecks, method, legal_act, id, "
        "why FROM charges",
    ),
    "a price that is not the tariff": (
        "не тариф",
        "UPDATE rates SET price_kopecks = price_kopecks + 1 WHERE zones = 2 AND register = 'T2'",
    ),
    "a volume that no dial counted": ("в счетах ", "UPDATE readings SET t1_kwh = t1_kwh + 1 WHERE t1_kwh = 1100"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_found(billed: Town, name: str) -> None:
    words, statement = BREACHES[name]
    _plant(billed.database, statement)

    found = [breach for breaches in billed.verified(full=False).values() for breach in breaches]

    assert any(words in breach for breach in found), found


def _plant(database: Database, statement: str) -> None:
    _unguarded(database)
    if not database.url.startswith("sqlite"):
        database.change(statement)
    else:
        _unchecked(database, statement)


def _unchecked(database: Database, statement: str) -> None:
    """The pragma lasts as long as its connection, so both go to one."""
    with sqlite3.connect(database.url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("table", ["ledger_entries", "events"])
def test_a_ledger_or_a_history_that_could_be_changed_is_found(billed: Town, table: str) -> None:
    if billed.database.url.startswith("sqlite"):
        billed.database.change(f"DROP TRIGGER {table}_no_delete")
    else:
        billed.database.change(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")

    assert list(billed.verified()) == ["I2"]


def test_money_that_is_not_an_integer_is_found(billed: Town) -> None:
    if billed.database.url.startswith("sqlite"):
        _unchecked(billed.database, "UPDATE bills SET vat_kopecks = 1.5")
    else:
        billed.database.change("ALTER TABLE bills ALTER COLUMN vat_kopecks TYPE NUMERIC")

    assert list(billed.verified()) == ["I8"]


def test_the_command_says_what_is_wrong_and_leaves_with_1(billed: Town) -> None:
    sound = billed.database.lk("verify")
    assert (sound.returncode, "нарушено" in sound.stdout) == (0, False), sound.stderr

    billed.database.change("UPDATE rates SET price_kopecks = price_kopecks + 1")
    breached = billed.database.lk("verify", "--full")

    assert (breached.returncode, "нарушено" in breached.stdout) == (1, True)


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


def test_looking_at_the_town_takes_as_many_statements_as_looking_at_a_house(billed: Town) -> None:
    def statements() -> int:
        async def asked() -> int:
            with db.counted() as counter:
                await verify(full=True)
            return len(counter.statements)

        return billed.database.run(asked())

    few = statements()
    billed.neighbours(100)
    billed.run_due("2025-08-26T00:00")

    # Three more for the one more period.
    assert statements() <= few + 5
