"""Readings in bulk: judged like any other, and never stopped by a question."""

from __future__ import annotations

import json

import pytest

from lk import db
from lk.operations.imports import import_text
from tests.operations.cast import bill_july, change, company, exported, exported_text, load, one, refusal, rows, told

READ = "1000000101,14195368,2025-07-15,5000,2200,,"


@pytest.mark.usefixtures("each_engine")
def test_a_reading_counts_for_the_period_of_its_day_and_is_taken_once() -> None:
    company()
    assert load("readings", READ).added == 1
    (reading,) = rows("SELECT period, source, status, t1_kwh, t2_kwh, t3_kwh FROM readings WHERE kind = 'regular'")
    assert tuple(reading.values()) == (202507, "import", "accepted", 5000, 2200, None)
    assert load("readings", READ).unchanged == 1
    assert one("SELECT count(*) AS n FROM readings WHERE kind = 'regular'") == 1


@pytest.mark.usefixtures("each_engine")
def test_the_latest_reading_of_a_period_counts_whatever_the_order_of_the_rows() -> None:
    company()
    load("readings", READ.replace("15,5000", "18,5003"), READ, READ.replace("15,5000", "17,5002"))
    assert [
        tuple(row.values()) for row in rows("SELECT t1_kwh, status FROM readings WHERE t1_kwh > 4999 ORDER BY t1_kwh")
    ] == [
        (5000, "superseded"),
        (5002, "superseded"),
        (5003, "accepted"),
    ]
    load("readings", READ.replace("15,5000", "16,5001"))
    assert one("SELECT t1_kwh FROM readings WHERE kind = 'regular' AND status = 'accepted'") == 5003


@pytest.mark.usefixtures("each_engine")
def test_history_in_one_file_is_judged_month_by_month() -> None:
    company()
    change("UPDATE meters SET installed_on = '2025-01-10'")
    change("UPDATE readings SET taken_on = '2025-01-10', period = 202501")
    report = load(
        "readings",
        "1000000101,14195368,2025-04-20,5600,2400,,resident",
        "1000000101,14195368,2025-02-20,5000,2200,,agent",
        "1000000101,14195368,2025-03-20,5300,2300,,",
        "1000000101,14195368,2025-05-20,5500,2500,,",
    )
    assert report.added == 4
    found = rows("SELECT period, status, source FROM readings WHERE kind = 'regular' ORDER BY period")
    assert [tuple(row.values()) for row in found] == [
        (202502, "accepted", "agent"),
        (202503, "accepted", "import"),
        (202504, "accepted", "resident"),
        (202505, "held", "import"),
    ]
    assert str(report).splitlines()[1:] == [
        "на проверку 1, приняты необычные 0",
        "строка 5, t1, «5500»: меньше прошлого показания: было 5\u00a0600",
    ]


@pytest.mark.usefixtures("sqlite")
def test_what_a_person_would_be_asked_to_confirm_is_accepted_and_told() -> None:
    company()
    report = load("readings", READ.replace("5000,2200", "4820,2200"))
    assert "приняты необычные 1" in str(report)
    (reading,) = rows("SELECT status, problems FROM readings WHERE kind = 'regular'")
    assert reading["status"] == "accepted"
    assert [each["code"] for each in json.loads(reading["problems"])] == ["equal_to_previous"]


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (READ.replace("1000000101", "9999999999"), "account_number", "9999999999", "unknown_account"),
        (READ.replace("14195368", "55555555"), "meter_number", "55555555", "unknown_meter"),
        (READ.replace("1000000101", "1000000102"), "meter_number", "14195368", "unknown_meter"),
        (READ.replace("2025-07-15", "2025-06-09"), "taken_on", "2025-06-09", "meter_not_in_place"),
        (READ.replace("2025-07-15", "2025-07-21"), "taken_on", "2025-07-21", "taken_in_future"),
        (READ.replace("5000,2200", "5000,"), "t2", "", "register_missing"),
        (READ.replace("2200,", "2200,7"), "t3", "7", "register_too_many"),
        (READ.replace("5000", "500000"), "t1", "500000", "too_many_digits"),
        (READ.replace("5000", "-5000"), "t1", "-5000", "not_whole"),
        (READ.replace("5000", "٥٠٠٠"), "t1", "٥٠٠٠", "not_whole"),
        (READ.replace("5000", "5e3"), "t1", "5e3", "not_whole"),
        (READ + "neighbour", "source", "neighbour", "not_one_of"),
    ],
)
def test_a_bad_row_is_told_by_line_column_and_value(row: str, column: str, value: str, code: str) -> None:
    company()
    assert told("readings", READ.replace("2025-07-15", "2025-07-14"), row) == [(3, column, value, code)]
    assert one("SELECT count(*) AS n FROM readings WHERE kind = 'regular'") == 0


@pytest.mark.usefixtures("each_engine")
def test_files_become_the_bill_of_the_worked_example() -> None:
    company()
    load("readings", READ)
    bill_july()
    lines = [row for row in exported("bills", "2025-07") if row["account_number"] == "1000000101"]
    assert [(row["register"], row["previous"], row["current"], row["consumption_kwh"]) for row in lines] == [
        ("T1", "4820", "5000", "180"),
        ("T2", "2105", "2200", "95"),
    ]
    assert [(row["price"], row["amount"], row["method"], row["total"]) for row in lines] == [
        ("9.45", "1701.00", "reading", "2088.60"),
        ("4.08", "387.60", "reading", "2088.60"),
    ]


@pytest.mark.usefixtures("each_engine")
def test_a_reading_of_a_billed_period_counts_for_the_next_one() -> None:
    company()
    bill_july()
    load("readings", READ)
    assert one("SELECT period FROM readings WHERE kind = 'regular'") == 202508


@pytest.mark.usefixtures("each_engine")
def test_exported_readings_come_back_unchanged() -> None:
    company()
    load("readings", READ + "resident")
    text = exported_text("readings")
    assert text.splitlines()[1] == "1000000101,14195368,2025-07-15,5000,2200,,resident"
    change("DELETE FROM readings WHERE kind = 'regular'")
    assert db.run(import_text("readings", text)).added == 1
    assert exported_text("readings") == text
    assert refusal("readings", text.replace("5000", "=5000")).complaints.count == 1
