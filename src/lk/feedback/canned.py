"""Answers that are ready to send: operators keep them, agents begin with them."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor
from lk.feedback.tables import CannedAnswer
from lk.history.actions import record


@dataclass(frozen=True, slots=True)
class Canned:
    id: int
    title: str
    text: str


async def canned_answers() -> list[Canned]:
    """By title."""
    return await db.read_as(
        Canned, "SELECT id, title, text FROM canned_answers WHERE removed_at IS NULL ORDER BY lower(title), id"
    )


async def canned_answer(answer_id: int) -> Canned | None:
    return await db.read_one_as(
        Canned, "SELECT id, title, text FROM canned_answers WHERE id = {} AND removed_at IS NULL", answer_id
    )


async def add_canned(title: str, text: str, actor: Actor) -> None:
    async with db.write("canned answers"):
        if await db.read(
            "SELECT id FROM canned_answers WHERE title = {} AND text = {} AND removed_at IS NULL", title, text
        ):
            return
        row = CannedAnswer(title=title, text=text, changed_by=actor.agent_id, changed_at=clock.now())
        await CannedAnswer.insert(row)
        await record("canned_answer_changed", actor=actor, answer=row.id)


async def change_canned(answer_id: int, title: str, text: str, actor: Actor) -> None:
    """What was sent before stays as it was."""
    await _change(answer_id, "title = {}, text = {}", (title, text), actor)


async def remove_canned(answer_id: int, actor: Actor) -> None:
    await _change(answer_id, "removed_at = {}", (clock.now(),), actor)


async def _change(answer_id: int, what: str, values: tuple[object, ...], actor: Actor) -> None:
    async with db.write("canned answers"):
        changed = await db.execute(
            f"UPDATE canned_answers SET {what}, changed_by = {{}}, changed_at = {{}} "  # noqa: S608
            "WHERE id = {} AND removed_at IS NULL",
            *values,
            actor.agent_id,
            clock.now(),
            answer_id,
        )
        if changed:
            await record("canned_answer_changed", actor=actor, answer=answer_id)
