"""Rows as frozen dataclasses or named tuples, alike on both engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from lk.db.transactions import Rows
from lk.period import Period

Row = TypeVar("Row")


def as_dicts(found: Rows) -> list[dict[str, Any]]:
    names, rows = found
    return [dict(zip(names, row, strict=True)) for row in rows]


def as_type(row_type: type[Row], found: Rows) -> list[Row]:
    names, rows = found
    if not rows:
        return []
    build = _builder(row_type, tuple(names))  # type: ignore[arg-type]
    return [build(row) for row in rows]


@lru_cache(maxsize=512)
def _builder(row_type: type[Row], names: tuple[str, ...]) -> Callable[[Sequence[Any]], Row]:
    wanted = _field_names(row_type)
    if sorted(wanted) != sorted(names):
        raise TypeError(f"{row_type.__name__} has the fields {wanted}, the statement gives {list(names)}")
    hints = get_type_hints(row_type)
    plan = [(names.index(name), _converter(hints[name])) for name in wanted]

    def build(row: Sequence[Any]) -> Row:
        return row_type(*[row[at] if convert is None or row[at] is None else convert(row[at]) for at, convert in plan])

    return build


def _field_names(row_type: type[Any]) -> list[str]:
    named: tuple[str, ...] | None = getattr(row_type, "_fields", None)
    return list(named) if named is not None else [field.name for field in fields(row_type)]


def _converter(hint: Any) -> Callable[[Any], Any] | None:
    """How a column becomes what the field says; None: as it comes."""
    hint = _without_none(hint)
    hint = getattr(hint, "__supertype__", hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _CONVERTERS.get(hint)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0] if len(kinds) == 1 else hint


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def instant(value: datetime | str) -> datetime:
    """A stored instant, in UTC; text without an offset is UTC."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    int: int,
    bool: bool,
    date: _date,
    datetime: instant,
    Period: Period.from_number,
}
