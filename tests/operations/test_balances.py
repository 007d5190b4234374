"""What was owed when lk began: in the ledger once, and never under what was billed."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.cycle.verify import verify
from lk.history.messages import words
from lk.history.queries import EventRow
from lk.ledger.queries import Balance, balance
from lk.operations.imports import Report, import_text
from tests.operations.cast import bill_july, change, company, file_of, load, one, refusal, rows, told
from tests.papers import spaced

OWED = "10000-001-01,2025-04-10,5000.00,95.00"
LATER = "1000000101,2025-05-10,1000,0"
ADVANCE = "1000000102,2025-07-10,-120.50,0"
ENTRIES = (
    "SELECT debit, credit, amount_kopecks, part, kind, key FROM ledger_entries WHERE source = 'import' ORDER BY id"
)
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
    assert balances() == [(500_000, 9_500), (100_000, 0), (-12_050, 0)]


@pytest.mark.usefixtures("each_engine")
def test_the_same_balances_again_change_nothing_even_after_a_bill() -> None:
    company()
    load("balances", OWED, ADVANCE)
    assert load("balances", OWED, ADVANCE).unchanged == 2
    bill_july()
    assert load("balances", OWED.replace("5000.00", "5000"), ADVANCE).unchanged == 2
    assert one(f"SELECT count(*) AS n FROM ({LEDGER}) AS entries") == 3


@pytest.mark.usefixtures("each_engine")
def test_told_otherwise_before_the_first_bill_it_is_taken_back_and_entered_anew() -> None:
    company()
    load("balances", OWED, LATER, ADVANCE)
    report = load("balances", OWED.replace("5000.00", "4000.00"), LATER, ADVANCE.replace("-120.50,0", "30,1.50"))
    assert (report.added, report.updated, report.unchanged) == (0, 2, 1)
    assert balances() == [(400_000, 9_500), (100_000, 0), (3_000, 150)]
    first, second = (
        one("SELECT id FROM accounts WHERE number = {}", number) for number in ("1000000101", "1000000102")
    )
    old, advance = f"opening:{first}:2025-04-10:principal", f"opening:{second}:2025-07-10"
    assert [tuple(map(str, row.values())) for row in rows(ENTRIES)][4:] == [
        ("opening", "receivable", "500000", "principal", "reversal", f"{old}:reversal"),
        ("receivable", "opening", "400000", "principal", "opening", f"{old}:2"),
        ("receivable", "opening", "12050", "principal", "reversal", f"{advance}:principal:reversal"),
        ("receivable", "opening", "3000", "principal", "opening", f"{advance}:principal:2"),
        ("receivable", "opening", "150", "penalty", "opening", f"{advance}:penalty"),
    ]
    assert (db.run(balance(first)), db.run(balance(second))) == (Balance(500_000, 9_500), Balance(3_000, 150))


@pytest.mark.usefixtures("each_engine")
def test_told_otherwise_again_and_again_the_ledger_stands_at_what_was_told_last() -> None:
    company()
    load("balances", OWED)
    account_id = one("SELECT id FROM accounts WHERE number = '1000000101'")
    for principal, penalty in ((0, 0), (300, 5), (0, 5), (5000, 95), (-20, 0)):
        assert load("balances", OWED.replace("5000.00,95.00", f"{principal},{penalty}")).updated == 1
        assert load("balances", OWED.replace("5000.00,95.00", f"{principal},{penalty}")).unchanged == 1
        assert db.run(balance(account_id)) == Balance(principal * 100, penalty * 100)
    bill_july()
    opened = rows("SELECT opening_kopecks, opening_penalty_kopecks FROM bills WHERE account_id = {}", account_id)
    assert [tuple(row.values()) for row in opened] == [(-2_000, 0)]
    assert [each.breaches for each in db.run(verify(full=True)) if each.breaches] == []


@pytest.mark.usefixtures("each_engine")
def test_its_reader_sees_what_was_put_right() -> None:
    company()
    load("balances", OWED)
    load("balances", OWED.replace("5000.00,95.00", "-20,95.00"))
    found = rows("SELECT e.id, e.kind, e.at, e.actor_kind, NULL AS agent_code, e.params FROM events e ORDER BY e.id")
    told = [words(EventRow(**row)) for row in found if row["kind"].startswith("opening_balance")]
    assert [(spaced(each.title), spaced(each.note), spaced(each.value or "")) for each in told] == [
        ("Долг или аванс до кабинета", "", "+5 000,00 ₽"),
        ("Пени до кабинета", "", "+95,00 ₽"),
        ("Уточнён долг или аванс до кабинета", "Было +5 000,00 ₽", "−20,00 ₽"),
    ]


@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("status", ["issued", "held"])
def test_told_otherwise_after_a_bill_it_is_refused_and_pointed_to_corrections(status: str) -> None:
    company()
    load("balances", OWED)
    bill_july()
    change("UPDATE bills SET status = {}", status)
    before = rows(ENTRIES)
    file = file_of("balances", OWED.replace("5000.00,95.00", "4000.00,96.00"))
    assert refusal("balances", file).lines()[1:] == [
        "строка 2, principal, «4000.00»: загружено «5000.00», и от этого остатка счета выставлены уже с 2025-07; "
        "разницу внесите корректировкой",
        "строка 2, penalty, «96.00»: загружено «95.00», и от этого остатка счета выставлены уже с 2025-07; "
        "разницу внесите корректировкой",
    ]
    assert balances() == [(500_000, 9_500)]
    assert rows(ENTRIES) == before


@pytest.mark.usefixtures("each_engine")
def test_a_bad_row_and_a_dry_run_leave_what_was_entered() -> None:
    company()
    load("balances", OWED)
    before, other = rows(ENTRIES), OWED.replace("5000.00", "4000.00")
    assert told("balances", other, ADVANCE.replace("1000000102", "9999999999")) == [
        (3, "account_number", "9999999999", "unknown_account")
    ]
    assert db.run(import_text("balances", file_of("balances", other), is_dry_run=True)).updated == 1
    assert balances() == [(500_000, 9_500)]
    assert rows(ENTRIES) == before


def balances() -> list[tuple[int, ...]]:
    found = rows("SELECT principal_kopecks, penalty_kopecks FROM opening_balances ORDER BY account_id, due_on")
    return [tuple(row.values()) for row in found]


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


@pytest.mark.usefixtures("each_engine")
def test_two_that_put_the_same_right_at_once_take_it_back_once() -> None:
    company()
    load("balances", OWED)
    text = file_of("balances", OWED.replace("5000.00", "4000.00"))

    async def both() -> list[Report]:
        return list(await asyncio.gather(import_text("balances", text), import_text("balances", text)))

    assert sorted((report.updated, report.unchanged) for report in db.run(both())) == [(0, 1), (1, 0)]
    assert [row["kind"] for row in rows(ENTRIES)] == ["opening", "opening", "reversal", "opening"]
