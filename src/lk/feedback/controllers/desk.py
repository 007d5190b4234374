"""`/support/questions`: the desk's queue of questions, and one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.feedback.answering import answer, close, hand_over, note, take
from lk.feedback.canned import canned_answer, canned_answers
from lk.feedback.controllers.uploads import sent_file
from lk.feedback.desk import PAGE, agent_codes, asked_from, first_answer_times, queue
from lk.feedback.desk_words import CHOICES, DONE, waiting_words
from lk.feedback.forms import form_key_in, parse_text
from lk.feedback.messages import DESK_STATUSES, done_words, sentence, state_of, title_words
from lk.feedback.queries import Question, question_with
from lk.feedback.rules import AFTER_ANSWER, LONGEST_TEXT, Status
from lk.feedback.views import desk_thread
from lk.language import _
from lk.outcome import Refused
from lk.readings.forms import number_in
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class DeskQuestionsController(Controller):
    path = "/support/questions"

    @get("/", name="desk_questions")
    async def questions(self, request: Request) -> Response[str]:
        asked = request.query_params
        name = asked.get("state", "open")
        name = name if name in CHOICES else "open"
        query, is_mine = asked.get("q", "").strip()[:100], asked.get("whose") == "mine"
        after_id = number_in(asked.get("after", ""))
        agent_id = viewer_in(request).agent_id if is_mine else None
        found = await queue(name, agent_id=agent_id, typed=query, after_id=after_id)
        return page(
            request,
            "feedback/queue.html",
            active_tab="questions",
            rows=[replace(each, title=title_words(each.title)) for each in found[:PAGE]],
            next_after=found[PAGE - 1].id if len(found) > PAGE else None,
            is_first=after_id is None,
            statuses={status: state_of(status, DESK_STATUSES) for status in DESK_STATUSES},
            choices=[(state, _(words)) for state, words in CHOICES.items()],
            state=name,
            whose="mine" if is_mine else "all",
            query=query,
            waiting=waiting_words(await first_answer_times()),
        )

    @get("/{question_id:str}")
    async def question(self, request: Request, question_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _found(question_id), {})

    @post("/{question_id:str}/answer")
    async def answer(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        """Or puts a ready text into the form, sending nothing."""
        question, fields = await _found(question_id), await typed(request)
        if fields.get("do") == "insert":
            return await _page(request, question, await _with_canned(fields))
        leads_to = Status(fields["then"]) if fields.get("then") in AFTER_ANSWER else Status.ANSWERED
        try:
            text, seen_id = parse_text(fields), number_in(fields.get("seen", "")) or 0
            actor = viewer_in(request).actor(address_of(request))
            await answer(question_id, text, leads_to, actor, seen_id=seen_id, form_key=form_key_in(fields))
        except Refused as refusal:
            return await _page(request, question, fields, refusal)
        return see_other(f"/support/questions/{question_id}?done=answered")

    @post("/{question_id:str}/note")
    async def note(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question, fields = await _found(question_id), await typed(request)
        try:
            text, actor = parse_text(fields), viewer_in(request).actor(address_of(request))
            await note(question_id, text, actor, form_key=form_key_in(fields))
        except Refused as refusal:
            return await _page(request, question, {"note": fields.get("text", "")}, refusal, form="note")
        return see_other(f"/support/questions/{question_id}?done=noted")

    @post("/{question_id:str}/taking")
    async def take(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question = await _found(question_id)
        taken = take(question_id, viewer_in(request).actor(address_of(request)))
        return await _done(request, question, taken, "taken")

    @post("/{question_id:str}/handing-over")
    async def hand_over(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question, code = await _found(question_id), (await typed(request)).get("agent", "")
        handed = hand_over(question_id, code, viewer_in(request).actor(address_of(request)))
        return await _done(request, question, handed, "handed")

    @post("/{question_id:str}/closing")
    async def close(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question = await _found(question_id)
        closed = close(question_id, viewer_in(request).actor(address_of(request)))
        return await _done(request, question, closed, "closed")

    @get("/{question_id:str}/files/{file_id:str}")
    async def file(self, question_id: FromPath[str], file_id: FromPath[str]) -> Response[bytes]:
        return await sent_file((await _found(question_id)).id, file_id, sees_notes=True)


async def _done(request: Request, question: Question, doing: Awaitable[None], done: str) -> Response[Any]:
    try:
        await doing
    except Refused as refusal:
        return await _page(request, question, {}, refusal)
    return see_other(f"/support/questions/{question.public_id}?done={done}")


async def _found(public_id: str) -> Question:
    """What its asker has not confirmed is nobody's to read. Raises NotFoundException."""
    found = await question_with(public_id)
    if found is None or found.status is Status.UNCONFIRMED:
        raise NotFoundException
    return found


async def _with_canned(fields: Mapping[str, str]) -> Mapping[str, str]:
    number = number_in(fields.get("canned", ""))
    found = await canned_answer(number) if number is not None else None
    if found is None:
        return fields
    return {**fields, "text": "\n\n".join(filter(None, (fields.get("text", "").rstrip(), found.text)))}


async def _page(
    request: Request,
    question: Question,
    fields: Mapping[str, str],
    refusal: Refused | None = None,
    *,
    form: str = "answer",
) -> Response[str]:
    viewer = viewer_in(request)
    thread = await desk_thread(question, f"/support/questions/{question.public_id}")
    return page(
        request,
        "feedback/desk_question.html",
        status=422 if refusal else 200,
        active_tab="questions",
        thread=thread,
        asked=await asked_from(question.id),
        agent_code=question.agent_code,
        is_mine=question.agent_id == viewer.agent_id,
        is_open=question.status is not Status.CLOSED,
        may_write=viewer.look_id is None,
        canned=[(str(each.id), each.title) for each in await canned_answers()],
        agents=[("", _("Кто возьмёт")), *((code, code) for code in await agent_codes() if code != question.agent_code)],
        typed=fields,
        refused=form if refusal else None,
        errors={problem.field: sentence(problem) for problem in refusal.problems} if refusal else {},
        form_key=new_public_id(24),
        done=done_words(DONE, request.query_params.get("done", "")),
        longest_text=LONGEST_TEXT,
    )
