"""What the access matrix forbids is refused, by htmx and without, and changes no row of any table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from lk.access import matrix
from lk.actor import Role
from tests.access.cast import Cast, Route

WRITTEN_BY_TICKS = {"heartbeats", "cycle_runs", "settings"}
REFUSALS = {"403": (403,), "404": (404,), "in": (303, 204), "code": (403,)}
"""By cell; htmx is sent to sign in by a header."""

Rows = dict[str, list[tuple[Any, ...]]]


class Stored:
    """The served database, looked at from outside: `rows` is read anew only where anybody has written."""

    def __init__(self, url: str) -> None:
        self._file = sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)
        self._version = -1
        self._rows: Rows = {}

    def close(self) -> None:
        self._file.close()

    @property
    def rows(self) -> Rows:
        version = self._file.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._version, self._rows = version, dict(self._tables())
        return self._rows

    def _tables(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        found = self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in found:
            if name.startswith("sqlite_") or name in WRITTEN_BY_TICKS:
                continue
            columns = [each[1] for each in self._file.execute(f"PRAGMA table_info({name})")]
            kept = ", ".join(each for each in columns if (name, each) != ("sessions", "used_at"))
            yield name, self._file.execute(f"SELECT {kept} FROM {name} ORDER BY 1").fetchall()


def _forbidden(role: Role, *, has_code: bool) -> list[tuple[Route, str]]:
    open_cells = {"+", "!"} | ({"code"} if has_code else set())
    return [(route, cells[role]) for route, cells in sorted(matrix().items()) if cells[role] not in open_cells]


@pytest.mark.parametrize(
    ("role", "has_code"), [*((role, False) for role in Role), (Role.LOOKING, True)], ids=lambda each: str(each)
)
def test_what_is_forbidden_is_refused_and_changes_no_row_of_any_table(cast: Cast, role: Role, has_code: bool) -> None:
    cast.contents()
    with closing(Stored(cast.lk.env["LK_DATABASE_URL"])) as stored:
        before = stored.rows
        for route, cell in _forbidden(role, has_code=has_code):
            for has_scripts in (False, True):
                answer = cast.ask(role, route, has_code=has_code, has_scripts=has_scripts)
                assert answer.status_code in REFUSALS[cell], (route, has_scripts)
                if cell == "in":
                    assert "/sign-in" in (answer.headers.get("location") or answer.headers["hx-redirect"])
                after = stored.rows
                assert {name for name in after if after[name] != before[name]} == set(), (route, has_scripts)


def test_the_matrix_is_asked_whole() -> None:
    asked = sum(len(_forbidden(role, has_code=False)) for role in Role)
    may = sum(cell in ("+", "!") for cells in matrix().values() for cell in cells.values())
    assert asked + may == len(matrix()) * len(Role)
