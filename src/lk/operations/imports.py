"""Files in: a whole file or nothing of it, in one transaction, chunk by chunk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

from lk import db
from lk.operations import messages
from lk.operations.files import FileRefused as FileRefused
from lk.operations.files import Table, opened, refused
from lk.operations.imports_accounts import Accounts
from lk.operations.imports_balances import Balances
from lk.operations.imports_meters import Meters
from lk.operations.imports_payments import Payments
from lk.operations.imports_prices import Norms, Tariffs
from lk.operations.imports_readings import Readings
from lk.operations.loading import Importer, Load, begin_load
from lk.operations.loading import Report as Report
from lk.operations.rows import Complaints, Row

QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 1.0

LOCKS = ("import", "ledger")
"""That of the bill run too: what is billed stays as it is while a file is judged by it."""

Tell = Callable[[int], None]

KINDS: Mapping[str, type[Importer[Any]]] = {
    "accounts": Accounts,
    "meters": Meters,
    "tariffs": Tariffs,
    "norms": Norms,
    "balances": Balances,
    "readings": Readings,
    "payments": Payments,
}


async def import_file(kind: str, path: Path, *, is_dry_run: bool = False) -> Report:
    """Loads the file, or raises FileRefused and loads nothing; a dry run only looks. Long ones say so on stderr."""
    with opened(path) as stream:
        return await _import(kind, stream, path.name, is_dry_run)


async def import_text(kind: str, text: str, *, is_dry_run: bool = False) -> Report:
    """The same for a file that is in memory."""
    return await _import(kind, BytesIO(text.encode()), kind, is_dry_run)


async def _import(kind: str, stream: BinaryIO, name: str, is_dry_run: bool) -> Report:
    try:
        async with db.write(*LOCKS) as unit:
            load = await begin_load()
            await take_all(kind, stream, load, _Progress().tell)
            if load.complaints:
                raise FileRefused(name, load.complaints)
            if is_dry_run:
                await unit.rollback()
    except db.CONSTRAINT_ERRORS:
        raise refused(name, "changed_meanwhile") from None
    return Report(kind, load.added, load.updated, load.unchanged, tuple(say() for say in load.notes), is_dry_run)


async def take_all(kind: str, stream: BinaryIO, load: Load, tell: Tell) -> None:
    """Inside `write(*LOCKS)`, to be undone where there are complaints; `tell` hears how many rows were read so far."""
    importer = KINDS[kind](load)
    for chunk in _chunks(importer, load, stream, tell):
        await importer.take(chunk)
    await importer.finish()


def first_rows(kind: str, stream: BinaryIO, most: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, empty where it is refused, and the first rows with their lines."""
    importer = KINDS[kind]
    table = Table(stream, importer.columns, importer.optional, Complaints())
    return table.header, list(islice(table.records(), most))


def _chunks(importer: Importer[Any], load: Load, stream: BinaryIO, tell: Tell) -> Iterator[list[Any]]:
    """Parsed good rows, so many at a time."""
    table = Table(stream, importer.columns, importer.optional, load.complaints)
    quick, size = importer.quick(table), importer.chunk
    chunk: list[Any] = []
    for load.rows, (line, written) in enumerate(table.records(), start=1):
        parsed = quick(line, written) if quick else None
        if parsed is None:
            parsed = _closely(importer, table.row(line, written))
        if parsed is None:
            continue
        chunk.append(parsed)
        if len(chunk) == size:
            yield chunk
            chunk = []
            tell(load.rows)
    yield chunk


def _closely(importer: Importer[Any], row: Row | None) -> Any:
    """None for a row that is empty or bad."""
    if row is None:
        return None
    parsed = importer.parse(row)
    return parsed if row.is_good else None


class _Progress:
    """A line on stderr now and then, for files that take their time."""

    def __init__(self) -> None:
        self._next_at = monotonic() + QUIET_SECONDS

    def tell(self, count: int) -> None:
        if monotonic() >= self._next_at:
            self._next_at = monotonic() + SECONDS_BETWEEN_LINES
            sys.stderr.write(f"lk: {messages.rows_so_far(count)}\n")
            sys.stderr.flush()
