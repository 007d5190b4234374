"""Letters of a question, to whoever asked it."""

from __future__ import annotations

from lk.feedback.links import letter_link
from lk.feedback.queries import Question
from lk.identity.queries import email_of
from lk.notifications.actions import Link, queue


async def tell_asker(kind: str, question: Question, key: str, **params: object) -> None:
    """Inside `write()`. A user's goes to the cabinet's e-mail of now, and opens there; nobody to tell: none."""
    if question.user_id is None:
        to_address, link = question.email, letter_link(question.public_id)
    else:
        to_address, link = await email_of(question.user_id) or "", Link(f"/help/questions/{question.public_id}")
    if to_address:
        await queue(kind, to_address, key=key, account_id=None, user_id=question.user_id, link=link, **params)
