"""The words by which staff find an account, and what they looked at."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl
from lk.accounts.indexing import index_stored

ID = "2026-11-28T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Words by which an account is found, an index of what staff looked at"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run([_words(), _account_words(), *INDEXES])
    last: int | None = 0
    while last is not None:
        last = await index_stored(last)


def _words() -> str:
    """Compared byte by byte, so that what begins with some letters stands together on both engines."""
    collation = "BINARY" if ddl.is_sqlite() else '"C"'
    return ddl.table("search_words", f"word TEXT COLLATE {collation} NOT NULL UNIQUE")


def _account_words() -> str:
    """Nothing but its key, and no references: seven rows an account, written by one function, and no account goes.

    In the order of the key: SQLite 3.40's `quick_check` finds NULLs in such a table that are not there.
    """
    without = " WITHOUT ROWID" if ddl.is_sqlite() else ""
    return (
        "CREATE TABLE account_words (word_id INTEGER NOT NULL, account_id BIGINT NOT NULL, "
        f"PRIMARY KEY (word_id, account_id)){without}"
    )


INDEXES = [
    "CREATE INDEX accounts_email ON accounts (lower(email)) WHERE email IS NOT NULL",
    "CREATE INDEX events_of_views ON events (actor_agent_id, at) "
    "WHERE kind IN ('customer_viewed', 'data_unmasked', 'look_began')",
]
