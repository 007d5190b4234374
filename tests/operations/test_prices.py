"""Tariffs and norms come in by file, and never change what was billed."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from lk import db
from lk.energy import Register
from lk.operations.imports import import_text
from lk.period import Period
from lk.tariffs.queries import price_list
from tests.operations.cast import NORM, T1, T2, bill_july, change, company, load, one, rows, told


@pytest.mark.usefixtures("each_engine")
def test_prices_are_kept_in_kopecks_and_shown_at_once() -> None:
    load("tariffs", T1)
    assert db.run(price_list()).rate("moscow", "gas", 1, 2, Register.T1, Period(2025, 7)).price_kopecks == 945
    load("tariffs", T1.replace("9.45", "9.5"), T2)
    assert db.run(price_list()).rate("moscow", "gas", 1, 2, Register.T1, Period(2025, 7)).price_kopecks == 950
    assert db.run(price_list()).rate("moscow", "gas", 1, 2, Register.T2, Period(2025, 7)).price_kopecks == 408


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("good", "bad", "column", "code"),
    [
        ("9.45", "9,45", "price", "wrong_width"),
        ("9.45", "9.455", "price", "not_rubles"),
        ("9.45", "-9.45", "price", "not_rubles"),
        ("9.45", "1e3", "price", "not_rubles"),
        ("9.45", "٩.٤٥", "price", "not_rubles"),
        ("9.45", "0.00", "price", "price_zero"),
        ("T1", "T3", "register", "register_not_of_zones"),
        ("T1", "Т1", "register", "not_one_of"),
        (",1,2,", ",4,2,", "band", "out_of_range"),
        ("2025-07-01", "01.07.2025", "valid_from", "not_a_day"),
        ("Приказ ДЭПР Москвы", "", "legal_act", "empty_cell"),
        ("Приказ ДЭПР Москвы", "=1", "legal_act", "looks_like_formula"),
    ],
)
def test_a_bad_cell_of_a_tariff_is_told(good: str, bad: str, column: str, code: str) -> None:
    bad_row = T1.replace(good, bad)
    expected = (3, None, bad_row, code) if code == "wrong_width" else (3, column, bad.strip(",")[: len(bad)], code)
    if column == "band":
        expected = (3, "band", "4", code)
    assert told("tariffs", T2, bad_row) == [expected]
    assert one("SELECT count(*) AS n FROM rates") == 0


@pytest.mark.usefixtures("sqlite")
def test_a_tariff_twice_in_the_file_is_told_whether_or_not_the_price_is_the_same() -> None:
    assert told("tariffs", T1, T2, T1, T2.replace("4.08", "4.09")) == [
        (4, "valid_from", "2025-07-01", "twice_in_file"),
        (5, "valid_from", "2025-07-01", "twice_in_file"),
    ]


@pytest.mark.usefixtures("each_engine")
def test_a_price_may_be_corrected_until_something_was_billed_by_it() -> None:
    company()
    assert load("tariffs", T1.replace("9.45", "9.46"), T2).updated == 1
    assert load("tariffs", T1).updated == 1
    bill_july()
    assert told("tariffs", T1.replace("9.45", "9.46"), T2) == [(2, "price", "9.46", "price_billed")]
    assert load("tariffs", T1.replace("Приказ", "Новый приказ"), T2).updated == 1
    assert one("SELECT price_kopecks FROM rates WHERE zones = 2 AND register = 'T1'") == 945


@pytest.mark.usefixtures("each_engine")
def test_a_new_price_may_begin_after_the_last_bill_and_not_before() -> None:
    company()
    bill_july()
    assert load("tariffs", T1.replace("2025-07-01", "2025-07-02").replace("9.45", "9.99")).added == 1
    assert load("tariffs", T1.replace("2025-07-01", "2024-07-01").replace("9.45", "8.47")).added == 1
    change("DELETE FROM rates WHERE valid_from = '2025-07-01'")
    assert told("tariffs", T1.replace("2025-07-01", "2025-06-15").replace("9.45", "9.99")) == [
        (2, "price", "9.99", "price_billed")
    ]


@pytest.mark.usefixtures("sqlite")
def test_a_norm_may_be_corrected_until_a_household_was_billed_by_it() -> None:
    company()
    assert load("norms", NORM.replace(",45,", ",46,")).updated == 1
    assert load("norms", NORM).updated == 1
    bill_july()
    assert told("norms", NORM.replace(",45,", ",46,")) == [(2, "kwh_per_person", "46", "norm_billed")]
    assert load("norms", NORM, "moscow,gas,4,40,2012-01-01", NORM.replace("2012-01-01", "2025-08-01")).added == 2
    assert told("norms", "moscow,gas,2,50,2012-01-01", "moscow,gas,3,50,2025-07-01") == [
        (3, "kwh_per_person", "50", "norm_billed")
    ]


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("moscow,gas,0,45,2012-01-01", "residents", "0", "out_of_range"),
        ("moscow,gas,3,4.5,2012-01-01", "kwh_per_person", "4.5", "not_whole"),
        ("mars,gas,3,45,2012-01-01", "region", "mars", "not_one_of"),
    ],
)
def test_a_bad_cell_of_a_norm_is_told(row: str, column: str, value: str, code: str) -> None:
    assert told("norms", row) == [(2, column, value, code)]


@pytest.mark.usefixtures("sqlite")
def test_the_files_of_the_demo_town_load_and_say_what_the_rules_say() -> None:
    folder = files("lk.demo") / "files"
    for kind in ("tariffs", "norms"):
        text = (folder / f"{kind}.csv").read_text(encoding="utf-8")
        assert db.run(import_text(kind, text)).added == len(list(csv.DictReader(text.splitlines())))
    prices = db.run(price_list())
    july = Period(2025, 7)
    assert prices.rate("moscow", "gas", 1, 1, Register.T1, july).price_kopecks == 787
    assert prices.rate("moscow", "gas", 1, 2, Register.T1, july).price_kopecks == 945
    assert prices.rate("moscow", "gas", 1, 2, Register.T2, july).price_kopecks == 408
    assert prices.norm("moscow", "gas", 3, july).kwh_per_person == 45
    assert prices.norm("moscow_oblast", "electric", 7, july).kwh_per_person == 70
    assert len(rows("SELECT id FROM norms")) == 30
