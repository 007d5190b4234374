"""Accounts come in by file: new ones, changed ones, and what may not change once it was billed."""

from __future__ import annotations

import pytest

from lk import db
from lk.operations.imports import import_text
from tests.operations.cast import (
    ACCOUNTS_HEADER,
    IVANOVA,
    PETROV,
    bill_july,
    company,
    complaints,
    file_of,
    load,
    one,
    refusal,
    rows,
    told,
)


@pytest.mark.usefixtures("each_engine")
def test_a_new_account_has_all_that_the_file_says_and_an_id_of_its_own() -> None:
    text = f"{ACCOUNTS_HEADER},postcode,route,email\n{IVANOVA},125047,7-12,m@example.ru\n{PETROV},,,\n"
    assert db.run(import_text("accounts", text)).added == 2
    account, other = rows(
        "SELECT a.*, p.address, p.address_key, p.region, p.postcode, p.route "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id ORDER BY a.number"
    )
    assert account["number"] == "1000000101"
    assert account["address_key"] == "москва, лесная улица, 5, кв. 12"
    assert (account["postcode"], account["route"], account["email"]) == ("125047", "7-12", "m@example.ru")
    assert (account["residents"], account["power_kw"], account["has_paper_bill"]) == (3, 15, True)
    assert (str(account["opened_on"]), account["closed_on"]) == ("2020-01-10", None)
    assert (other["email"], other["has_paper_bill"]) == (None, False)
    assert account["public_id"] != other["public_id"]
    assert "1000000101" not in account["public_id"]


@pytest.mark.usefixtures("sqlite")
def test_two_accounts_of_one_address_share_its_premises() -> None:
    load("accounts", IVANOVA, PETROV.replace("кв. 13", "кв. 12"))
    assert one("SELECT count(*) AS n FROM premises") == 1
    load("accounts", PETROV.replace("кв. 13", "кв. 12").replace("1000000102", "1000000103"))
    assert one("SELECT count(*) AS n FROM premises") == 1


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("good", "bad", "column", "code"),
    [
        ("10000-001-01", "12", "account_number", "not_an_account_number"),
        ("10000-001-01", "1000-0001-01", "account_number", "not_an_account_number"),
        ("10000-001-01", "١٠٠٠٠٠٠١٠١", "account_number", "not_an_account_number"),
        ("10000-001-01", "1.00E+09", "account_number", "not_an_account_number"),
        ("Иванова Мария", "", "holder_name", "empty_cell"),
        ("Иванова Мария", "=HYPERLINK(1)", "holder_name", "looks_like_formula"),
        ("Иванова Мария", "@SUM", "holder_name", "looks_like_formula"),
        ("Иванова Мария", "Иванова\u202eМария", "holder_name", "control_characters"),
        ("Иванова Мария", "И" * 201, "holder_name", "too_long"),
        (",3,", ",-3,", "residents", "not_whole"),
        (",3,", ",٣,", "residents", "not_whole"),
        (",3,", ",1e3,", "residents", "not_whole"),
        (",3,", ",3.5,", "residents", "not_whole"),
        (",3,", ",100,", "residents", "out_of_range"),
        (",15,", ",,", "power_kw", "not_whole"),
        ("moscow", "Moscow", "region", "not_one_of"),
        ("yes", "да", "paper_bill", "not_one_of"),
        ("2020-01-10", "10.01.2020", "opened_on", "not_a_day"),
        ("2020-01-10", "2020-02-30", "opened_on", "not_a_day"),
        ("2020-01-10", "٢٠٢٠-01-10", "opened_on", "not_a_day"),
        ("2020-01-10", "1969-12-31", "opened_on", "day_too_early"),
        ("2020-01-10,", "2020-01-10,2019-12-31", "closed_on", "closed_before_opened"),
    ],
)
def test_a_bad_cell_is_told_by_line_column_and_value(good: str, bad: str, column: str, code: str) -> None:
    value = bad.strip(",").partition(",")[2] if column == "closed_on" else bad.strip(",")
    assert told("accounts", PETROV, IVANOVA.replace(good, bad)) == [(3, column, value, code)]
    assert one("SELECT count(*) AS n FROM accounts") == 0


@pytest.mark.usefixtures("sqlite")
def test_a_bad_email_is_told() -> None:
    refused = refusal("accounts", f"{ACCOUNTS_HEADER},email\n{IVANOVA},нет\n")
    assert complaints(refused) == [(2, "email", "нет", "not_an_email")]


@pytest.mark.usefixtures("sqlite")
def test_an_account_twice_in_a_file_is_told_with_its_first_line() -> None:
    assert told("accounts", IVANOVA, PETROV, IVANOVA.replace("10000-001-01", "1000000101")) == [
        (4, "account_number", "1000000101", "twice_in_file")
    ]


@pytest.mark.usefixtures("each_engine")
def test_what_is_harmless_follows_the_file_even_after_a_bill() -> None:
    company()
    bill_july()
    changed = IVANOVA.replace("Мария", "Марина").replace(",3,15,yes", ",4,15,no").replace("кв. 12", "кв. 12а")
    report = load("accounts", changed, PETROV)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    (account,) = rows(
        "SELECT a.holder_name, a.residents, a.has_paper_bill, p.address "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id WHERE a.number = '1000000101'"
    )
    assert account == {
        "holder_name": "Иванова Марина",
        "residents": 4,
        "has_paper_bill": False,
        "address": "Москва, Лесная улица, 5, кв. 12а",
    }


@pytest.mark.usefixtures("sqlite")
def test_an_email_stays_where_the_file_has_no_such_column_and_goes_where_its_cell_is_empty() -> None:
    db.run(import_text("accounts", f"{ACCOUNTS_HEADER},email\n{IVANOVA},m@example.ru\n"))
    load("accounts", IVANOVA)
    assert one("SELECT email FROM accounts") == "m@example.ru"
    db.run(import_text("accounts", f"{ACCOUNTS_HEADER},email\n{IVANOVA},\n"))
    assert one("SELECT email FROM accounts") is None


@pytest.mark.usefixtures("each_engine")
def test_region_category_and_opening_may_change_until_the_first_bill_and_not_after() -> None:
    company()
    other = (
        IVANOVA.replace("moscow", "moscow_oblast").replace(",gas,", ",electric,").replace("2020-01-10", "2020-01-11")
    )
    assert load("accounts", other).updated == 1
    assert load("accounts", IVANOVA).updated == 1
    bill_july()
    assert told("accounts", other) == [
        (2, "region", "moscow_oblast", "already_billed"),
        (2, "tariff_category", "electric", "already_billed"),
        (2, "opened_on", "2020-01-11", "already_billed"),
    ]


@pytest.mark.usefixtures("sqlite")
def test_an_account_closes_no_earlier_than_it_was_billed() -> None:
    company()
    bill_july()
    assert told("accounts", IVANOVA + "2025-06-20") == [(2, "closed_on", "2025-06-20", "closed_before_billed")]
    assert load("accounts", IVANOVA + "2025-07-25").updated == 1


@pytest.mark.usefixtures("sqlite")
def test_a_dry_run_says_what_would_be_done_and_does_nothing() -> None:
    report = db.run(import_text("accounts", file_of("accounts", IVANOVA), is_dry_run=True))
    assert str(report) == ("accounts: проверено, ничего не записано; добавлено 1, изменено 0, без изменений 0")
    assert one("SELECT count(*) AS n FROM accounts") == 0
