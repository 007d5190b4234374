"""Things that a tick does one by one: one that fails waits for the next tick and holds up no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

import structlog

from lk import db

log = structlog.get_logger()


class _Row(Protocol):
    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=_Row)


async def apart(rows: Iterable[Row], do: Callable[[Row], Awaitable[bool]], failed: str) -> int:
    """How many were done; `failed` is what the log says of one that was not.

    Raises DatabaseError: the others would fare no better.
    """
    done = 0
    for row in rows:
        try:
            done += await do(row)
        except db.DatabaseError:
            raise
        except Exception:
            log.exception(failed, id=row.id)
    return done
