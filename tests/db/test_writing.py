"""The unit of work on both engines."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.db.transactions import uninterrupted
from tests.db.notes import Note, add, point_nowhere, raise_amount, stored, stored_now


def test_ten_that_read_then_write_at_once_all_succeed(engine: db.AnyEngine) -> None:
    async def raise_once() -> None:
        async with db.write("note a"):
            await raise_amount("a")

    async def story() -> None:
        await add("a")
        await asyncio.gather(*(raise_once() for _ in range(10)))

    db.run(story())
    assert stored(engine) == {"a": 10}


def test_what_raises_inside_is_undone(engine: db.AnyEngine) -> None:
    async def story() -> None:
        with pytest.raises(ValueError, match="no"):
            async with db.write():
                await add("a")
                raise ValueError("no")
        async with db.write():
            await add("b")

    db.run(story())
    assert stored(engine) == {"b": 0}


def test_a_commit_that_fails_stores_nothing_and_the_next_one_stores_all(engine: db.AnyEngine) -> None:
    async def story() -> None:
        for attempt in range(12):
            with pytest.raises(db.CONSTRAINT_ERRORS):
                async with db.write():
                    await add(f"lost {attempt}")
                    await point_nowhere()
        async with db.write():
            await add("kept")

    db.run(story())
    assert stored(engine) == {"kept": 0}


def test_a_cancelled_writer_stores_nothing_and_leaves_the_turn_to_the_next(engine: db.AnyEngine) -> None:
    is_inside = asyncio.Event()

    async def linger() -> None:
        async with db.write("x"):
            await add("cancelled")
            is_inside.set()
            await asyncio.sleep(60)

    async def story() -> None:
        task = asyncio.create_task(linger())
        await is_inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with db.write("x"):
            await add("next")

    db.run(story())
    assert stored(engine) == {"next": 0}


def test_one_cancelled_while_waiting_for_its_turn_leaves_the_queue(engine: db.AnyEngine) -> None:
    async def write_one() -> None:
        async with db.write("x"):
            await add("waited")

    async def story() -> None:
        waiting = asyncio.create_task(write_one())
        async with db.write("x"):
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await add("first")
        async with db.write("x"):
            await add("second")

    db.run(story())
    assert stored(engine) == {"first": 0, "second": 0}


def test_a_query_of_a_child_task_is_refused_and_the_transaction_goes_on(engine: db.AnyEngine) -> None:
    async def story() -> None:
        async with db.write():
            await add("own")
            results = await asyncio.gather(
                add("child"), db.read("SELECT 1 AS one"), db.execute("DELETE FROM note"), return_exceptions=True
            )
            assert [type(result) for result in results] == [RuntimeError] * 3
            assert "another task" in str(results[0])

    db.run(story())
    assert stored(engine) == {"own": 0}


def test_a_task_begun_inside_that_outlives_the_transaction_works_on_its_own(engine: db.AnyEngine) -> None:
    async def later() -> None:
        await asyncio.sleep(0.1)
        async with db.write():
            await add("later")

    async def story() -> None:
        async with db.write():
            task = asyncio.create_task(later())
            await add("now")
        await task

    db.run(story())
    assert stored(engine) == {"later": 0, "now": 0}


def test_a_nested_write_is_a_part_of_the_outer_one(engine: db.AnyEngine) -> None:
    async def story() -> None:
        with pytest.raises(ValueError, match="outer"):
            async with db.write("a"):
                async with db.write("b"):
                    await add("inner")
                raise ValueError("outer")

    db.run(story())
    assert stored(engine) == {}


def test_a_nested_write_that_raises_is_undone_alone_with_its_callbacks(engine: db.AnyEngine) -> None:
    heard: list[str] = []

    async def story() -> None:
        async with db.write() as outer:
            outer.on_commit(lambda: heard.append("outer"))
            await add("outer")
            with pytest.raises(db.CONSTRAINT_ERRORS):
                async with db.write() as inner:
                    inner.on_commit(lambda: heard.append("inner"))
                    await add("inner")
                    await add("outer")
            await add("after")

    db.run(story())
    assert stored(engine) == {"after": 0, "outer": 0}
    assert heard == ["outer"]


def test_callbacks_run_after_the_commit_and_only_then(engine: db.AnyEngine) -> None:
    heard: list[str] = []

    async def story() -> None:
        async with db.write() as unit:
            unit.on_commit(lambda: 1 // 0)
            unit.on_commit(lambda: heard.append("stored"))
            await add("a")
            assert heard == []
        with pytest.raises(db.CONSTRAINT_ERRORS):
            async with db.write() as unit:
                unit.on_commit(lambda: heard.append("never"))
                await point_nowhere()

    db.run(story())
    assert heard == ["stored"]


def test_rollback_undoes_everything_at_the_end_without_an_exception(engine: db.AnyEngine) -> None:
    async def story() -> None:
        async with db.write() as unit:
            await add("dry")
            await unit.rollback()
            await add("run")
            assert len(await Note.select()) == 2

    db.run(story())
    assert stored(engine) == {}


def test_others_see_nothing_before_the_commit(engine: db.AnyEngine) -> None:
    async def story() -> None:
        async with db.write():
            await add("a")
            assert await stored_now(engine) == {}
            assert len(await db.read("SELECT id FROM note")) == 1
        assert await stored_now(engine) == {"a": 0}

    db.run(story())


def test_readers_are_not_held_up_by_a_writer(engine: db.AnyEngine) -> None:
    is_open, may_end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with db.write():
            await add("held")
            is_open.set()
            await may_end.wait()

    async def story() -> None:
        task = asyncio.create_task(hold())
        await is_open.wait()
        async with asyncio.timeout(1):
            assert await db.read("SELECT id FROM note") == []
        may_end.set()
        await task
        assert len(await db.read("SELECT id FROM note")) == 1

    db.run(story())


def test_exactly_one_of_all_who_insert_the_same_wins(engine: db.AnyEngine) -> None:
    async def claim() -> bool:
        return await db.insert_once(Note(key="claim"), Note.key)

    async def story() -> None:
        assert sorted(await asyncio.gather(*(claim() for _ in range(10)))) == [False] * 9 + [True]
        winner = Note(key="other")
        assert await db.insert_once(winner)
        assert isinstance(vars(winner)["id"], int)
        assert not await db.insert_once(Note(key="other"))

    db.run(story())
    assert stored(engine) == {"claim": 0, "other": 0}


def test_execute_and_write_many_say_how_many_rows_they_changed(engine: db.AnyEngine) -> None:
    async def story() -> None:
        async with db.write():
            rows = [(f"n{number}", number, False) for number in range(3000)]
            assert await db.write_many("INSERT INTO note (key, amount, is_read) VALUES ({}, {}, {})", rows) == 3000
            assert await db.execute("UPDATE note SET amount = 0 WHERE amount < {}", 10) == 10
            assert await db.execute("DELETE FROM note WHERE key = {}", "nobody") == 0

    db.run(story())
    assert len(stored(engine)) == 3000


def test_writing_outside_write_is_refused(engine: db.AnyEngine) -> None:
    async def story() -> None:
        for attempt in (
            db.execute("DELETE FROM note"),
            db.write_many("DELETE FROM note WHERE id = {}", [(1,)]),
            db.read("DELETE FROM note RETURNING id"),
            db.read("WITH old AS (SELECT 1) DELETE FROM note RETURNING id"),
        ):
            with pytest.raises(RuntimeError, match=r"outside write\(\)"):
                await attempt

    db.run(story())


def test_piccolos_own_transaction_and_atomic_are_the_safe_ones(engine: db.AnyEngine) -> None:
    async def story() -> None:
        with pytest.raises(db.CONSTRAINT_ERRORS):
            async with engine.transaction():
                await point_nowhere()
        assert not engine.transaction_exists()
        together = engine.atomic()
        together.add(Note.insert(Note(key="atomic")))
        await together.run()  # type: ignore[no-untyped-call]

    db.run(story())
    assert stored(engine) == {"atomic": 0}


def test_one_engine_serves_several_event_loops_one_after_another(engine: db.AnyEngine) -> None:
    for number in range(3):
        db.run(_write_one(f"n{number}"))
    assert len(stored(engine)) == 3


def test_a_cancellation_waits_for_the_end_of_what_must_not_be_interrupted() -> None:
    heard: list[str] = []

    async def commit() -> None:
        await asyncio.sleep(0.05)
        heard.append("done")

    async def story() -> None:
        task = asyncio.create_task(uninterrupted(commit()))
        for _ in range(2):
            await asyncio.sleep(0.01)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert heard == ["done"]


async def _write_one(key: str) -> None:
    async with db.write():
        await add(key)
