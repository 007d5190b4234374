"""A chunk of accounts costs the same in a town and in a city: no statement about it goes through a period's bills."""

from __future__ import annotations

import re

import pytest

from lk import db
from lk.cycle.trials import ask_trial, make_waiting_trials
from tests.database import Database
from tests.operations.month import JULY, OPERATOR, begin_month

_CHANGE = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b")


@pytest.mark.parametrize("is_trial", [False, True], ids=["run", "trial"])
def test_no_statement_about_a_chunk_goes_through_all_bills_of_a_period(
    sqlite_database: Database, is_trial: bool
) -> None:
    month = begin_month(sqlite_database)
    month.town.opens_cabinet("1000000101", "anna@mail.example")
    if is_trial:
        month.town.run_due("2025-07-26T00:05")
        month.run(ask_trial(JULY, month.actors[OPERATOR]), "2025-07-27T12:00")
    with db.counted() as counter:
        if is_trial:
            month.run(make_waiting_trials(), "2025-07-27T12:00")
        else:
            month.town.run_due("2025-07-28T12:00")
    of_chunks = {sql for sql in counter.statements if "BETWEEN" in sql and _CHANGE.match(sql)}
    plans = {sql: _plan(sqlite_database, sql) for sql in of_chunks}

    assert len(of_chunks) > 5
    assert [sql for sql, plan in plans.items() if "bills_period" in plan or "SCAN bills" in plan] == []


def _plan(database: Database, sql: str) -> str:
    sql = sql.replace("?", "{}")

    async def explained() -> str:
        async with db.write() as unit:
            rows = await db.read(f"EXPLAIN QUERY PLAN {sql}", *[0] * sql.count("{}"))
            await unit.rollback()
        return "; ".join(row["detail"] for row in rows)

    return database.run(explained())
