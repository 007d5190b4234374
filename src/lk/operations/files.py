"""A CSV file as rows; a file that cannot be read as one is refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from lk.operations import messages
from lk.operations.rows import Complaints, Row

LINE_BYTES = 64 * 1024


class FileRefused(Exception):
    """Nothing of the file was loaded."""

    def __init__(self, name: str, complaints: Complaints) -> None:
        super().__init__(f"{name}: {complaints.count}")
        self.name = name
        self.complaints = complaints

    def lines(self) -> list[str]:
        """For people: first that nothing was loaded, then a line for each complaint."""
        told = [messages.nothing_loaded(self.name, self.complaints.count), *map(str, self.complaints.shown)]
        more = self.complaints.count - len(self.complaints.shown)
        return [*told, messages.more(more)] if more else told


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes. Raises FileRefused."""
    try:
        if path.exists() and not path.is_file():
            raise refused(path.name, "not_a_file")
        stream = path.open("rb")
    except FileNotFoundError:
        raise refused(str(path), "no_such_file") from None
    except (OSError, ValueError):
        raise refused(path.name, "not_readable") from None
    with stream:
        yield stream


def refused(name: str, code: str) -> FileRefused:
    complaints = Complaints()
    complaints.add(None, code)
    return FileRefused(name, complaints)


class _Unreadable(Exception):
    """The file cannot be read from this line on."""

    def __init__(self, line: int, code: str) -> None:
        super().__init__(code)
        self.line, self.code = line, code


class Table:
    """The records of a CSV file under its header; never more than a block of the file is in memory.

    What stops the reading is complained of. `header` is empty where it was refused.
    """

    def __init__(
        self, stream: BinaryIO, columns: Sequence[str], optional: Sequence[str], complaints: Complaints
    ) -> None:
        self._complaints = complaints
        self._delimiter = ","
        self._records: Iterator[tuple[int, list[str]]] = iter(())
        self.header = self._begin(stream, columns, optional)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The line on which each begins, and its cells as they are written."""
        try:
            yield from self._records
        except _Unreadable as trouble:
            self._complaints.add(trouble.line, trouble.code)

    def row(self, line: int, written: Sequence[str]) -> Row | None:
        """The record as a row; None without any content, or with a wrong number of cells."""
        cells = _stripped(written)
        if not any(cells):
            return None
        if len(cells) != len(self.header):
            found = {"found": len(cells), "wanted": len(self.header)}
            self._complaints.add(line, "wrong_width", None, self._delimiter.join(cells), **found)
            return None
        return Row(line, dict(zip(self.header, cells, strict=True)), self._complaints)

    def _begin(self, stream: BinaryIO, columns: Sequence[str], optional: Sequence[str]) -> list[str]:
        try:
            lines = chain.from_iterable(_blocks(stream))
            first = next(lines, "")
            if not first.strip():
                self._complaints.add(None, "empty_file")
                return []
            self._delimiter = ";" if first.count(";") > first.count(",") else ","
            self._records = _records(chain([first], lines), self._delimiter)
            header = _stripped(next(self._records)[1])
        except _Unreadable as trouble:
            self._complaints.add(trouble.line, trouble.code)
            return []
        if _is_header(header, columns, optional, self._complaints):
            return header
        self._records = iter(())
        return []


def _blocks(stream: BinaryIO) -> Iterator[Iterable[str]]:
    """Whole lines, many at a time; a block with anything wrong in it is read line by line, to tell where."""
    number = 0
    while block := stream.read(LINE_BYTES):
        if not block.endswith(b"\n"):
            block += stream.readline(LINE_BYTES)
        text = _decoded(block, is_first=number == 0)
        yield _lines(BytesIO(block), number) if text is None else StringIO(text, newline="\n")
        number += block.count(b"\n")


def _decoded(block: bytes, *, is_first: bool) -> str | None:
    """None where a line of it cannot be read, or may be too long: only the last one can."""
    if b"\0" in block or len(block) - (block.rfind(b"\n", 0, -1) + 1) >= LINE_BYTES:
        return None
    try:
        return block.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        return None


def _lines(stream: BinaryIO, number: int) -> Iterator[str]:
    while line := stream.readline(LINE_BYTES):
        number += 1
        if len(line) == LINE_BYTES and not line.endswith(b"\n"):
            raise _Unreadable(number, "line_too_long")
        if b"\0" in line:
            raise _Unreadable(number, "binary")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _Unreadable(number, "not_utf8") from None


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise _Unreadable(line, "not_csv") from None


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip(" \t\u00a0\r\n") for cell in cells]


def _is_header(header: list[str], columns: Sequence[str], optional: Sequence[str], complaints: Complaints) -> bool:
    known = [*columns, *optional]
    for name in columns:
        if name not in header:
            complaints.add(1, "missing_column", name)
    for at, name in enumerate(header):
        if name not in known:
            complaints.add(1, "unknown_column", None, name, known=tuple(known))
        elif name in header[:at]:
            complaints.add(1, "column_twice", name)
    return not complaints
