"""Statements: `{}` to the driver's marks, which ones write, and how many were sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache

_READS = re.compile(r"\s*(SELECT|VALUES|EXPLAIN|PRAGMA|SHOW|WITH)\b", re.IGNORECASE)
_WRITES_INSIDE = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)


@dataclass(slots=True)
class Counter:
    """SQL texts in the order they were sent; BEGIN, COMMIT, locks and savepoints are not counted."""

    statements: list[str] = field(default_factory=list)
    outer: Counter | None = None

    def note(self, sql: str) -> None:
        self.statements.append(sql)
        if self.outer is not None:
            self.outer.note(sql)


_counter: ContextVar[Counter | None] = ContextVar("lk_statement_counter", default=None)


@contextmanager
def counted(by: Counter | None = None) -> Iterator[Counter]:
    """Collects the statements of this context and of the tasks started in it; `by`: a counter of one's own."""
    counter = by or Counter(outer=_counter.get())
    token = _counter.set(counter)
    try:
        yield counter
    finally:
        _counter.reset(token)


def note(sql: str) -> None:
    counter = _counter.get()
    if counter is not None:
        counter.note(sql)


def placeholders(values: Sized) -> str:
    """`"{}, {}, {}"` for three values: `f"… WHERE id IN ({placeholders(ids)})"`."""
    return ", ".join(["{}"] * len(values))


@lru_cache(maxsize=2048)
def with_question_marks(sql: str) -> str:
    return sql.replace("{}", "?")


@lru_cache(maxsize=2048)
def with_numbers(sql: str) -> str:
    first, *rest = sql.split("{}")
    return first + "".join(f"${at}{part}" for at, part in enumerate(rest, 1))


@lru_cache(maxsize=2048)
def is_write(sql: str) -> bool:
    """Whether the statement needs the writer. What is not clearly a read is a write."""
    found = _READS.match(sql)
    if found is None:
        return True
    return found[1].upper() == "WITH" and _WRITES_INSIDE.search(sql) is not None
