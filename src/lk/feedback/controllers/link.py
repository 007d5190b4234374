"""`/help/letters/{link}`: the question of whoever has not signed in, by the link of its letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from lk.actor import Actor
from lk.feedback.asking import confirm
from lk.feedback.busy import BUSY
from lk.feedback.controllers.threads import replied, thread_page
from lk.feedback.controllers.uploads import MOST_BODY, on_too_much, sent_file
from lk.feedback.links import question_in
from lk.feedback.queries import Question, question_with
from lk.feedback.replying import close_as_helped
from lk.feedback.rules import Status
from lk.feedback.views import own_thread
from lk.outcome import Refused
from lk.web import Request, address_of, page, see_other, typed


class QuestionLinkController(Controller):
    path = "/help/letters/{link:str}"

    @get("/")
    async def question(self, request: Request, link: FromPath[str]) -> Response[Any]:
        question = await _linked(link)
        return await _page(request, question, link, {}) if question else _gone(request)

    @post("/", request_max_body_size=MOST_BODY, exception_handlers={413: on_too_much, **BUSY})
    async def reply(self, request: Request, link: FromPath[str]) -> Response[Any]:
        question, fields = await _linked(link), await typed(request)
        if question is None:
            return _gone(request)
        try:
            await replied(request, question, fields, Actor(address=address_of(request)))
        except Refused as refusal:
            return await _page(request, question, link, fields, refusal)
        return see_other(f"/help/letters/{link}?done=replied")

    @post("/confirmation")
    async def confirm(self, request: Request, link: FromPath[str]) -> Response[Any]:
        """The button, not the link itself: mail scanners open links."""
        question = await _linked(link)
        if question is None:
            return _gone(request)
        await confirm(question, address=address_of(request))
        return see_other(f"/help/letters/{link}?done=confirmed")

    @post("/closing")
    async def close(self, request: Request, link: FromPath[str]) -> Response[Any]:
        question = await _linked(link)
        if question is None:
            return _gone(request)
        await close_as_helped(question, Actor(address=address_of(request)))
        return see_other(f"/help/letters/{link}?done=closed")

    @get("/files/{file_id:str}")
    async def file(self, request: Request, link: FromPath[str], file_id: FromPath[str]) -> Response[Any]:
        question = await _linked(link)
        return await sent_file(question.id, file_id) if question else _gone(request)


async def _linked(link: str) -> Question | None:
    """A user's own question opens in their cabinet only."""
    public_id = question_in(link)
    found = await question_with(public_id) if public_id else None
    return found if found is not None and found.user_id is None else None


def _gone(request: Request) -> Response[str]:
    return page(request, "feedback/link_gone.html", status=410)


async def _page(
    request: Request, question: Question, link: str, fields: Mapping[str, str], refusal: Refused | None = None
) -> Response[str]:
    thread = await own_thread(question, f"/help/letters/{link}")
    if question.status is Status.UNCONFIRMED:
        return page(request, "feedback/unconfirmed.html", thread=thread)
    return thread_page(request, thread, fields, refusal, is_by_link=True)
