"""Brings the schema up to date: each migration whole or not at all, safe when two processes try at once."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

from lk import db
from lk.piccolo_app import MIGRATIONS

APP_NAME = "lk"
PATIENCE = 600.0
"""Seconds to wait while another process migrates."""


class SchemaTooNew(db.DatabaseError):
    """The database was migrated by a newer program."""

    def __init__(self) -> None:
        super().__init__("база данных от более новой версии lk: установите её или восстановите копию этой версии")


Forwards = Callable[[], Awaitable[Any]]


async def migrate(folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is pending, oldest first; returns the ids applied. Makes the SQLite file if there is none.

    Raises SchemaTooNew.
    """
    engine = db.engine()
    engine.create()
    if await newer(folder):
        raise SchemaTooNew
    done = []
    for migration_id, forwards in _migrations(folder).items():
        if migration_id not in await applied() and await _apply(migration_id, forwards):
            done.append(migration_id)
    return done


async def pending(folder: Path = MIGRATIONS) -> list[str]:
    """Ids not applied yet, oldest first."""
    known = await applied()
    return [migration_id for migration_id in _migrations(folder) if migration_id not in known]


async def newer(folder: Path = MIGRATIONS) -> set[str]:
    """Ids that were applied and that this program does not know."""
    return await applied() - known_ids(folder)


def known_ids(folder: Path = MIGRATIONS) -> set[str]:
    """Ids that this program has."""
    return set(_migrations(folder))


def _migrations(folder: Path) -> dict[str, Forwards]:
    """Each file's `forwards` by its `ID`, in the order of ids. Files without an ID are not migrations."""
    modules = [_module(file) for file in sorted(folder.glob("*.py"))]
    found = {module.ID: module.forwards for module in modules if hasattr(module, "ID")}
    return dict(sorted(found.items()))


def _module(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"lk_migrations.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"not a module: {file}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def applied() -> set[str]:
    """Ids of the migrations that the database has."""
    if not await Migration.table_exists():
        return set()
    return set(await Migration.get_migrations_which_ran(app_name=APP_NAME))


async def _apply(migration_id: str, forwards: Forwards) -> bool:
    """False where another process was faster: asked again when it is this one's turn."""
    async with db.engine().schema_change(PATIENCE):
        await Migration.create_table(if_not_exists=True)
        if migration_id in await applied():
            return False
        manager = await forwards()
        if isinstance(manager, MigrationManager):
            # Piccolo prints its progress; who called says what was done.
            with redirect_stdout(StringIO()):
                await manager.run()
        await Migration.insert(Migration(name=migration_id, app_name=APP_NAME))
    return True
