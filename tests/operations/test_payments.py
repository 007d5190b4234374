"""Registries of banks: each payment once in the ledger; those whose account is unknown wait for a person."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lk import db
from lk.billing.payment_qr import purpose_of
from lk.cycle.verify import verify
from lk.filters import signed_money
from lk.history.messages import words
from lk.history.queries import events_of
from lk.ledger.queries import Balance, balance
from lk.operations.imports import Report, import_file, import_text
from lk.period import Period
from tests.operations.cast import (
    PURPOSES_HEADER,
    company,
    complaints,
    exported,
    file_of,
    load,
    one,
    refusal,
    rows,
    told,
)

PAID = "sb-20250718-1,10000-001-01,2025-07-18,1000.00,sberbank"
STRANGE = "sb-20250718-2,9999999999,2025-07-18,250.5,sberbank"
LEDGER = "SELECT debit, credit, amount_kopecks, part, kind, effective_on, key, source FROM ledger_entries ORDER BY id"


@pytest.mark.usefixtures("each_engine")
def test_a_payment_of_the_registry_lowers_what_is_owed_from_the_day_it_was_paid() -> None:
    company()
    assert load("payments", PAID).added == 1
    (entry,) = rows(LEDGER)
    assert [str(value) for value in entry.values()] == [
        "bank_clearing",
        "receivable",
        "100000",
        "principal",
        "payment",
        "2025-07-18",
        "bank:sb-20250718-1",
        "bank",
    ]
    assert one("SELECT account_id FROM bank_payments") == one("SELECT id FROM accounts WHERE number = '1000000101'")


@pytest.mark.usefixtures("each_engine")
def test_the_resident_sees_a_payment_through_a_bank_with_the_day_it_was_paid() -> None:
    company()
    load("payments", PAID)
    account_id = one("SELECT id FROM accounts WHERE number = '1000000101'")
    said = [words(event) for event in db.run(events_of(account_id, None))]
    told = [(each.title, each.note, each.value) for each in said if each.page == "payments"]
    assert told == [("Оплата через банк", "Оплачено 18\u00a0июля\u00a02025", signed_money(-100_000))]


@pytest.mark.usefixtures("each_engine")
def test_the_same_registry_again_changes_nothing() -> None:
    company()
    load("payments", PAID, STRANGE)
    again = load("payments", STRANGE, PAID.replace("10000-001-01", "1000000101").replace("1000.00", "1000"))
    assert (again.added, again.unchanged) == (0, 2)
    assert one("SELECT count(*) AS n FROM bank_payments") == 2
    assert one("SELECT count(*) AS n FROM ledger_entries") == 1
    assert one("SELECT count(*) AS n FROM events WHERE kind = 'payment_succeeded'") == 1


@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize(
    ("changed", "column", "value"),
    [
        (PAID.replace("1000.00", "1000.01"), "amount", "1000.01"),
        (PAID.replace("10000-001-01", "1000000102"), "account_number", "1000000102"),
        (PAID.replace("2025-07-18,", "2025-07-17,"), "paid_on", "2025-07-17"),
        (PAID.replace("sberbank", "post"), "channel", "post"),
    ],
)
def test_another_payment_under_a_counted_number_is_refused(changed: str, column: str, value: str) -> None:
    company()
    load("payments", PAID)
    other = PAID.replace("0718-1", "0718-3")
    assert told("payments", other, changed) == [(3, column, value, "payment_counted")]
    assert one("SELECT sum(amount_kopecks) AS s FROM ledger_entries") == 100_000
    assert one("SELECT count(*) AS n FROM bank_payments") == 1


@pytest.mark.usefixtures("each_engine")
def test_an_unknown_account_does_not_stop_the_file_and_is_told_by_its_line() -> None:
    company()
    report = load("payments", PAID, STRANGE)
    assert str(report).split("\n") == [
        "payments: загружено; добавлено 2, изменено 0, без изменений 0",
        "таких лицевых счетов нет, ждут разбора: 1\u00a0платёж на 250,50\u00a0₽",
        "строка 3, account_number, «9999999999»: такого лицевого счёта нет, платёж ждёт разбора",
    ]
    (waiting,) = rows("SELECT account_number, amount_kopecks FROM bank_payments WHERE account_id IS NULL")
    assert list(waiting.values()) == ["9999999999", 25_050]
    assert one("SELECT count(*) AS n FROM ledger_entries") == 1


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (PAID, "external_id", "sb-20250718-1", "twice_in_file"),
        (STRANGE.replace("2025-07-18,", "2025-07-21,"), "paid_on", "2025-07-21", "day_in_future"),
        (STRANGE.replace("250.5", "0.00"), "amount", "0.00", "amount_zero"),
        (STRANGE.replace("250.5", "-1"), "amount", "-1", "not_rubles"),
        (STRANGE.replace("250.5", "1.005"), "amount", "1.005", "not_rubles"),
        (STRANGE.replace("250.5", "1e3"), "amount", "1e3", "not_rubles"),
        (STRANGE.replace("250.5", "٢٥٠"), "amount", "٢٥٠", "not_rubles"),
        (STRANGE.replace("250.5", "9" * 40), "amount", "9" * 40, "not_rubles"),
        (STRANGE.replace("9999999999", "12"), "account_number", "12", "not_an_account_number"),
        (
            STRANGE.replace("9999999999", "９９９９９９９９９９"),
            "account_number",
            "９９９９９９９９９９",
            "not_an_account_number",
        ),
        (STRANGE.replace("sb-20250718-2", ""), "external_id", "", "empty_cell"),
        (STRANGE.replace("sb-20250718-2", "=1+1"), "external_id", "=1+1", "looks_like_formula"),
        (STRANGE.replace("sb-20250718-2", "a\u202eb"), "external_id", "a\u202eb", "control_characters"),
        (STRANGE.replace("sb-20250718-2", "9" * 65), "external_id", "9" * 65, "too_long"),
        (STRANGE.replace("sberbank", "=cmd()"), "channel", "=cmd()", "looks_like_formula"),
        (STRANGE.replace("sberbank", ""), "channel", "", "empty_cell"),
        (STRANGE.replace("2025-07-18,", "18.07.2025,"), "paid_on", "18.07.2025", "not_a_day"),
    ],
)
def test_a_bad_row_stops_the_whole_registry(row: str, column: str, value: str, code: str) -> None:
    company()
    assert told("payments", PAID, row) == [(3, column, value, code)]
    assert one("SELECT count(*) AS n FROM bank_payments") == 0
    assert one("SELECT count(*) AS n FROM ledger_entries") == 0


@pytest.mark.usefixtures("each_engine")
def test_a_dry_run_tells_the_same_and_counts_nothing() -> None:
    company()
    report = db.run(import_text("payments", file_of("payments", PAID, STRANGE), is_dry_run=True))
    assert (report.added, len(report.notes)) == (2, 2)
    assert one("SELECT count(*) AS n FROM bank_payments") == 0
    assert one("SELECT count(*) AS n FROM ledger_entries") == 0


@pytest.mark.usefixtures("each_engine")
def test_two_loads_of_one_registry_at_once_count_it_once(tmp_path: Path) -> None:
    company()
    path = tmp_path / "registry.csv"
    path.write_text(file_of("payments", PAID, STRANGE))

    async def both() -> list[Report]:
        return list(await asyncio.gather(import_file("payments", path), import_file("payments", path)))

    assert sorted((report.added, report.unchanged) for report in db.run(both())) == [(0, 2), (2, 0)]
    assert one("SELECT sum(amount_kopecks) AS s FROM ledger_entries") == 100_000


@pytest.mark.usefixtures("each_engine")
def test_payments_of_banks_leave_with_the_others_matched_or_not() -> None:
    company()
    load("payments", PAID, STRANGE)
    assert [tuple(row.values()) for row in exported("payments", "2025-07")] == [
        ("sb-20250718-1", "1000000101", "2025-07-18", "1000.00", "sberbank", "succeeded"),
        ("sb-20250718-2", "9999999999", "2025-07-18", "250.50", "sberbank", "unmatched"),
    ]
    assert exported("payments", "2025-08") == []


OPENED = "10000-001-01,2025-04-10,5000.00,5.72"
FOR_PENALTY = purpose_of("1000000101", Period(2025, 6), is_penalty=True)
FOR_ENERGY = purpose_of("1000000101", Period(2025, 6))


def registry(*lines: str) -> str:
    return "\n".join([PURPOSES_HEADER, *lines, ""])


def _row(number: int, amount: str, purpose: str) -> str:
    return f'p-{number},10000-001-01,2025-07-18,{amount},sberbank,"{purpose}"'


def _owed() -> Balance:
    return db.run(balance(one("SELECT id FROM accounts WHERE number = '1000000101'")))


@pytest.mark.usefixtures("each_engine")
def test_a_payment_whose_purpose_is_that_of_the_penalty_code_pays_the_penalty_alone() -> None:
    company()
    load("balances", OPENED)
    report = db.run(import_text("payments", registry(_row(1, "5.72", FOR_PENALTY))))
    assert _owed() == Balance(principal=5000_00, penalty=0)
    assert report.notes == ("по назначению за пени: 1\u00a0платёж на 5,72\u00a0₽",)
    (entry,) = rows("SELECT key, part, amount_kopecks FROM ledger_entries WHERE source = 'bank'")
    assert list(entry.values()) == ["bank-penalty:p-1", "penalty", 572]
    assert db.run(verify())


@pytest.mark.usefixtures("each_engine")
def test_what_is_above_the_penalty_owed_goes_to_the_principal_in_the_order_of_the_rows() -> None:
    company()
    load("balances", OPENED)
    rows_sent = (_row(1, "5.00", FOR_PENALTY), _row(2, "10.00", FOR_PENALTY), _row(3, "7.00", FOR_PENALTY))
    db.run(import_text("payments", registry(*rows_sent, _row(4, "1.00", FOR_ENERGY))))
    entries = rows("SELECT key, amount_kopecks FROM ledger_entries WHERE source = 'bank' ORDER BY id")
    assert [tuple(each.values()) for each in entries] == [
        ("bank-penalty:p-1", 500),
        ("bank:p-2", 928),
        ("bank-penalty:p-2", 72),
        ("bank:p-3", 700),
        ("bank:p-4", 100),
    ]
    assert _owed() == Balance(principal=5000_00 - 17_28, penalty=0)
    assert [each["penalty_kopecks"] for each in rows("SELECT penalty_kopecks FROM bank_payments ORDER BY id")] == [
        500,
        72,
        0,
        0,
    ]
    assert db.run(verify())


@pytest.mark.usefixtures("sqlite")
def test_money_for_energy_never_pays_the_penalty() -> None:
    company()
    load("balances", OPENED)
    load("payments", PAID)
    db.run(import_text("payments", registry(_row(1, "5.72", FOR_ENERGY), _row(2, "1.00", ""))))
    assert _owed() == Balance(principal=5000_00 - 1006_72, penalty=5_72)


@pytest.mark.usefixtures("sqlite")
def test_the_resident_reads_how_much_of_a_bank_s_payment_was_for_the_penalty() -> None:
    company()
    load("balances", OPENED)
    db.run(import_text("payments", registry(_row(1, "6.00", FOR_PENALTY))))
    account_id = one("SELECT id FROM accounts WHERE number = '1000000101'")
    said = [words(event) for event in db.run(events_of(account_id, None))]
    told_of = [(each.title, each.note, each.value) for each in said if each.page == "payments"]
    note = "Оплачено 18\u00a0июля\u00a02025 · за пени 5,72\u00a0₽"
    assert told_of == [("Оплата через банк", note, signed_money(-6_00))]


@pytest.mark.usefixtures("each_engine")
def test_a_payment_keeps_what_it_was_for_and_a_registry_without_purposes_may_repeat_it() -> None:
    company()
    load("balances", OPENED)
    db.run(import_text("payments", registry(_row(1, "5.72", FOR_PENALTY), _row(2, "8.00", FOR_ENERGY))))
    assert load("payments", "p-1,10000-001-01,2025-07-18,5.72,sberbank").unchanged == 1
    refused = refusal("payments", registry(_row(1, "5.72", FOR_ENERGY), _row(2, "8.00", FOR_PENALTY)))
    assert complaints(refused) == [
        (2, "purpose", FOR_ENERGY, "counted_as_penalty"),
        (3, "purpose", FOR_PENALTY, "counted_as_principal"),
    ]
    assert str(refused.complaints.shown[0]).endswith("этот платёж уже загружен как плата за пени; изменить нельзя")
    assert _owed() == Balance(principal=5000_00 - 8_00, penalty=0)
