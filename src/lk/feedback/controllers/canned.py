"""`/support/answers`: answers that are ready to send, kept by operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.feedback.canned import Canned, add_canned, canned_answer, canned_answers, change_canned, remove_canned
from lk.feedback.forms import parse_canned
from lk.feedback.messages import done_words, sentence
from lk.feedback.rules import LONGEST_CANNED_TITLE, LONGEST_TEXT
from lk.language import N_
from lk.outcome import Refused
from lk.readings.forms import number_in
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "added": N_("Ответ добавлен."),
    "changed": N_("Ответ изменён. Отправленные раньше письма остались прежними."),
    "removed": N_("Ответ убран из списка."),
}


class CannedAnswersController(Controller):
    path = "/support/answers"

    @get("/", name="canned_answers")
    async def answers(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/")
    async def add(self, request: Request) -> Response[Any]:
        fields = await typed(request)
        try:
            title, text = parse_canned(fields)
        except Refused as refusal:
            return await _page(request, fields=fields, refusal=refusal)
        await add_canned(title, text, viewer_in(request).actor(address_of(request)))
        return see_other("/support/answers?done=added")

    @get("/{answer_id:str}")
    async def answer(self, request: Request, answer_id: FromPath[str]) -> Response[str]:
        found = await _found(answer_id)
        return await _page(request, found, {"title": found.title, "text": found.text})

    @post("/{answer_id:str}")
    async def change(self, request: Request, answer_id: FromPath[str]) -> Response[Any]:
        found, fields = await _found(answer_id), await typed(request)
        try:
            title, text = parse_canned(fields)
        except Refused as refusal:
            return await _page(request, found, fields, refusal)
        await change_canned(found.id, title, text, viewer_in(request).actor(address_of(request)))
        return see_other("/support/answers?done=changed")

    @post("/{answer_id:str}/removal")
    async def remove(self, request: Request, answer_id: FromPath[str]) -> Response[Any]:
        """Once more changes nothing."""
        number = number_in(answer_id)
        if number is None:
            raise NotFoundException
        await remove_canned(number, viewer_in(request).actor(address_of(request)))
        return see_other("/support/answers?done=removed")


async def _found(typed_id: str) -> Canned:
    """Raises NotFoundException."""
    number = number_in(typed_id)
    found = await canned_answer(number) if number is not None else None
    if found is None:
        raise NotFoundException
    return found


async def _page(
    request: Request,
    changed: Canned | None = None,
    fields: Mapping[str, str] | None = None,
    refusal: Refused | None = None,
) -> Response[str]:
    """The list, or one of it to change."""
    return page(
        request,
        "feedback/canned.html",
        status=422 if refusal else 200,
        active_tab="questions",
        answers=await canned_answers() if changed is None else [],
        changed=changed,
        typed=fields or {},
        errors={problem.field: sentence(problem) for problem in refusal.problems} if refusal else {},
        done=done_words(DONE, request.query_params.get("done", "")),
        longest_text=LONGEST_TEXT,
        longest_title=LONGEST_CANNED_TITLE,
    )
