"""What is no table is refused whole, with the line and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from lk import db
from lk.operations.imports import import_file
from tests.operations.cast import (
    ACCOUNTS_HEADER,
    IVANOVA,
    PETROV,
    complaints,
    file_of,
    load,
    one,
    refusal,
    told,
)

pytestmark = pytest.mark.usefixtures("sqlite")


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", None, "empty_file"),
        (b"\n\n", None, "empty_file"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\n", 1, "binary"),
        (b"\xff\xfea\x00c\x00\n\x00", 1, "binary"),
        (f"{ACCOUNTS_HEADER}\n{IVANOVA}".encode("cp1251"), 2, "not_utf8"),
        (f"{ACCOUNTS_HEADER}\n{IVANOVA}\n\0\n".encode(), 3, "binary"),
        (f'{ACCOUNTS_HEADER}\n1,"Иванова'.encode(), 2, "not_csv"),
        (f'{ACCOUNTS_HEADER}\n{IVANOVA}\n1,"Иванова" Мария,3\n'.encode(), 3, "not_csv"),
        (b"x" * 50_000_000, 1, "line_too_long"),
    ],
)
def test_what_is_not_a_table_in_utf8_is_refused_at_its_line(
    tmp_path: Path, content: bytes, line: int | None, code: str
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    assert complaints(refusal("accounts", path)) == [(line, None, "", code)]
    assert one("SELECT count(*) AS n FROM accounts") == 0


def test_fifty_megabytes_of_nonsense_rows_are_counted_and_not_all_told() -> None:
    refused = refusal("accounts", ACCOUNTS_HEADER + "\n" + "вздор\n" * 100_000)
    assert refused.complaints.count == 100_000
    lines = refused.lines()
    assert len(lines) == 202
    assert lines[0] == "accounts: ничего не загружено, 100\u00a0000\u00a0замечаний:"
    assert lines[1] == "строка 2, «вздор»: ячеек 1, а столбцов 10"
    assert lines[-1] == "и ещё 99\u00a0800\u00a0замечаний"


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert complaints(refusal("accounts", tmp_path / "none.csv")) == [(None, None, "", "no_such_file")]
    assert complaints(refusal("accounts", tmp_path)) == [(None, None, "", "not_a_file")]


def test_every_column_that_is_missing_unknown_or_named_twice_is_told() -> None:
    header = ACCOUNTS_HEADER.replace("residents", "people").replace("power_kw", "region")
    assert complaints(refusal("accounts", f"{header}\n{IVANOVA}\n")) == [
        (1, "residents", "", "missing_column"),
        (1, "power_kw", "", "missing_column"),
        (1, None, "people", "unknown_column"),
        (1, "region", "", "column_twice"),
    ]


def test_short_and_long_rows_are_told_and_the_others_still_looked_at() -> None:
    assert told("accounts", "1,2", IVANOVA + ",,", PETROV.replace("gas", "coal")) == [
        (2, None, "1,2", "wrong_width"),
        (3, None, (IVANOVA + ",,").replace('"', ""), "wrong_width"),
        (4, "tariff_category", "coal", "not_one_of"),
    ]


def test_a_row_after_a_cell_of_two_lines_keeps_its_line_number() -> None:
    two_lines = IVANOVA.replace("Иванова Мария", '"Иванова\nМария"')
    assert told("accounts", two_lines, PETROV.replace("moscow", "mars")) == [
        (2, "holder_name", "Иванова\nМария", "control_characters"),
        (4, "region", "mars", "not_one_of"),
    ]


@pytest.mark.parametrize(
    ("bad", "code"),
    [(b"\0", "binary"), (b"\xff", "not_utf8"), (b"x" * 70_000, "line_too_long"), (b'"open', "not_csv")],
)
def test_deep_in_a_long_file_the_line_is_still_known(tmp_path: Path, bad: bytes, code: str) -> None:
    path = tmp_path / "accounts.csv"
    empty = ",,,,,,,,,\n" * 20_000
    path.write_bytes(f"{ACCOUNTS_HEADER}\n{empty}".encode() + bad + f"\n{empty}".encode())
    assert complaints(refusal("accounts", path)) == [(20_002, None, "", code)]


def test_a_complaint_is_one_line_of_a_terminal() -> None:
    refused = refusal("accounts", file_of("accounts", IVANOVA.replace("Иванова Мария", '"\x1b[31m\nх"')))
    assert refused.lines()[1] == (
        "строка 2, holder_name, «\\u001b[31m\\u000aх»: в тексте есть невидимые знаки или переносы строк; уберите их"
    )


def test_semicolons_a_byte_order_mark_windows_lines_and_empty_rows_are_fine(tmp_path: Path) -> None:
    text = file_of("accounts", IVANOVA, "", ",,,,,,,,,", PETROV)
    quoted = text.replace('"Москва, Лесная улица, 5, кв. 12"', "Лесная 12").replace(
        '"Москва, Лесная улица, 5, кв. 13"', "Лесная 13"
    )
    path = tmp_path / "accounts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + quoted.replace(",", ";").replace("\n", "\r\n").encode())
    assert str(db.run(import_file("accounts", path))) == "accounts: загружено; добавлено 2, изменено 0, без изменений 0"
    assert one("SELECT address FROM premises WHERE address_key = 'лесная 13'") == "Лесная 13"


def test_nothing_is_loaded_when_only_the_last_row_of_many_is_bad() -> None:
    many = [PETROV.replace("1000000102", str(2_000_000_000 + at)) for at in range(1_200)]
    assert told("accounts", *many, IVANOVA.replace(",15,", ",0,")) == [(1202, "power_kw", "0", "out_of_range")]
    assert one("SELECT count(*) AS n FROM accounts") == 0
    assert one("SELECT count(*) AS n FROM premises") == 0


def test_a_file_with_a_header_alone_loads_nothing() -> None:
    assert load("accounts").added == 0
