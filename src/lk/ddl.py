"""One spelling of the schema for both engines: what migrations are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from piccolo.table import Table

_INTEGER_ONLY = re.compile(r"^\s*(\w+_(?:kopecks|kwh))\s", re.MULTILINE)


class Schema(Table):
    """Raw statements need some table to run through."""


def is_sqlite() -> bool:
    return str(Schema._meta.db.engine_type) == "sqlite"


async def run(statements: Iterable[str]) -> None:
    for statement in statements:
        await Schema.raw(statement)


def table(name: str, body: str) -> str:
    """CREATE TABLE with an `id`; on SQLite every `*_kopecks` and `*_kwh` also refuses what is not an integer."""
    sqlite = is_sqlite()
    identity = "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL" if sqlite else "BIGSERIAL PRIMARY KEY"
    checks = [f"CHECK (typeof({column}) IN ('integer', 'null'))" for column in _INTEGER_ONLY.findall(body)]
    parts = [f"id {identity}", body.strip().rstrip(","), *(checks if sqlite else [])]
    return f"CREATE TABLE {name} (\n" + ",\n".join(parts) + "\n)"


def measure(table_name: str, column: str) -> str:
    """ALTER TABLE that adds a sum of money or energy, 0 until told otherwise."""
    check = f" CHECK (typeof({column}) = 'integer')" if is_sqlite() else ""
    return f"ALTER TABLE {table_name} ADD COLUMN {column} BIGINT NOT NULL DEFAULT 0{check}"


def append_only(name: str) -> list[str]:
    """Triggers that refuse every UPDATE and DELETE (and TRUNCATE, where there is one)."""
    if is_sqlite():
        return [
            f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$",
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_refuse()",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} EXECUTE FUNCTION {name}_refuse()",
    ]
