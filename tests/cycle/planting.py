"""Breaches planted in sound data, looked for, and taken back: each in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lk import clock, db
from lk.cycle.outages import last_beat
from lk.cycle.verify import CHECKS
from lk.cycle.verifying.findings import Finding, Tally
from lk.cycle.verifying.looking import Look
from lk.db.aside import Aside
from tests.database import Database

Breach = tuple[str, ...]
"""What the finding says, then the statements that plant it."""


def missed(database: Database, invariant: str, breaches: Mapping[str, Breach], *, at: str | None = None) -> list[str]:
    """The names of those that are not found; nothing of them stays."""
    return database.run(_missed(invariant, breaches), at)


async def _missed(invariant: str, breaches: Mapping[str, Breach]) -> list[str]:
    assert (await looked(invariant, ())).breaches == ()
    names = []
    for name, (words, *statements) in breaches.items():
        found = await looked(invariant, statements)
        if not any(words in each for each in found.breaches):
            names.append(f"{name}: {found.breaches}")
    return names


async def looked(invariant: str, statements: Sequence[str], *, full: bool = True) -> Finding:
    """What the check of the invariant finds after these statements."""
    (check,) = (each for each in CHECKS if each.id == invariant)
    tally = Tally()
    async with db.write() as unit:
        if statements:
            await _unguard()
        for statement in statements:
            await db.execute(statement)
        now = clock.now()
        until = min(now, await last_beat() or now)
        look = Look(Aside(unit.run), full, now, clock.today(), until, lambda: False, lambda _: None)
        await check.look(look, tally)
        await unit.rollback()
    await _guard()
    return tally.finding(check.id, check.what, 0)


async def _unguard() -> None:
    """Triggers, unique indexes, checks and references are gone, as after a careless restore."""
    if db.engine().engine_type == "sqlite":
        await db.execute("PRAGMA ignore_check_constraints = ON")
        await db.execute("PRAGMA defer_foreign_keys = ON")
        rows = await db.read("SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE UNIQUE%'")
        for row in rows:
            await db.execute(f"DROP {row['type']} {row['name']}")
        return
    await db.execute("SET LOCAL session_replication_role = replica")
    for row in await db.read(_CHECKS):
        await db.execute(f"ALTER TABLE {row['of_table']} DROP CONSTRAINT {row['conname']} CASCADE")
    for row in await db.read(_INDEXES):
        await db.execute(f"DROP INDEX {row['indexname']}")


async def _guard() -> None:
    """A pragma is no part of the transaction."""
    if db.engine().engine_type == "sqlite":
        async with db.write():
            await db.execute("PRAGMA ignore_check_constraints = OFF")


_CHECKS = (
    "SELECT conrelid::regclass::text AS of_table, conname FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'u')"
)
_INDEXES = (
    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE 'CREATE UNIQUE INDEX%' "
    "AND indexname NOT LIKE '%_pkey'"
)
