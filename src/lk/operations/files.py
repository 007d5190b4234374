"""A CSV file as rows; a file that cannot be read as one is refused."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


def table(stream: BinaryIO, columns: Sequence[str], optional: Sequence[str], complaints: Complaints) -> Iterator[Row]:
    """Rows with the right number of cells. Never more than one line of the file is in memory."""
    try:
        yield from _rows(stream, columns, optional, complaints)
    except _Unreadable as trouble:
        complaints.add(trouble.line, trouble.code)


def _rows(stream: BinaryIO, columns: Sequence[str], optional: Sequence[str], complaints: Complaints) -> Iterator[Row]:
    lines = _lines(stream)
    first = next(lines, "")
    if not first.strip():
        complaints.add(None, "empty_file")
        return
    delimiter = ";" if first.count(";") > first.count(",") else ","
    records = _records(chain([first], lines), delimiter)
    _, header = next(records)
    if not _is_header(header, columns, optional, complaints):
        return
    for line, cells in records:
        if len(cells) != len(header):
            complaints.add(line, "wrong_width", None, delimiter.join(cells), found=len(cells), wanted=len(header))
        else:
            yield Row(line, dict(zip(header, cells, strict=True)), complaints)


def _lines(stream: BinaryIO) -> Iterator[str]:
    number = 0
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
    """The line on which each record begins, and its cells; rows without any content are passed over."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip(" \t\u00a0\r\n") for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise _Unreadable(line, "not_csv") from None
        if any(cells):
            yield line, cells


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
