"""docs/security.md names what exists: every requirement, every file, every test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")][2:]
REQUIRED = (
    "1.2.1; 1.2.2–1.2.4; 1.2.10, 1.3.11; 2.2.1–2.2.3; 2.3.1, 2.3.2; 2.3.3, 2.3.4; 2.3.5; 2.4.1; 3.3.1–3.3.4; "
    "3.4.1, 3.4.3–3.4.6; 3.5.1, 3.5.3; 4.1.3; 5.2.1–5.4.1; 6.1.1, 6.3.1; 6.2.1–6.2.11; 6.3.2, 6.3.3; 6.3.4, 6.3.8; "
    "6.3.7; 6.4.1; 6.4.3, 6.4.6, 6.5.x; 7.2.3, 7.2.4; 7.3.x; 7.4.x, 7.5.x; 8.1.1; 8.2.1–8.3.2; 11.4.2, 11.5.1; "
    "12.2.1–12.3.2; 13.2.4–13.4.5; 14.2.1–14.3.2; 15.1.2, 15.2.1; 15.2.2; 16.2–16.4; 16.5; "
    "P1; P2; P3; P4; P5; P6; P7; P8; P9, P10; P11; P12"
)
_NAMED = re.compile(r"`([^`]+)`")


def test_every_requirement_has_its_row() -> None:
    assert "; ".join(row[0] for row in ROWS) == REQUIRED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_row_names_a_file_and_a_test_that_exist(row: list[str]) -> None:
    _, what, where, shown_by = row
    if what == "not yet":
        assert (where, shown_by) == ("", "")
        return
    files, tests = _NAMED.findall(where), _NAMED.findall(shown_by)
    assert files
    assert tests
    for path in files:
        assert (ROOT / path).is_file(), path
    for named in tests:
        path, _, test = named.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), named
