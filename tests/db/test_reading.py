"""Reads beneath the ORM, alike on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from lk import db
from lk.db.rows import as_dicts
from lk.db.statements import is_write, with_numbers, with_question_marks
from lk.money import Kopecks
from lk.period import Period
from tests.db.notes import Note, add

MOSCOW = timezone(timedelta(hours=3))
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=MOSCOW)


class Kind(StrEnum):
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Summary:
    last_at: datetime | None
    last_due_on: date
    total: Kopecks
    has_read: bool
    kind: Kind
    period: Period


@dataclass(frozen=True, slots=True)
class Key:
    key: str


async def _store_one() -> None:
    await Note.insert(Note(key="first", written_at=NOON, due_on=date(2026, 11, 20), is_read=True, amount=2**40))


def test_columns_come_in_the_types_of_their_declaration(engine: db.AnyEngine) -> None:
    async def story() -> None:
        await _store_one()
        (row,) = await db.read("SELECT * FROM note WHERE key = {}", "first")
        assert row == {
            "id": 1,
            "key": "first",
            "written_at": datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
            "due_on": date(2026, 11, 20),
            "is_read": True,
            "amount": 2**40,
        }
        assert (type(row["is_read"]), row["written_at"].utcoffset()) == (bool, timedelta(0))
        (through_orm,) = await Note.select()
        assert through_orm == row

    db.run(story())


def test_a_dataclass_gets_the_types_it_names_whatever_the_expression(engine: db.AnyEngine) -> None:
    sql = """
        SELECT 202611 AS period, MAX(written_at) AS last_at, MAX(due_on) AS last_due_on, SUM(amount) AS total,
               EXISTS (SELECT 1 FROM note WHERE amount > {}) AS has_read, MIN(key) AS kind
        FROM note
    """

    async def story() -> None:
        await _store_one()
        (found,) = await db.read_as(Summary, sql, 5)
        assert found == Summary(
            datetime(2026, 11, 2, 9, 0, tzinfo=UTC), date(2026, 11, 20), Kopecks(2**40), True, Kind.FIRST,
            Period(2026, 11),
        )  # fmt: skip
        assert (type(found.has_read), type(found.total)) == (bool, int)

    db.run(story())


def test_columns_and_fields_that_differ_are_an_error(engine: db.AnyEngine) -> None:
    async def story() -> None:
        await add("a")
        with pytest.raises(TypeError, match="Key has the fields"):
            await db.read_as(Key, "SELECT key, amount FROM note")

    db.run(story())


def test_the_first_row_or_none(engine: db.AnyEngine) -> None:
    async def story() -> None:
        await add("a")
        assert await db.read_one_as(Key, "SELECT key FROM note WHERE key = {}", "a") == Key("a")
        assert await db.read_one_as(Key, "SELECT key FROM note WHERE key = {}", "b") is None

    db.run(story())


def test_a_list_of_values_has_a_place_for_each(engine: db.AnyEngine) -> None:
    async def story() -> None:
        for key in ("a", "b", "c"):
            await add(key)
        keys = ["a", "c", "d"]
        sql = f"SELECT key FROM note WHERE key IN ({db.placeholders(keys)}) ORDER BY key"
        assert await db.read_as(Key, sql, *keys) == [Key("a"), Key("c")]

    db.run(story())


def test_a_stream_gives_one_snapshot_in_chunks_while_others_write(engine: db.AnyEngine) -> None:
    async def story() -> None:
        async with db.write():
            rows = [(f"{number:03}",) for number in range(250)]
            await db.write_many("INSERT INTO note (key, amount, is_read) VALUES ({}, 0, FALSE)", rows)
        sizes = []
        async for chunk in db.stream(Key, "SELECT key FROM note ORDER BY key", size=100):
            sizes.append(len(chunk))
            async with db.write():
                await db.execute("DELETE FROM note WHERE key > {}", "150")
        assert sizes == [100, 100, 50]

    db.run(story())


def test_piccolos_batch_reads_in_chunks(engine: db.AnyEngine) -> None:
    async def story() -> None:
        for key in ("a", "b", "c"):
            await add(key)
        async with await Note.select(Note.key).order_by(Note.key).batch(batch_size=2) as batch:
            assert [[row["key"] for row in rows] async for rows in batch] == [["a", "b"], ["c"]]

    db.run(story())


def test_statements_of_a_context_and_its_tasks_are_counted(engine: db.AnyEngine) -> None:
    async def story() -> None:
        with db.counted() as outer:
            await db.read("SELECT 1 AS one")
            with db.counted() as inner:
                async with db.write():
                    await db.execute("DELETE FROM note WHERE key = {}", "a")
                await asyncio.gather(Note.select().run())
        await db.read("SELECT 2 AS two")
        assert [sql.split()[0] for sql in inner.statements] == ["DELETE", "SELECT"]
        assert [sql.split()[0] for sql in outer.statements] == ["SELECT", "DELETE", "SELECT"]

    db.run(story())


def test_values_never_become_a_part_of_the_statement() -> None:
    assert with_question_marks("a = {} AND b = {}") == "a = ? AND b = ?"
    assert with_numbers("a = {} AND b = {}") == "a = $1 AND b = $2"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", False),
        ("\n  with a AS (SELECT 1) SELECT updated_at FROM a", False),
        ("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", True),
        ("UPDATE a SET b = 1 RETURNING b", True),
        ("VACUUM", True),
        ("-- a comment\nSELECT 1", True),
    ],
)
def test_what_is_not_clearly_a_read_is_a_write(sql: str, expected: bool) -> None:
    assert is_write(sql) is expected


def test_nothing_found_is_an_empty_list() -> None:
    assert as_dicts(((), [])) == []
