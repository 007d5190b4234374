"""Instants counted by the quarter of an hour: every zone's midnight is the end of one, so days come of them exactly."""

from __future__ import annotations

from lk import db


def quarter_of(column: str) -> str:
    """An expression: the beginning of the quarter of an hour in which the instant lies, UTC, as `2026-03-16 14:45`."""
    if isinstance(db.engine(), db.SqliteEngine):
        return f"substr({column}, 1, 14) || substr('00153045', 1 + substr({column}, 15, 2) / 15 * 2, 2)"
    hour = f"date_trunc('hour', {column} AT TIME ZONE 'UTC')"
    quarter = f"CAST(floor(extract(minute FROM {column}) / 15) AS INTEGER) * interval '15 minutes'"
    return f"to_char({hour} + {quarter}, 'YYYY-MM-DD HH24:MI')"
