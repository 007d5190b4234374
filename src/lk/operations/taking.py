"""Files that operators take from the site: written down who took what, streamed from one snapshot."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence

from lk import db
from lk.actor import Actor
from lk.history.actions import record
from lk.operations.exports import KINDS
from lk.payments.desk_people import operator_behind
from lk.period import Period


async def take_export(kind: str, period: Period | None, actor: Actor) -> AsyncIterator[str]:
    """The pieces of `lk export`'s file. Raises Refused `not_an_operator`."""
    async with db.write():
        await operator_behind(actor)
        await record("export_taken", actor=actor, what=kind, period=str(period) if period else None)
    return _pieces(kind, period)


async def _pieces(kind: str, period: Period | None) -> AsyncIterator[str]:
    columns, rows = KINDS[kind]
    yield _csv([columns])
    async for chunk in rows(period):
        yield _csv(chunk)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
