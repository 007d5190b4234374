"""Whatever stands in any cell of a file: taken as words where words belong, else refused by its line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from lk import clock, db
from lk.operations.imports import FileRefused, import_text
from tests.faults.conftest import counted
from tests.faults.odd import ODD
from tests.operations.cast import DIAL, HEADERS, IVANOVA, NOON, NORM, T1, company, exported_text, file_of

ROWS = {
    "accounts": IVANOVA,
    "meters": DIAL,
    "readings": "10000-001-01,14195368,2025-07-15,5000,2200,,",
    "tariffs": T1,
    "norms": NORM,
    "balances": "10000-001-01,2025-06-10,1500.00,12.00",
    "payments": "bank-1,10000-001-01,2025-07-10,500.00,bank",
}
WORDS = {"holder_name", "address", "legal_act", "channel", "external_id", "purpose"}
"""Columns of words; the others hold numbers, days and names of a list."""

MEANT = {("principal", "minus nothing"), ("penalty", "minus nothing"), ("valid_from", "a day of the first month")}
"""A sum may be negative, and nothing is nothing; a price may be as old as it likes."""
IN_FILES = {what: odd for what, odd in ODD.items() if what != "half a letter"}
"""A file with half a letter is not UTF-8, and refused as such."""

FAR_DAYS = {"a day before all": "0001-01-01", "a day after all": "9999-12-31", "a day of the first month": "1970-01-01"}


@pytest.fixture(params=counted(["sqlite", "postgres"], ["sqlite"]))
def loaded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tariffs, a norm, two accounts and a meter."""
    request.getfixturevalue(f"{request.param}_database")
    with clock.fixed_at(NOON):
        company()
        yield


async def _taken(kind: str, row: list[str]) -> FileRefused | None:
    """None: it would be loaded."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    try:
        await import_text(kind, file_of(kind, line.getvalue().removesuffix("\n")), is_dry_run=True)
    except FileRefused as refusal:
        return refusal
    return None


async def _complaints(kind: str) -> dict[tuple[str, str], str]:
    found = {}
    columns, good = HEADERS[kind].split(","), next(csv.reader([ROWS[kind]]))
    for at, column in enumerate(columns):
        for what, odd in (IN_FILES | (FAR_DAYS if column.endswith(("_on", "_until", "_from")) else {})).items():
            refusal = await _taken(kind, [*good[:at], odd, *good[at + 1 :]])
            if refusal is None and column not in WORDS and (column, what) not in MEANT:
                found[column, what] = "it is taken"
            if refusal is not None and not refusal.lines()[1].startswith("строка 2"):
                found[column, what] = refusal.lines()[1]
    return found


@pytest.mark.parametrize("kind", HEADERS)
def test_an_odd_cell_is_refused_by_its_line_or_is_a_column_of_words(loaded: None, kind: str) -> None:
    assert db.run(_complaints(kind)) == {}


@pytest.mark.parametrize("what", ["a formula", "HTML", "SQL"])
def test_words_that_were_taken_leave_as_they_came_and_run_nowhere(loaded: None, what: str) -> None:
    row = IVANOVA.replace("Иванова Мария", '"' + ODD[what].replace('"', '""') + '"')
    if db.run(_taken("accounts", next(csv.reader([row])))) is not None:
        return
    db.run(import_text("accounts", file_of("accounts", row)))
    names = [line["holder_name"] for line in csv.DictReader(io.StringIO(exported_text("accounts")))]
    assert ODD[what] in names or "'" + ODD[what] in names
    assert not any(name.startswith(("=", "+", "-", "@")) for name in names)
