"""The asker goes on: another message, or "that helped"."""

from __future__ import annotations

from collections.abc import Sequence

from lk import clock, db
from lk.actor import Actor
from lk.feedback.files import Attachment, keep
from lk.feedback.queries import Question, question_with
from lk.feedback.rules import REPLIES_PER_QUESTION, Status, after_reply
from lk.feedback.tables import QuestionMessage
from lk.history.actions import record
from lk.identity import limits
from lk.identity.queries import is_open
from lk.outcome import refuse

_KIND = "question_reply"


async def reply(question: Question, text: str, files: Sequence[Attachment], actor: Actor, *, form_key: str) -> None:
    """Sent twice it is one. An answered or closed question waits for staff again.

    Raises Refused: `too_many_replies`, `too_many_files_a_day`, `not_confirmed`, `cabinet_closed`.
    """
    async with db.write(f"question {question.id}"):
        now, status = clock.now(), (await _own_now(question)).status
        if await db.read("SELECT id FROM question_messages WHERE form_key = {}", form_key):
            return
        await refuse_if_too_many(question)
        await limits.note(_KIND, subject=str(question.id), address=actor.address)
        message = QuestionMessage(question_id=question.id, form_key=form_key, author="resident", text=text, sent_at=now)
        await QuestionMessage.insert(message)
        await keep(question.id, message.id, files, asker_of(question), actor.address)
        if after_reply(status) is not status:
            await db.execute(
                "UPDATE questions SET status = {}, changed_at = {}, closed_at = NULL WHERE id = {}",
                after_reply(status),
                now,
                question.id,
            )


async def refuse_if_too_many(question: Question) -> None:
    """Raises Refused `too_many_replies`."""
    if await limits.is_over(REPLIES_PER_QUESTION, _KIND, subject=str(question.id)):
        raise refuse("too_many_replies")


async def close_as_helped(question: Question, actor: Actor) -> None:
    """Once more changes nothing. Raises Refused: `not_confirmed`, `cabinet_closed`."""
    async with db.write(f"question {question.id}"):
        if (await _own_now(question)).status is Status.CLOSED:
            return
        now = clock.now()
        await db.execute(
            "UPDATE questions SET status = 'closed', changed_at = {}, closed_at = {} WHERE id = {}",
            now,
            now,
            question.id,
        )
        await record("question_closed", user_id=question.user_id, actor=actor, question=question.public_id)


async def _own_now(question: Question) -> Question:
    """As it stands inside the transaction."""
    current = await question_with(question.public_id)
    if current is None or current.status is Status.UNCONFIRMED:
        raise refuse("not_confirmed")
    if current.user_id is not None and not await is_open(current.user_id):
        raise refuse("cabinet_closed")
    return current


def asker_of(question: Question) -> str:
    """Whom files of a day are counted for."""
    return f"email {question.email.casefold()}" if question.user_id is None else f"user {question.user_id}"
