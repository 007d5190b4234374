"""The file of a backup: a ZIP of `manifest.json` and the database as its engine copies it."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

FORMAT = "lk backup 1"
MANIFEST = "manifest.json"
NAMES = {"sqlite": "lk.sqlite3", "postgres": "lk.pg_dump"}
"""What the database is called inside. `unzip` and the engine's own tools read it without lk."""

Engine = Literal["sqlite", "postgres"]
_CHUNK = 2**20


class BackupError(Exception):
    """Not made or not put back; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`schema` are the migrations that the copy has; nothing after `taken_at` is missing from what came before it."""

    version: str
    engine: Engine
    taken_at: datetime
    schema: tuple[str, ...]


def pack(manifest: Manifest, database: Path, archive: Path) -> None:
    """Makes `archive`, readable by its owner only, and sees it onto the disk. Raises OSError."""
    told = {"format": FORMAT, **asdict(manifest), "taken_at": manifest.taken_at.isoformat()}
    # PostgreSQL's dump is compressed already.
    how = ZIP_DEFLATED if manifest.engine == "sqlite" else ZIP_STORED
    with open(os.open(archive, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as out:
        with ZipFile(out, "w", compresslevel=1) as zipped:
            zipped.writestr(MANIFEST, json.dumps(told, indent=2) + "\n")
            zipped.write(database, NAMES[manifest.engine], how)
        out.flush()
        os.fsync(out.fileno())


def read_manifest(archive: Path) -> Manifest:
    """Raises BackupError for anything that is no backup."""
    try:
        with ZipFile(archive) as zipped:
            return _manifest(json.loads(zipped.read(MANIFEST)))
    except FileNotFoundError:
        raise BackupError(f"{archive}: такого файла нет") from None
    except OSError as trouble:
        raise BackupError(f"{archive}: не читается: {trouble.strerror}") from None
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError, zlib.error):
        raise BackupError(f"{archive}: это не копия, сделанная lk backup, или файл обрезан") from None


def _manifest(told: dict[str, Any]) -> Manifest:
    if told["format"] != FORMAT or told["engine"] not in NAMES:
        raise ValueError(told["format"])
    schema = tuple(str(each) for each in told["schema"])
    return Manifest(str(told["version"]), told["engine"], datetime.fromisoformat(told["taken_at"]), schema)


def unpack(archive: Path, manifest: Manifest, database: Path) -> None:
    """Writes the database to `database`, a new file; its checksum is compared. Raises BackupError, OSError."""
    try:
        with (
            ZipFile(archive) as zipped,
            zipped.open(NAMES[manifest.engine]) as packed,
            open(os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out,
        ):
            shutil.copyfileobj(packed, out, _CHUNK)
            out.flush()
            os.fsync(out.fileno())
    except (BadZipFile, KeyError, EOFError, zlib.error):
        raise BackupError(f"{archive}: файл повреждён, возьмите другую копию") from None


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """A folder of one's own on the same disk; gone at the end, whatever happens."""
    folder = Path(mkdtemp(prefix=".lk-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Gives a finished file its name; never takes it from another. Raises FileExistsError."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:
        # A disk without hard links: between the look and the renaming somebody may still be faster.
        if target.exists():
            raise FileExistsError(target) from None
        made.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
