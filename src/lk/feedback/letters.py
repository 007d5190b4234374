"""Letters of a question, to whoever asked it."""

from __future__ import annotations

from lk.feedback.links import letter_link
from lk.feedback.queries import Question
from lk.identity.queries import email_of
from lk.language import current
from lk.notifications.actions import Link, queue
from lk.notifications.queries import language_of_letter


async def ask_to_confirm(question: Question) -> None:
    """Inside `write()`. In the language of the page where it was asked, and so are the letters that follow."""
    await tell_asker("question_confirm", question, _confirm_key(question), language=current())


async def tell_asker(kind: str, question: Question, key: str, **params: object) -> None:
    """Inside `write()`. A user's goes to the cabinet's e-mail of now, and opens there; nobody to tell: none."""
    if question.user_id is None:
        to_address, link = question.email, letter_link(question.public_id)
        params = {"language": await language_of_letter(_confirm_key(question)), **params}
    else:
        to_address, link = await email_of(question.user_id) or "", Link(f"/help/questions/{question.public_id}")
    if to_address:
        await queue(kind, to_address, key=key, account_id=None, user_id=question.user_id, link=link, **params)


def _confirm_key(question: Question) -> str:
    return f"question {question.public_id} confirm"
