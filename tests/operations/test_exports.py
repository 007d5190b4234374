"""Files out: what others compute with, in the columns they count on."""

from __future__ import annotations

from datetime import date

import pytest

from lk import clock, db
from lk.csv_cells import harmless
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from lk.operations.imports import import_text
from lk.payments.tables import Payment
from tests.operations.cast import (
    ACCOUNTS_HEADER,
    NOON,
    RUN,
    bill_july,
    change,
    company,
    exported,
    exported_text,
    load,
    one,
)
from tests.operations.test_meters import NEW, REMOVED

BILL_COLUMNS = (
    "account_number,period,line,register,previous,current,consumption_kwh,band,price,amount,method,total,"
    "opening_balance,closing_balance,due_on,status"
)


@pytest.mark.usefixtures("each_engine")
def test_a_bill_is_one_row_for_each_of_its_lines() -> None:
    company()
    load("meters", REMOVED, NEW)
    bill_july()
    header, *lines = exported_text("bills", "2025-07").split("\n")
    assert header == BILL_COLUMNS
    assert lines == [
        "1000000101,2025-07,energy,T1,4820,5000,180,1,9.45,1701.00,reading,2088.60,0.00,2088.60,2025-08-10,issued",
        "1000000101,2025-07,energy,T2,2105,2200,95,1,4.08,387.60,reading,2088.60,0.00,2088.60,2025-08-10,issued",
        "1000000102,2025-07,energy,T1,,,135,1,7.87,1062.45,norm,1062.45,0.00,1062.45,2025-08-10,issued",
        "",
    ]
    assert exported("bills", "2025-06") == []


@pytest.mark.usefixtures("each_engine")
def test_the_ledger_runs_up_a_balance_for_each_account() -> None:
    company()
    bill_july()
    _post(Kind.PAYMENT, -100_000, Part.PRINCIPAL, date(2025, 8, 2))
    _post(Kind.PENALTY, 158, Part.PENALTY, date(2025, 8, 26))
    entries = [
        (row["account_number"], row["posted_on"], row["kind"], row["amount"], row["balance_after"])
        for row in exported("ledger")
    ]
    total = entries[0][3]
    assert entries[1:3] == [
        ("1000000101", "2025-08-02", "payment", "-1000.00", f"{float(total) - 1000:.2f}"),
        ("1000000101", "2025-08-26", "penalty", "1.58", f"{float(total) - 1000 + 1.58:.2f}"),
    ]
    assert entries[3] == ("1000000102", "2025-07-26", "charge", "1062.45", "1062.45")
    assert [row["balance_after"] for row in exported("ledger", "2025-08")] == [entries[1][4], entries[2][4]]


def _post(kind: Kind, kopecks: int, part: Part, day: date) -> None:
    async def posted() -> None:
        account_id = (await db.read("SELECT id FROM accounts WHERE number = '1000000101'"))[0]["id"]
        async with db.write():
            await post(kind, account_id, kopecks, part=part, effective_on=day, key=f"test:{kind}", source="test")

    with clock.fixed_at(clock.start_of_day(day)):
        db.run(posted())


@pytest.mark.usefixtures("each_engine")
def test_exported_accounts_come_back_unchanged() -> None:
    row = '10000-001-01,Иванова Мария,"Москва, Лесная улица, 5, кв. 12",moscow,gas,3,15,yes,2020-01-10,2025-09-01'
    db.run(import_text("accounts", f"{ACCOUNTS_HEADER},postcode,route,email\n{row},125047,7-12,m@example.ru\n"))
    text = exported_text("accounts")
    assert text.split("\n") == [
        f"{ACCOUNTS_HEADER},postcode,route,email",
        f"{row.replace('10000-001-01', '1000000101')},125047,7-12,m@example.ru",
        "",
    ]
    assert db.run(import_text("accounts", text)).unchanged == 1
    assert exported("accounts", "2025-10") == []
    assert len(exported("accounts", "2025-09")) == 1


@pytest.mark.usefixtures("each_engine")
def test_payments_show_what_was_paid_and_what_was_not_and_no_secret() -> None:
    company()
    _payment("first", "succeeded", 208_860)
    _payment("second", "canceled", 100)
    assert [tuple(row.values()) for row in exported("payments", "2025-07")] == [
        ("acquirer-first", "1000000101", "2025-07-26", "2088.60", "card", "succeeded"),
        ("acquirer-second", "1000000101", "", "1.00", "card", "canceled"),
    ]
    assert "hidden" not in exported_text("payments")
    assert exported("payments", "2025-08") == []


def _payment(name: str, status: str, kopecks: int) -> None:
    payment = Payment(
        public_id=name,
        account_id=one("SELECT id FROM accounts WHERE number = '1000000101'"),
        key=name,
        kind="one_off",
        amount_kopecks=kopecks,
        status=status,
        acquirer_id=f"acquirer-{name}",
        body='{"hidden": true}',
        created_at=NOON,
        finished_at=RUN,
    )

    async def stored() -> None:
        async with db.write():
            await Payment.insert(payment)

    db.run(stored())


@pytest.mark.usefixtures("each_engine")
def test_messages_show_that_they_went_out_and_never_what_they_said() -> None:
    change(
        "INSERT INTO messages (key, kind, to_address, params, status, attempts, created_at, next_at, sent_at, "
        "last_error) VALUES ('k', 'readings_wanted', 'm@example.ru', '{\"hidden\": 1}', 'sent', 1, "
        "'2025-07-20T09:00:00+00:00', '2025-07-20T09:00:00+00:00', '2025-07-20T09:00:00+00:00', '')"
    )
    (row,) = exported("messages", "2025-07")
    assert list(row.values()) == ["k", "readings_wanted", "", "m@example.ru", "sent", "1", "2025-07-20", "2025-07-20"]
    assert "hidden" not in exported_text("messages")


@pytest.mark.parametrize("text", ["=1+1", "+7 495", "-2", "@SUM(A1)", "\tх", "\rх"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.usefixtures("sqlite")
def test_a_formula_in_a_name_leaves_as_text_and_a_negative_sum_as_a_number() -> None:
    company()
    change("UPDATE accounts SET holder_name = '=cmd()' WHERE number = '1000000101'")
    assert exported("accounts")[0]["holder_name"] == "'=cmd()"
    _post(Kind.PAYMENT, -100, Part.PRINCIPAL, date(2025, 7, 1))
    assert exported("ledger")[0]["amount"] == "-1.00"


@pytest.mark.usefixtures("each_engine")
def test_penalties_of_a_bill_follow_its_other_lines() -> None:
    company()
    load("meters", REMOVED, NEW)
    load("balances", "1000000101,2025-04-10,5000.00,0")
    bill_july()
    change("DELETE FROM penalty_lines")
    change(
        "INSERT INTO penalty_lines (bill_id, account_id, for_opening_id, amount_kopecks, through_on, why) "
        "SELECT b.id, b.account_id, o.id, 9865, '2025-07-26', '{}' FROM bills b "
        "JOIN opening_balances o ON o.account_id = b.account_id"
    )
    lines = exported_text("bills", "2025-07").split("\n")
    total = "2088.60,5000.00,7088.60,2025-08-10,issued"
    assert lines[1:4] == [
        f"1000000101,2025-07,energy,T1,4820,5000,180,1,9.45,1701.00,reading,{total}",
        f"1000000101,2025-07,energy,T2,2105,2200,95,1,4.08,387.60,reading,{total}",
        f"1000000101,2025-07,penalty,,,,,,,98.65,,{total}",
    ]
    assert lines[4].startswith("1000000102,2025-07,energy,")
