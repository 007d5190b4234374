"""What the two ways to one's own question have in common."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response

from lk.actor import Actor
from lk.feedback.controllers.uploads import FILE_TYPES, attached
from lk.feedback.forms import form_key_in, parse_text
from lk.feedback.messages import done_words, sentence
from lk.feedback.queries import Question
from lk.feedback.replying import refuse_if_too_many, reply
from lk.feedback.rules import LONGEST_TEXT
from lk.feedback.views import ThreadView
from lk.language import N_
from lk.outcome import Refused
from lk.tokens import new_public_id
from lk.web import Request, page

DONE = {
    "asked": N_("Вопрос отправлен. Ответ появится здесь, и о нём придёт письмо."),
    "confirmed": N_("Почта подтверждена, вопрос у нас. Ответ появится здесь, и о нём придёт письмо."),
    "replied": N_("Сообщение отправлено."),
    "closed": N_("Вопрос закрыт. Если что-то изменится, напишите здесь же."),
}


async def replied(request: Request, question: Question, fields: Mapping[str, str], actor: Actor) -> None:
    """Raises Refused: what the text, the files or the day lack."""
    text = parse_text(fields)
    await refuse_if_too_many(question)
    await reply(question, text, await attached(request), actor, form_key=form_key_in(fields))


def thread_page(
    request: Request,
    thread: ThreadView,
    fields: Mapping[str, str],
    refusal: Refused | None = None,
    *,
    may_write: bool = True,
    is_by_link: bool = False,
) -> Response[str]:
    return page(
        request,
        "feedback/question.html",
        status=422 if refusal else 200,
        active_tab="help",
        thread=thread,
        may_write=may_write,
        is_by_link=is_by_link,
        typed=fields,
        form_key=fields.get("form") or new_public_id(24),
        errors={problem.field: sentence(problem) for problem in refusal.problems} if refusal else {},
        done=done_words(DONE, request.query_params.get("done", "")),
        longest_text=LONGEST_TEXT,
        file_types=FILE_TYPES,
    )
