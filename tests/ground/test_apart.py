"""What a tick does one by one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from lk.apart import apart
from lk.db import DatabaseError


@dataclass(frozen=True)
class Thing:
    id: int
    trouble: Exception | None = None


def _done(*things: Thing) -> tuple[int, list[int]]:
    seen = []

    async def do(thing: Thing) -> bool:
        seen.append(thing.id)
        if thing.trouble:
            raise thing.trouble
        return True

    return asyncio.run(apart(things, do, "thing_failed")), seen


def test_one_that_fails_holds_up_no_other() -> None:
    assert _done(Thing(1), Thing(2, ValueError()), Thing(3)) == (2, [1, 2, 3])


def test_a_database_in_trouble_ends_the_round() -> None:
    with pytest.raises(DatabaseError):
        _done(Thing(1, DatabaseError()), Thing(2))
