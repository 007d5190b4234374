"""Piccolo's `query.batch()` on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from piccolo.engine.base import BaseBatch
from piccolo.query.base import Query

from lk.db.rows import as_dicts
from lk.db.transactions import Rows


class Streaming(Protocol):
    engine_type: str

    def stream(self, sql: str, args: Sequence[Any], size: int) -> AsyncIterator[Rows]: ...


class Batch(BaseBatch):
    """The results of one query in chunks of one snapshot."""

    def __init__(self, engine: Streaming, query: Query[Any, Any], size: int) -> None:
        self._query = query
        sql, args = query.querystrings[0].compile_string(engine_type=engine.engine_type)
        self._chunks: Any = engine.stream(sql, args, size)

    async def __aenter__(self) -> Batch:
        return self

    def __aiter__(self) -> Batch:
        return self

    async def __anext__(self) -> list[dict[str, Any]]:
        return list(await self._query._process_results(as_dicts(await anext(self._chunks))))

    async def __aexit__(self, *_: object) -> None:
        async with aclosing(self._chunks):
            return
