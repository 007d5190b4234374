"""The ledger: one row a transfer, once by its key, never changed."""

from __future__ import annotations

from datetime import date

import pytest

from lk import db
from lk.accounts.tables import Account, Premises
from lk.ledger.actions import Transfer, post, post_many
from lk.ledger.queries import balance
from lk.ledger.rules import Kind, Part
from tests.database import Database, moscow

DAY = date(2025, 7, 26)


@pytest.fixture
def account_id(database: Database) -> int:
    async def opened() -> int:
        async with db.write():
            premises = Premises(address="Дом 3", address_key="дом 3", region="moscow")
            await Premises.insert(premises)
            account = Account(
                public_id="quietlamp234",
                number="1000000101",
                premises_id=premises.id,
                holder_name="Иванова Мария Петровна",
                tariff_category="gas",
                residents=3,
                power_kw=7,
                has_paper_bill=False,
                opened_on=DAY,
            )
            await Account.insert(account)
            return int(account.id)

    return database.run(opened(), "2025-07-01T12:00")


def _post(database: Database, account_id: int, kind: Kind, kopecks: int, key: str, part: Part = Part.PRINCIPAL) -> bool:
    async def posted() -> bool:
        async with db.write():
            return await post(kind, account_id, kopecks, part=part, effective_on=DAY, key=key, source="test")

    return database.run(posted(), "2025-07-26T12:00")


def test_a_charge_makes_the_customer_owe_and_a_payment_takes_it_back(database: Database, account_id: int) -> None:
    assert _post(database, account_id, Kind.CHARGE, 208860, "a")
    assert _post(database, account_id, Kind.PAYMENT, -200000, "b")

    rows = database.rows("SELECT debit, credit, amount_kopecks FROM ledger_entries ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("receivable", "energy_sales", 208860),
        ("acquirer_clearing", "receivable", 200000),
    ]
    assert database.run(balance(account_id)).principal == 8860


def test_penalty_and_principal_are_never_mixed(database: Database, account_id: int) -> None:
    _post(database, account_id, Kind.CHARGE, 500000, "a")
    _post(database, account_id, Kind.PENALTY, 9500, "b", Part.PENALTY)

    owed = database.run(balance(account_id))
    assert (owed.principal, owed.penalty) == (500000, 9500)


def test_one_key_is_posted_once(database: Database, account_id: int) -> None:
    assert _post(database, account_id, Kind.PAYMENT, -100, "bank:7")
    assert not _post(database, account_id, Kind.PAYMENT, -100, "bank:7")

    assert database.run(balance(account_id)).principal == -100


def test_nothing_is_no_transfer(database: Database, account_id: int) -> None:
    assert not _post(database, account_id, Kind.CHARGE, 0, "a")
    assert database.rows("SELECT id FROM ledger_entries") == []


def test_many_transfers_are_posted_all_or_none(database: Database, account_id: int) -> None:
    def transfer(key: str) -> Transfer:
        return Transfer(Kind.CHARGE, account_id, 100, Part.PRINCIPAL, DAY, key, "test")

    async def posted(*keys: str) -> None:
        async with db.write():
            await post_many(transfer(key) for key in keys)

    database.run(posted("a", "b"), "2025-07-26T12:00")
    with pytest.raises(db.CONSTRAINT_ERRORS):
        database.run(posted("c", "a"), "2025-07-26T12:00")

    assert [row["key"] for row in database.rows("SELECT key FROM ledger_entries ORDER BY id")] == ["a", "b"]
    assert database.rows("SELECT posted_at FROM ledger_entries")[0]["posted_at"] == moscow("2025-07-26T12:00")


@pytest.mark.parametrize("statement", ["UPDATE ledger_entries SET amount_kopecks = 1", "DELETE FROM ledger_entries"])
def test_what_is_posted_is_never_changed(database: Database, account_id: int, statement: str) -> None:
    _post(database, account_id, Kind.CHARGE, 100, "a")

    with pytest.raises(Exception, match="append-only"):
        database.change(statement)
    assert database.run(balance(account_id)).principal == 100
