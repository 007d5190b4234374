"""A question is asked: by a user, or by anybody with an e-mail whose letter is the proof."""

from __future__ import annotations

from collections.abc import Sequence

from lk import clock, db
from lk.accounts.queries import accounts_of
from lk.actor import Actor
from lk.feedback.files import Attachment, keep
from lk.feedback.letters import ask_to_confirm
from lk.feedback.queries import Question, question_with, sent_by
from lk.feedback.rules import (
    QUESTIONS_PER_ADDRESS,
    QUESTIONS_PER_EMAIL,
    QUESTIONS_PER_USER,
    Status,
    TypedQuestion,
)
from lk.feedback.tables import Question as QuestionRow
from lk.feedback.tables import QuestionMessage
from lk.history.actions import record
from lk.identity import limits
from lk.identity.queries import is_open
from lk.identity.rules import source_of
from lk.outcome import refuse
from lk.text import fold_search
from lk.tokens import new_public_id

_KIND = "question"


async def refuse_if_too_many(user_id: int | None, email: str, address: str) -> None:
    """Raises Refused `too_many_questions`, whether or not anybody is known by the e-mail."""
    if user_id is not None:
        is_spent = await limits.is_over(QUESTIONS_PER_USER, _KIND, subject=str(user_id))
    else:
        is_spent = await limits.is_over(QUESTIONS_PER_EMAIL, _KIND, subject=email.casefold()) or await limits.is_over(
            QUESTIONS_PER_ADDRESS, _KIND, address=address
        )
    if is_spent:
        raise refuse("too_many_questions")


async def ask_as_user(user_id: int, typed: TypedQuestion, files: Sequence[Attachment], actor: Actor) -> Question:
    """The question; sent twice it is one. Raises Refused: `account_wanted`, `too_many_questions`, `cabinet_closed`."""
    async with db.write(f"user {user_id}"):
        if not await is_open(user_id):
            raise refuse("cabinet_closed")
        before = await sent_by(typed.form_key)
        if before is not None and before.user_id == user_id:
            return before
        account_id = await _account_of(user_id, typed.account)
        await refuse_if_too_many(user_id, "", "")
        await limits.note(_KIND, subject=str(user_id), address=actor.address)
        question = await _stored(typed, Status.NEW, user_id=user_id, account_id=account_id)
        await _first_message(question, typed, files, f"user {user_id}", actor.address)
        await record("question_asked", user_id=user_id, actor=actor, question=question.public_id)
        return question


async def _account_of(user_id: int, public_id: str) -> int | None:
    """None: about no account. Raises Refused `account_wanted` for one that is not among the user's own."""
    if not public_id:
        return None
    found = next((each.id for each in await accounts_of(user_id) if each.public_id == public_id), None)
    if found is None:
        raise refuse("account_wanted", "account")
    return found


async def ask_by_email(typed: TypedQuestion, files: Sequence[Attachment], *, address: str) -> None:
    """A letter to that address, whoever's it is; staff sees the question once its link was used.

    Raises Refused `too_many_questions`, whether or not anybody is known by this address.
    """
    subject = typed.email.casefold()
    async with db.write(f"questions of {subject}", f"questions from {source_of(address)}"):
        if await sent_by(typed.form_key) is not None:
            return
        await refuse_if_too_many(None, typed.email, address)
        await limits.note(_KIND, subject=subject, address=address)
        question = await _stored(typed, Status.UNCONFIRMED)
        await _first_message(question, typed, files, f"email {subject}", address)
        await ask_to_confirm(question)


async def confirm(question: Question, *, address: str) -> None:
    """By the letter's link: from now on staff sees it. Once more changes nothing."""
    async with db.write(f"question {question.id}"):
        now = clock.now()
        confirmed = await db.execute(
            "UPDATE questions SET status = 'new', opened_at = {}, changed_at = {} "
            "WHERE id = {} AND status = 'unconfirmed'",
            now,
            now,
            question.id,
        )
        if confirmed:
            await record("question_asked", actor=Actor(address=address), question=question.public_id)


async def _stored(
    typed: TypedQuestion, status: Status, *, user_id: int | None = None, account_id: int | None = None
) -> Question:
    now, public_id = clock.now(), new_public_id(16)
    await QuestionRow.insert(
        QuestionRow(
            public_id=public_id,
            form_key=typed.form_key,
            user_id=user_id,
            account_id=account_id,
            email=typed.email,
            subject=typed.subject,
            title=typed.title,
            search_key=fold_search(f"{typed.title} {typed.text} {typed.email}"),
            status=status,
            created_at=now,
            opened_at=None if status is Status.UNCONFIRMED else now,
            changed_at=now,
        )
    )
    stored = await question_with(public_id)
    assert stored is not None
    return stored


async def _first_message(
    question: Question, typed: TypedQuestion, files: Sequence[Attachment], asker: str, address: str
) -> None:
    message = QuestionMessage(
        question_id=question.id,
        form_key=f"first {question.public_id}",
        author="resident",
        text=typed.text,
        sent_at=clock.now(),
    )
    await QuestionMessage.insert(message)
    await keep(question.id, message.id, files, asker, address)
