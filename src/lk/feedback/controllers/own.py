"""`/help/questions`: the questions of whoever has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import accounts_of
from lk.feedback.busy import BUSY
from lk.feedback.controllers.threads import replied, thread_page
from lk.feedback.controllers.uploads import MOST_BODY, on_too_much, sent_file
from lk.feedback.queries import Question, holder_of, question_of, questions_of
from lk.feedback.replying import close_as_helped
from lk.feedback.views import list_row, own_thread
from lk.identity.queries import Viewer
from lk.outcome import Refused
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class OwnQuestionsController(Controller):
    path = "/help/questions"

    @get("/", name="own_questions")
    async def questions(self, request: Request) -> Response[str]:
        user_id, account_id = await _whose(viewer_in(request))
        found = await questions_of(user_id, account_id=account_id) if user_id is not None else []
        may_write = viewer_in(request).look_id is None
        return page(
            request,
            "feedback/questions.html",
            active_tab="help",
            rows=[list_row(each) for each in found],
            may_write=may_write,
        )

    @get("/{question_id:str}")
    async def question(self, request: Request, question_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _own(request, question_id), {})

    @post("/{question_id:str}", request_max_body_size=MOST_BODY, exception_handlers={413: on_too_much, **BUSY})
    async def reply(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question, fields = await _own(request, question_id), await typed(request)
        try:
            await replied(request, question, fields, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, question, fields, refusal)
        return see_other(f"/help/questions/{question_id}?done=replied")

    @post("/{question_id:str}/closing")
    async def close(self, request: Request, question_id: FromPath[str]) -> Response[Any]:
        question = await _own(request, question_id)
        await close_as_helped(question, viewer_in(request).actor(address_of(request)))
        return see_other(f"/help/questions/{question_id}?done=closed")

    @get("/{question_id:str}/files/{file_id:str}")
    async def file(self, request: Request, question_id: FromPath[str], file_id: FromPath[str]) -> Response[bytes]:
        return await sent_file((await _own(request, question_id)).id, file_id)


async def _whose(viewer: Viewer) -> tuple[int | None, int | None]:
    """The user, and about which account only: an agent who looks sees what the holder asked about this one."""
    if viewer.look_account_id is not None:
        return await holder_of(viewer.look_account_id), viewer.look_account_id
    return viewer.user_id, None


async def _own(request: Request, question_id: str) -> Question:
    """Raises NotFoundException."""
    user_id, account_id = await _whose(viewer_in(request))
    found = await question_of(user_id, question_id, account_id=account_id) if user_id is not None else None
    if found is None:
        raise NotFoundException
    return found


async def _page(
    request: Request, question: Question, fields: Mapping[str, str], refusal: Refused | None = None
) -> Response[str]:
    viewer: Viewer = viewer_in(request)
    accounts = [] if viewer.look_id is not None else await accounts_of(viewer.user_id)
    thread = await own_thread(question, f"/help/questions/{question.public_id}", accounts)
    return thread_page(request, thread, fields, refusal, may_write=viewer.look_id is None)
