"""Meters come in by file with their first readings, and are replaced by it."""

from __future__ import annotations

import pytest

from tests.operations.cast import DIAL, IVANOVA, bill_july, change, company, exported, load, one, rows, told

REMOVED = "1000000101,14195368,2,5,1,2025-06-10,2030-01-01,2025-07-18,4820,2105,,5000,2200,"
NEW = "1000000101,20500001,2,6,1,2025-07-18,2041-07-18,,2,1,,,,"


@pytest.mark.usefixtures("each_engine")
def test_a_new_meter_comes_with_its_first_reading_in_the_period_of_its_day() -> None:
    company()
    (reading,) = rows("SELECT kind, period, source, status, t1_kwh, t2_kwh, t3_kwh FROM readings")
    assert reading == {
        "kind": "initial",
        "period": 202506,
        "source": "import",
        "status": "accepted",
        "t1_kwh": 4820,
        "t2_kwh": 2105,
        "t3_kwh": None,
    }
    assert one("SELECT serial_key FROM meters") == "14195368"


@pytest.mark.usefixtures("sqlite")
def test_a_meter_installed_after_the_25th_begins_with_the_next_period() -> None:
    company()
    load("meters", "1000000102,30000001,1,5,1,2025-06-26,2030-01-01,,100,,,,,")
    assert one("SELECT period FROM readings WHERE t1_kwh = 100") == 202507


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (DIAL.replace("14195368", "12"), "meter_number", "12", "not_a_meter_number"),
        (DIAL.replace("14195368", "0000"), "meter_number", "0000", "not_a_meter_number"),
        (DIAL.replace("14195368", "١٤١٩٥٣٦٨"), "meter_number", "١٤١٩٥٣٦٨", "not_a_meter_number"),
        (DIAL.replace("14195368", "=1+1111"), "meter_number", "=1+1111", "not_a_meter_number"),
        (DIAL.replace(",2,5,1,", ",4,5,1,"), "zones", "4", "out_of_range"),
        (DIAL.replace(",2,5,1,", ",2,3,1,"), "digits", "3", "out_of_range"),
        (DIAL.replace(",2,5,1,", ",2,5,0,"), "ratio", "0", "out_of_range"),
        (DIAL.replace("2025-06-10", "2025-07-21"), "installed_on", "2025-07-21", "day_in_future"),
        (DIAL.replace(",4820,2105,,", ",4820,,,"), "initial_t2", "", "register_missing"),
        (DIAL.replace(",4820,2105,,", ",,,,"), "initial_t1", "", "register_missing"),
        (DIAL.replace(",4820,2105,,", ",4820,2105,1,"), "initial_t3", "1", "register_too_many"),
        (DIAL.replace("4820", "148200"), "initial_t1", "148200", "too_many_digits"),
        (DIAL.replace("4820", "4820.5"), "initial_t1", "4820.5", "not_whole"),
        (DIAL.replace("4820", "-1"), "initial_t1", "-1", "not_whole"),
        (REMOVED.replace("2025-07-18", ""), "removed_on", "", "finals_without_removal"),
        (REMOVED.replace("5000,2200,", ",,"), "final_t1", "", "removal_without_finals"),
        (REMOVED.replace("5000,2200", "4800,2200"), "final_t1", "4800", "final_below_previous"),
        (REMOVED.replace("2025-07-18", "2025-06-09"), "removed_on", "2025-06-09", "removed_before_installed"),
        (REMOVED.replace("2025-07-18", "2025-07-21"), "removed_on", "2025-07-21", "day_in_future"),
    ],
)
def test_a_bad_cell_is_told_by_line_column_and_value(row: str, column: str, value: str, code: str) -> None:
    company()
    change("DELETE FROM readings")
    change("DELETE FROM meters")
    assert told("meters", row) == [(2, column, value, code)]
    assert one("SELECT count(*) AS n FROM meters") == 0


@pytest.mark.usefixtures("sqlite")
def test_an_unknown_account_and_a_meter_twice_in_the_file_are_told() -> None:
    company()
    assert told(
        "meters", DIAL, DIAL.replace("10000-001-01", "9999999999"), DIAL.replace("14195368", "0014-195368")
    ) == [
        (4, "meter_number", "0014-195368", "twice_in_file"),
        (3, "account_number", "9999999999", "unknown_account"),
    ]


@pytest.mark.usefixtures("each_engine")
def test_a_replacement_is_the_old_meters_row_with_finals_and_the_new_meters_row() -> None:
    company()
    report = load("meters", NEW, REMOVED)
    assert (report.added, report.updated) == (1, 1)
    found = rows(
        "SELECT m.serial_number, r.kind, r.period, r.t1_kwh, r.t2_kwh "
        "FROM readings r JOIN meters m ON m.id = r.meter_id "
        "ORDER BY m.serial_number, r.taken_on"
    )
    assert [tuple(row.values()) for row in found] == [
        ("14195368", "initial", 202506, 4820, 2105),
        ("14195368", "final", 202507, 5000, 2200),
        ("20500001", "initial", 202507, 2, 1),
    ]
    assert load("meters", NEW, REMOVED).unchanged == 2


@pytest.mark.usefixtures("each_engine")
def test_a_replacement_of_a_billed_period_counts_for_the_next_one_and_is_told_in_the_history() -> None:
    company()
    bill_july()
    load("meters", REMOVED, NEW)
    assert {row["period"] for row in rows("SELECT period FROM readings WHERE taken_on = '2025-07-18'")} == {202508}
    assert one("SELECT params FROM events WHERE kind = 'meter_replaced'").endswith('"period":"2025-08"}')


@pytest.mark.usefixtures("sqlite")
def test_a_meters_make_follows_the_file_until_it_is_read_or_billed() -> None:
    company()
    assert load("meters", DIAL.replace(",2,5,1,", ",2,6,1,").replace("4820", "4821")).updated == 1
    assert one("SELECT t1_kwh FROM readings") == 4821
    assert load("meters", DIAL).updated == 1
    bill_july()
    assert told("meters", DIAL.replace(",2,5,1,", ",2,6,1,").replace("4820", "4821")) == [
        (2, "digits", "6", "meter_in_use"),
        (2, "initial_t1", "4821", "meter_in_use"),
    ]
    assert load("meters", DIAL.replace("2030-01-01", "2031-01-01")).updated == 1


@pytest.mark.usefixtures("sqlite")
def test_final_readings_may_be_corrected_until_they_are_billed_and_a_removal_is_not_taken_back() -> None:
    company()
    load("meters", REMOVED)
    assert load("meters", REMOVED.replace("5000", "5001")).updated == 1
    assert load("meters", REMOVED).updated == 1
    bill_july()
    assert exported("bills", "2025-07")[0]["amount"] == "1701.00"
    assert told("meters", REMOVED.replace("5000", "5001").replace("2025-07-18", "2025-07-17")) == [
        (2, "removed_on", "2025-07-17", "already_billed"),
        (2, "final_t1", "5001", "already_billed"),
    ]
    assert told("meters", DIAL) == [(2, "removed_on", "", "removal_taken_back")]
    assert load("meters", REMOVED).unchanged == 1


@pytest.mark.usefixtures("each_engine")
def test_a_final_reading_that_comes_after_the_last_bill_has_that_bill_made_anew() -> None:
    company()
    load("accounts", f"{IVANOVA}2025-07-19")
    bill_july()
    assert [row["method"] for row in exported("bills", "2025-07") if row["account_number"] == "1000000101"] == [
        "norm",
        "norm",
    ]

    load("meters", REMOVED)
    bills = rows("SELECT b.status, b.total_kopecks FROM bills b JOIN accounts a ON a.id = b.account_id "
                 "WHERE a.number = '1000000101' ORDER BY b.id")  # fmt: skip
    assert [row["status"] for row in bills] == ["reversed", "issued"]
    assert bills[-1]["total_kopecks"] == 180 * 945 + 95 * 408
    assert load("meters", REMOVED).unchanged == 1


@pytest.mark.usefixtures("each_engine")
def test_a_reading_that_waited_for_a_person_waits_no_longer_once_its_meter_is_gone() -> None:
    company()
    load("readings", "1000000101,14195368,2025-07-12,4000,2150,,import")
    assert one("SELECT status FROM readings WHERE kind = 'regular'") == "held"
    load("meters", REMOVED)
    assert one("SELECT status FROM readings WHERE kind = 'regular'") == "superseded"
