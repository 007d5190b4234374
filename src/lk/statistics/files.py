"""What was counted of a chart, as a file: names and numbers, in no language."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date

from lk import clock
from lk.money import to_rubles
from lk.statistics.queries import counted_rows
from lk.statistics.words import FILES, MONEY


async def chart_file(name: str) -> AsyncIterator[str]:
    """Everything that was ever counted of it, as CSV. Raises KeyError."""
    yield _csv([("name", "day", "series", "value")])
    for each in FILES[name]:
        async for rows in counted_rows(each, date(1970, 1, 1), clock.today()):
            is_money = each in MONEY
            yield _csv(
                [
                    (each, day.isoformat(), series, to_rubles(value) if is_money else str(value))
                    for day, series, value in rows
                ]
            )


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
