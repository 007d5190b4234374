"""A database from before the desk's search: its accounts are found once it is migrated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from lk.migrating import migrate
from lk.piccolo_app import MIGRATIONS
from lk.support.searching import search
from tests.database import Database
from tests.postgres import create_database, drop_database

OWN = "lk_2026_11_28t02_00_00_000000.py"


@pytest.fixture(params=["sqlite", "postgres"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Without this migration and what came after it."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in MIGRATIONS.glob("lk_*.py"):
        if file.name < OWN:
            shutil.copy(file, folder)
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'lk.sqlite3'}" if is_sqlite else create_database(_server(request))
    with Database(url).in_use() as database:
        database.run(migrate(folder), "2025-07-01T00:00")
        yield database
    if not is_sqlite:
        drop_database(url)


def _server(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue("postgres_server")
    return found


def test_accounts_that_were_there_before_are_found(older: Database) -> None:
    async def brought_up_to_date() -> list[list[str]]:
        async with db.write():
            await db.execute(
                "INSERT INTO premises (id, address, address_key, postcode, region, route) VALUES (1, "
                "'Москва, Лесная улица, 5, кв. 12', 'москва, лесная улица, 5, кв. 12', '', 'moscow', '')"
            )
            await db.execute(
                "INSERT INTO accounts (id, public_id, number, premises_id, holder_name, tariff_category, residents, "
                "power_kw, has_paper_bill, opened_on) VALUES (1, 'a', '1000000101', 1, 'Ёлкина Мария', 'gas', 1, 7, "
                "{}, '2020-02-01')",
                True,
            )
        await migrate()
        return [[each.number for each in (await search(typed)).accounts] for typed in ("елкина", "лесная 5 12")]

    assert older.run(brought_up_to_date(), "2025-07-20T14:05") == [["1000000101"]] * 2
