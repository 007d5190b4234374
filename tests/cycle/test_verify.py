"""`lk verify` on bills and the ledger: silent on sound data, and every planted breach is found."""

from __future__ import annotations

import json

import pytest

from lk import db
from lk.cycle.verify import verify
from lk.operations.imports import import_text
from tests.cycle.planting import Breach, missed
from tests.cycle.town import IVANOVA, PETROV, Town

BALANCES = "account_number,due_on,principal,penalty\n1000000102,2025-07-10,500.00,3.00\n"
REGISTRY = "external_id,account_number,paid_on,amount,channel\nsber-1,1000000102,2025-08-02,100.00,sber\n"

OF_PETROV = "(SELECT b.id FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = '1000000102')"
IVANOVA_ID = "(SELECT id FROM accounts WHERE number = '1000000101')"


@pytest.fixture
def billed(town: Town) -> Town:
    """One billed month; one account owed from before, and paid at a bank."""
    town.database.run(import_text("balances", BALANCES), "2025-07-05T12:00")
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    town.database.run(import_text("payments", REGISTRY), "2025-08-04T12:00")
    assert town.verified() == {}
    return town


DOUBLED_OR_GONE: dict[str, Breach] = {
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
    "a bill of nobody": ("должно быть", "UPDATE bills SET account_id = 99 WHERE id = " + OF_PETROV),
    "a bill that is gone": ("выставлено счетов", "UPDATE bills SET period = 202409 WHERE id = " + OF_PETROV),
    "an account without its bill": (
        "счетов 0, должно быть 1",
        "UPDATE bills SET period = 202409 WHERE id = " + OF_PETROV,
    ),
    "a bill of a month that was not billed": (
        "расчёта ещё не было",
        "UPDATE bills SET period = 202509 WHERE id = " + OF_PETROV,
    ),
}

UNBALANCED: dict[str, Breach] = {
    "nothing moves": ("не сходится проводка 1", "UPDATE ledger_entries SET amount_kopecks = 0 WHERE id = 1"),
    "from a book to itself": ("не сходится проводка 1", "UPDATE ledger_entries SET debit = credit WHERE id = 1"),
    "past the customer": ("не сходится проводка 1", "UPDATE ledger_entries SET debit = 'penalties' WHERE id = 1"),
    "to a book that there is not": ("не сходится проводка 1", "UPDATE ledger_entries SET credit = 'else' WHERE id = 1"),
}

_CREDIT = (
    "INSERT INTO charges (bill_id, account_id, line, register, zone, meter_id, band, source, consumption_kwh, "
    "price_kopecks, amount_kopecks, method, legal_act, credits_id, why) SELECT bill_id, account_id, 'adjustment', "
    "register, zone, meter_id, band, source, {kwh}, price_kopecks {more}, {kwh} * price_kopecks, method, legal_act, "
    "id, why FROM charges"
)

WRONG_SUMS: dict[str, Breach] = {
    "a bill without the sum of its lines": (
        "не равен сумме своих строк",
        "UPDATE bills SET energy_kopecks = energy_kopecks + 1, total_kopecks = total_kopecks + 1 "
        "WHERE id = " + OF_PETROV,
    ),
    "a total that is no total": ("не равен сумме", "UPDATE bills SET total_kopecks = 1 WHERE id = " + OF_PETROV),
    "a line that is not its kWh at its price": (
        "не равна объёму",
        "UPDATE charges SET consumption_kwh = consumption_kwh + 1 WHERE bill_id = " + OF_PETROV,
    ),
    "a line of another account": ("не своего счёта", "UPDATE charges SET account_id = " + IVANOVA_ID),
    "a credit at another price": ("по другой цене", _CREDIT.format(kwh="0", more="+ 1")),
    "more taken back than billed": ("возвращено больше", _CREDIT.format(kwh="-1000", more="")),
    "the ledger has another sum": (
        "не та сумма счёта",
        "UPDATE ledger_entries SET amount_kopecks = amount_kopecks + 1 WHERE kind = 'charge'",
    ),
    "the ledger charges another account": (
        "не та сумма счёта",
        "UPDATE ledger_entries SET account_id = " + IVANOVA_ID + " WHERE kind = 'charge'",
    ),
    "an entry that is gone": ("не та сумма счёта", "DELETE FROM ledger_entries WHERE key LIKE 'bill:%' AND id > 2"),
    "a held bill is charged": ("отложенный счёт начислен", "UPDATE bills SET status = 'held', issued_at = NULL"),
    "a charge without a bill": (
        "начисление без счёта",
        "UPDATE ledger_entries SET source = 'bill:999999' WHERE kind = 'charge'",
    ),
    "a bill that nobody could have made": (
        "начисление без счёта",
        "UPDATE ledger_entries SET source = 'bill:1x' WHERE kind = 'charge'",
    ),
    "a bill charged once more": (
        "начисление без счёта",
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key || ':2', source FROM ledger_entries WHERE kind = 'charge'",
    ),
    "a penalty without its lines": ("пени счёта не равны", "UPDATE bills SET penalty_kopecks = penalty_kopecks + 1"),
    "a penalty that the ledger does not know": (
        "не те пени",
        "UPDATE bills SET penalty_kopecks = penalty_kopecks + 1",
    ),
    "a reversed bill that is charged still": (
        "снят не на свою сумму",
        "UPDATE bills SET status = 'reversed' WHERE id = " + OF_PETROV,
    ),
    "a bill that reckons with another debt": (
        "долг до счёта",
        "UPDATE bills SET opening_kopecks = opening_kopecks + 1 WHERE id = " + OF_PETROV,
    ),
    "a bill that reckons with another penalty": (
        "долг до счёта",
        "UPDATE bills SET opening_penalty_kopecks = 0 WHERE id = " + OF_PETROV,
    ),
    "a debt from before that the ledger has otherwise": (
        "входящий остаток не равен",
        "UPDATE opening_balances SET penalty_kopecks = 1",
    ),
    "a debt from before that nobody told": ("остаток, которого нет", "DELETE FROM opening_balances"),
    "a bank's money that did not arrive": (
        "не дошли до лицевого счёта",
        "UPDATE ledger_entries SET amount_kopecks = 1 WHERE key = 'bank:sber-1'",
    ),
    "a bank's money that is in no registry": ("которых в реестрах нет", "DELETE FROM bank_payments"),
    "a price that is not the tariff": (
        "не тариф",
        "UPDATE rates SET price_kopecks = price_kopecks + 1 WHERE zones = 2 AND register = 'T2'",
    ),
    "a volume that no dial counted": ("в счетах ", "UPDATE readings SET t1_kwh = t1_kwh + 1 WHERE t1_kwh = 1100"),
}


def test_every_planted_breach_of_bills_is_found(billed: Town) -> None:
    assert missed(billed.database, "I1", DOUBLED_OR_GONE) == []


def test_every_planted_breach_of_the_ledger_is_found(billed: Town) -> None:
    assert missed(billed.database, "I2", UNBALANCED) == []


def test_every_planted_breach_of_sums_is_found(billed: Town) -> None:
    assert missed(billed.database, "I3", WRONG_SUMS) == []


@pytest.mark.parametrize(("table", "invariant"), [("ledger_entries", "I2"), ("events", "I14"), ("staff_seals", "I14")])
def test_a_ledger_or_a_history_that_could_be_changed_is_found(billed: Town, table: str, invariant: str) -> None:
    if billed.database.url.startswith("sqlite"):
        billed.database.change(
            f"DROP TRIGGER {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT 1; END",
        )
    else:
        billed.database.change(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")

    assert list(billed.verified()) == [invariant]


def test_money_that_is_not_an_integer_is_found(billed: Town) -> None:
    if billed.database.url.startswith("sqlite"):
        breach = ("bills.vat_kopecks: хранит не целое", "UPDATE bills SET vat_kopecks = 1.5")
    else:
        breach = ("vat_kopecks: объявлен не целым", "ALTER TABLE bills ALTER COLUMN vat_kopecks TYPE NUMERIC")

    assert missed(billed.database, "I8", {"half a kopeck": breach}) == []


def test_the_command_says_what_is_wrong_and_leaves_with_1(billed: Town) -> None:
    sound = billed.database.lk("verify")
    assert (sound.returncode, "нарушено" in sound.stdout) == (0, False), sound.stderr

    billed.database.change("UPDATE rates SET price_kopecks = price_kopecks + 1")
    breached = billed.database.lk("verify", "--full", "--json")

    found = json.loads(breached.stdout)
    assert (breached.returncode, breached.stderr) == (1, "")
    assert [each["id"] for each in found if each["breached"]] == ["I3"]
    assert {"id", "what", "checked", "breached", "breaches", "seconds"} == found[0].keys()


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

    # Four more for the one more period, one for what is looked at closer.
    assert statements() <= few + 5
