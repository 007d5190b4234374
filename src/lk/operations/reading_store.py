"""Readings of a chunk written down: what they displace, themselves, and the history of those who have a cabinet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from lk import clock, db
from lk.history.actions import Happened, record_many
from lk.operations.reading_facts import Place
from lk.operations.reading_rows import ReadingRow
from lk.operations.stored import KnownReading
from lk.outcome import Problem


class Kept(NamedTuple):
    """A judged reading; `problems` is JSON."""

    reading: KnownReading
    problems: str
    has_cabinet: bool


def kept_reading(row: ReadingRow, place: Place, status: str) -> KnownReading:
    assert row.t1 is not None
    return KnownReading(
        id=None,
        account_id=place.account_id,
        meter_id=place.meter_id,
        kind="regular",
        period=place.period,
        taken_on=row.day.on,
        source=row.source,
        status=status,
        t1_kwh=row.t1,
        t2_kwh=row.t2,
        t3_kwh=row.t3,
    )


def as_json(problems: Sequence[Problem]) -> str:
    return json.dumps(
        [
            {"code": each.code, "severity": each.severity, "field": each.field, "params": dict(each.params)}
            for each in problems
        ]
    )


async def store(new: Sequence[Kept], superseded: Sequence[int], import_id: int | None) -> None:
    await db.write_many(
        "UPDATE readings SET displaced_by = {}, displaced_status = status, status = 'superseded' WHERE id = {}",
        [(import_id, each) for each in superseded],
    )
    now = clock.now()
    await db.write_many(
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, source, status, t1_kwh, t2_kwh, "
        "t3_kwh, problems, received_at, import_id) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        [(*_columns(kept.reading), kept.problems, now, import_id) for kept in new],
    )
    await record_many(_event(kept) for kept, _, has_cabinet in new if has_cabinet and kept.status != "superseded")


def _columns(kept: KnownReading) -> tuple[object, ...]:
    return (
        kept.account_id,
        kept.meter_id,
        kept.kind,
        kept.period.number,
        kept.taken_on,
        kept.source,
        kept.status,
        kept.t1_kwh,
        kept.t2_kwh,
        kept.t3_kwh,
    )


def _event(kept: KnownReading) -> Happened:
    registers = {f"t{at}": kwh for at, kwh in enumerate(kept.values, start=1)}
    told = {"meter": kept.meter_id, "period": str(kept.period), "source": kept.source, **registers}
    return Happened("reading_held" if kept.status == "held" else "reading_sent", kept.account_id, told)
