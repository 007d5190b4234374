"""Staff goes on: takes a question, answers, notes something down, hands over, closes."""

from __future__ import annotations

from datetime import datetime

from lk import clock, db
from lk.actor import Actor
from lk.feedback.letters import tell_asker
from lk.feedback.queries import Question, question_with
from lk.feedback.rules import Status, may_send
from lk.feedback.tables import QuestionMessage
from lk.history.actions import record
from lk.identity.queries import is_open
from lk.outcome import refuse


async def answer(
    question_public_id: str, text: str, leads_to: Status, actor: Actor, *, seen_id: int, form_key: str
) -> None:
    """Who answers has taken it. `seen_id`: the last message that the agent had before their eyes.

    Sent twice it is one. Raises Refused: `taken_by_other`, `newer_message`, `not_confirmed`, `cabinet_closed`,
    `not_an_agent`.
    """
    seen = await _seen(question_public_id)
    async with db.write(f"question {seen.id}"):
        question = await _now(seen, actor)
        if await db.read("SELECT id FROM question_messages WHERE form_key = {}", form_key):
            return
        is_closed = question.user_id is not None and not await is_open(question.user_id)
        if not may_send(question.status, is_closed_cabinet=is_closed):
            raise refuse("cabinet_closed" if is_closed else "not_confirmed")
        if question.agent_id not in (None, actor.agent_id):
            raise refuse("taken_by_other", agent=question.agent_code)
        newer = "SELECT id FROM question_messages WHERE question_id = {} AND id > {} AND author = 'resident'"
        if await db.read(newer, question.id, seen_id):
            raise refuse("newer_message")
        now = clock.now()
        message_id = await _say(question, "agent", text, actor, form_key, now)
        waited = int((now - (question.opened_at or now)).total_seconds())
        await db.execute(
            "UPDATE questions SET status = {}, changed_at = {}, closed_at = {}, agent_id = {}, "
            "first_answered_at = coalesce(first_answered_at, {}), "
            "first_answer_seconds = coalesce(first_answer_seconds, {}) WHERE id = {}",
            leads_to,
            now,
            now if leads_to is Status.CLOSED else None,
            actor.agent_id,
            now,
            max(0, waited),
            question.id,
        )
        await record("question_answered", user_id=question.user_id, actor=actor, question=question.public_id)
        key = f"question {question.public_id} answer {message_id}"
        await tell_asker("question_answered", question, key, title=question.title, text=text, state=leads_to.value)


async def note(question_public_id: str, text: str, actor: Actor, *, form_key: str) -> None:
    """For colleagues: the asker never sees it. Raises Refused `not_an_agent`."""
    seen = await _seen(question_public_id)
    async with db.write(f"question {seen.id}"):
        question = await _now(seen, actor)
        if await db.read("SELECT id FROM question_messages WHERE form_key = {}", form_key):
            return
        await _say(question, "note", text, actor, form_key, clock.now())
        await record("question_noted", actor=actor, question=question.public_id)


async def take(question_public_id: str, actor: Actor) -> None:
    """Also from another agent. Raises Refused `not_an_agent`."""
    seen = await _seen(question_public_id)
    async with db.write(f"question {seen.id}"):
        question = await _now(seen, actor)
        if question.agent_id == actor.agent_id:
            return
        await _give_to(question, actor.agent_id)
        await record("question_taken", actor=actor, question=question.public_id)


async def hand_over(question_public_id: str, agent_code: str, actor: Actor) -> None:
    """To another agent, or by an empty code to whoever takes it. Raises Refused: `no_agent`, `not_an_agent`."""
    seen = await _seen(question_public_id)
    async with db.write(f"question {seen.id}"):
        question = await _now(seen, actor)
        agent_id = None
        if agent_code:
            rows = await db.read("SELECT id FROM agents WHERE code = {} AND NOT is_disabled", agent_code)
            if not rows:
                raise refuse("no_agent", "agent")
            agent_id = rows[0]["id"]
        if question.agent_id != agent_id:
            await _give_to(question, agent_id)
            await record("question_handed_over", actor=actor, question=question.public_id, to_agent=agent_id)


async def close(question_public_id: str, actor: Actor) -> None:
    """Without another word. The asker is told, and may still write. Raises Refused: `not_confirmed`, `not_an_agent`."""
    seen = await _seen(question_public_id)
    async with db.write(f"question {seen.id}"):
        question = await _now(seen, actor)
        if question.status is Status.CLOSED:
            return
        if question.status is Status.UNCONFIRMED:
            raise refuse("not_confirmed")
        await end(question, clock.now())
        await record("question_closed", user_id=question.user_id, actor=actor, question=question.public_id)
        # Between two endings there is a message.
        last = await db.read("SELECT max(id) AS id FROM question_messages WHERE question_id = {}", question.id)
        key = f"question {question.public_id} closed after {last[0]['id']}"
        await tell_asker("question_closed", question, key, title=question.title)


async def end(question: Question, now: datetime) -> None:
    """Inside `write()`."""
    await db.execute(
        "UPDATE questions SET status = 'closed', changed_at = {}, closed_at = {} WHERE id = {}", now, now, question.id
    )


async def _give_to(question: Question, agent_id: int | None) -> None:
    await db.execute("UPDATE questions SET agent_id = {} WHERE id = {}", agent_id, question.id)


async def _say(question: Question, author: str, text: str, actor: Actor, form_key: str, now: datetime) -> int:
    message = QuestionMessage(
        question_id=question.id, form_key=form_key, author=author, agent_id=actor.agent_id, text=text, sent_at=now
    )
    await QuestionMessage.insert(message)
    return int(message.id)


async def _seen(public_id: str) -> Question:
    found = await question_with(public_id)
    if found is None:
        raise refuse("not_confirmed")
    return found


async def _now(seen: Question, actor: Actor) -> Question:
    """As it stands inside the transaction, for an agent who still is one and looks at nobody's cabinet."""
    is_agent = await db.read("SELECT id FROM agents WHERE id = {} AND NOT is_disabled", actor.agent_id)
    if not is_agent or actor.impersonation_id is not None:
        raise refuse("not_an_agent")
    return await _seen(seen.public_id)
