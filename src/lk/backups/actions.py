"""Make a backup; put one back into an empty place, so that nothing of what happened since is done a second time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir

from lk import clock, db
from lk.backups import postgres_copy
from lk.backups.archive import BackupError, Manifest, pack, put_in_place, read_manifest, unpack, workshop
from lk.backups.sqlite_copy import check_sqlite, copy_sqlite, schema_of
from lk.identity.actions import END_SESSIONS
from lk.migrating import applied, known_ids, migrate
from lk.payments.catching_up import note_silence

Progress = Callable[[int, int], None]
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps next to a file, and would believe to belong to another one of that name."""

_THINGS = (
    "SELECT count(*) AS things FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
)


def back_up(target: Path, progress: Progress) -> Manifest:
    """One consistent copy, checked, on the disk, under its name only when it is whole; nothing waits for it.

    Raises BackupError, DatabaseError, OSError.
    """
    if target.exists():
        raise BackupError(f"{target} уже есть: копия ничего не заменяет, назовите другой файл")
    taken_at = clock.now()
    with workshop(target.resolve().parent) as folder:
        copy, archive = folder / "copy", folder / "archive"
        current = db.engine()
        if isinstance(current, db.PostgresEngine):
            schema = tuple(sorted(db.run(applied())))
            postgres_copy.dump(current.url, copy)
        else:
            copy_sqlite(current.file, copy, progress)
            schema = schema_of(copy)
        if not schema:
            raise BackupError("в базе ещё ничего нет: копировать нечего")
        manifest = Manifest(version("lk"), current.engine_type, taken_at, schema)  # type: ignore[arg-type]
        pack(manifest, copy, archive)
        try:
            put_in_place(archive, target)
        except FileExistsError:
            raise BackupError(f"{target} уже есть: копия ничего не заменяет, назовите другой файл") from None
    # A copy is worth having also of a database that takes no writes any more.
    with suppress(db.DatabaseError):
        db.run(_note(manifest))
    return manifest


def restore(archive: Path) -> Manifest:
    """Into a database that is empty. Charges wait then until the acquirer has told what happened since the copy.

    Raises BackupError, DatabaseError, OSError.
    """
    manifest, current = read_manifest(archive), db.engine()
    if manifest.engine != current.engine_type:
        raise BackupError(f"копия сделана в {manifest.engine}, а LK_DATABASE_URL указывает на {current.engine_type}")
    if set(manifest.schema) - known_ids():
        raise BackupError(f"копия сделана более новой версией lk ({manifest.version}): установите её")
    if isinstance(current, db.PostgresEngine):
        _into_server(archive, manifest, current)
    else:
        _into_file(archive, manifest, current)
    return manifest


def _into_file(archive: Path, manifest: Manifest, current: db.SqliteEngine) -> None:
    """Everything is done to the file before it gets its name: there is never one that would charge twice."""
    target = current.file.path
    for ending in _BESIDE:
        beside = target.with_name(target.name + ending)
        if beside.exists():
            raise BackupError(f"{beside} на месте базы: уберите его в сторону, копия ничего не заменяет")
    target.parent.mkdir(parents=True, exist_ok=True)
    with workshop(target.parent) as folder:
        made = folder / target.name
        unpack(archive, manifest, made)
        check_sqlite(made)
        db.use(db.SqliteEngine(made))
        try:
            db.run(_bring_up(manifest))
        finally:
            db.use(current)
        try:
            put_in_place(made, target)
        except FileExistsError:
            raise BackupError(f"{target} на месте базы: уберите его в сторону, копия ничего не заменяет") from None


def _into_server(archive: Path, manifest: Manifest, current: db.PostgresEngine) -> None:
    if db.run(db.read(_THINGS))[0]["things"]:
        raise BackupError("в базе уже что-то есть: создайте пустую и укажите её в LK_DATABASE_URL")
    with workshop(Path(gettempdir())) as folder:
        copy = folder / "copy"
        unpack(archive, manifest, copy)
        postgres_copy.load(current.url, copy)
    db.run(_bring_up(manifest))


async def _bring_up(manifest: Manifest) -> None:
    """To this program's schema; whoever signed in does so again, since what was ended later would be alive."""
    await migrate()
    now = clock.now()
    async with db.write("outage"):
        await note_silence(manifest.taken_at)
        await db.execute(f"{END_SESSIONS} WHERE ends_at > {{}}", now, now)
        # What was put back knows nothing of the size of its tables, and would read them whole.
        await db.execute("ANALYZE")


async def _note(manifest: Manifest) -> None:
    at = manifest.taken_at.isoformat()
    async with db.write("backup"):
        if not await db.execute("UPDATE settings SET value = {} WHERE name = 'backed_up_at'", at):
            await db.execute("INSERT INTO settings (name, value) VALUES ('backed_up_at', {})", at)
