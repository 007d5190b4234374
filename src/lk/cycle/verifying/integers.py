"""I8: money and energy are integers everywhere, by their declaration and, on SQLite, by what is stored."""

from __future__ import annotations

from collections.abc import Sequence

from lk import db
from lk.breaches import breach
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look
from lk.language import N_

ENDINGS = "_kopecks", "_kwh"

_DECLARED = breach(N_("%(column)s: объявлен не целым числом"))
_STORED = breach(N_("%(column)s: хранит не целое число"))


async def integers_everywhere(look: Look, tally: Tally) -> None:
    is_sqlite = db.engine().engine_type == "sqlite"
    columns = [
        (table, column, declared)
        for table, column, declared in await look.aside.rows(_SQLITE_COLUMNS if is_sqlite else _POSTGRES_COLUMNS)
        if column.endswith(ENDINGS)
    ]
    tally.checked = len(columns)
    tally.add(
        _DECLARED(column=f"{table}.{column}")
        for table, column, declared in columns
        if declared.lower() not in ("bigint", "integer")
    )
    if is_sqlite:
        for table in dict.fromkeys(table for table, _, _ in columns):
            await _stored(look, tally, table, [column for own, column, _ in columns if own == table])


async def _stored(look: Look, tally: Tally, table: str, columns: Sequence[str]) -> None:
    """One pass for all columns of a table."""
    counts = ", ".join(f"sum(typeof({column}) NOT IN ('integer', 'null'))" for column in columns)
    found = [0] * len(columns)
    async for first, last in look.ranges(table):
        (row,) = await look.aside.rows(f"SELECT {counts} FROM {table} WHERE id BETWEEN {{}} AND {{}}", first, last)  # noqa: S608
        found = [before + (now or 0) for before, now in zip(found, row, strict=True)]
    tally.add(_STORED(column=f"{table}.{column}") for column, count in zip(columns, found, strict=True) if count)


_SQLITE_COLUMNS = (
    "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
    "AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) i WHERE i.name = 'id') ORDER BY m.name, c.cid"
)
_POSTGRES_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() "
    "ORDER BY table_name, ordinal_position"
)
