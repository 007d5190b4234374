"""What was owed when lk began: in the ledger once, and never under what was billed."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.operations.imports import Report, import_text
from tests.operations.cast import bill_july, company, file_of, load, one, refusal, rows, told

OWED = "10000-001-01,2025-04-10,5000.00,95.00"
LATER = "1000000101,2025-05-10,1000,0"
ADVANCE = "1000000102,2025-07-10,-120.50,0"
LEDGER = "SELECT debit, credit, amount_kopecks, part, effective_on, key FROM ledger_entries WHERE kind = 'opening'"


@pytest.mark.usefixtures("each_engine")
def test_debts_of_several_days_and_an_advance_open_the_ledger() -> None:
    company()
    assert load("balances", OWED, LATER, ADVANCE).added == 3
    first, second = (
        one("SELECT id FROM accounts WHERE number = {}", number) for number in ("1000000101", "1000000102")
    )
    assert [tuple(map(str, row.values())) for row in rows(LEDGER + " ORDER BY id")] == [
        ("receivable", "opening", "500000", "principal", "2025-04-10", f"opening:{first}:2025-04-10:principal"),
        ("receivable", "opening", "9500", "penalty", "2025-04-10", f"opening:{first}:2025-04-10:penalty"),
        ("receivable", "opening", "100000", "principal", "2025-05-10", f"opening:{first}:2025-05-10:principal"),
        ("opening", "receivable", "12050", "principal", "2025-07-10", f"opening:{second}:2025-07-10:principal"),
    ]
    stored = rows("SELECT principal_kopecks, penalty_kopecks FROM opening_balances ORDER BY account_id, due_on")
    assert [tuple(row.values()) for row in stored] == [(500_000, 9_500), (100_000, 0), (-12_050, 0)]


@pytest.mark.usefixtures("each_engine")
def test_the_same_balances_again_change_nothing_even_after_a_bill() -> None:
    company()
    load("balances", OWED, ADVANCE)
    assert load("balances", OWED, ADVANCE).unchanged == 2
    bill_july()
    assert load("balances", OWED.replace("5000.00", "5000"), ADVANCE).unchanged == 2
    assert one(f"SELECT count(*) AS n FROM ({LEDGER}) AS entries") == 3


@pytest.mark.usefixtures("each_engine")
def test_another_balance_of_the_same_day_is_refused() -> None:
    company()
    load("balances", OWED)
    assert told("balances", ADVANCE, OWED.replace("5000.00,95.00", "4000.00,96.00")) == [
        (3, "principal", "4000.00", "balance_loaded"),
        (3, "penalty", "96.00", "balance_loaded"),
    ]
    assert one("SELECT count(*) AS n FROM opening_balances") == 1


@pytest.mark.usefixtures("each_engine")
def test_a_balance_under_what_was_billed_is_refused() -> None:
    company()
    bill_july()
    refused = refusal("balances", file_of("balances", OWED))
    assert refused.lines()[1] == (
        "строка 2, account_number, «10000-001-01»: счета выставлены уже с 2025-07; остатки загружают до первого"
    )
    assert one("SELECT count(*) AS n FROM opening_balances") == 0
    assert rows(LEDGER) == []


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (OWED.replace("10000-001-01", "1000000101"), "due_on", "2025-04-10", "twice_in_file"),
        (ADVANCE.replace("1000000102", "9999999999"), "account_number", "9999999999", "unknown_account"),
        (ADVANCE.replace("2025-07-10", "2025-10-21"), "due_on", "2025-10-21", "due_too_late"),
        (ADVANCE.replace("-120.50,0", "1,-1"), "penalty", "-1", "not_rubles"),
        (ADVANCE.replace("-120.50", "1.005"), "principal", "1.005", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", "--1"), "principal", "--1", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", "+1"), "principal", "+1", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", "1e3"), "principal", "1e3", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", "−1"), "principal", "−1", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", ""), "principal", "", "not_signed_rubles"),
        (ADVANCE.replace("-120.50", "9" * 40), "principal", "9" * 40, "not_signed_rubles"),
    ],
)
def test_a_bad_row_stops_the_whole_file(row: str, column: str, value: str, code: str) -> None:
    company()
    assert told("balances", OWED, row) == [(3, column, value, code)]
    assert one("SELECT count(*) AS n FROM opening_balances") == 0
    assert rows(LEDGER) == []


@pytest.mark.usefixtures("sqlite")
def test_what_is_not_due_yet_may_be_loaded_three_months_ahead() -> None:
    company()
    assert load("balances", ADVANCE.replace("2025-07-10", "2025-10-20")).added == 1


@pytest.mark.usefixtures("each_engine")
def test_a_dry_run_of_balances_writes_nothing() -> None:
    company()
    assert db.run(import_text("balances", file_of("balances", OWED), is_dry_run=True)).added == 1
    assert rows(LEDGER) == []


@pytest.mark.usefixtures("each_engine")
def test_two_loads_of_the_same_balances_at_once_count_them_once() -> None:
    company()
    text = file_of("balances", OWED, ADVANCE)

    async def both() -> list[Report]:
        return list(await asyncio.gather(import_text("balances", text), import_text("balances", text)))

    assert sorted((report.added, report.unchanged) for report in db.run(both())) == [(0, 2), (2, 0)]
    assert one(f"SELECT count(*) AS n FROM ({LEDGER}) AS entries") == 3
