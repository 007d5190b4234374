"""`/help`: the hotline, and a question in writing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post

from lk.accounts.queries import AccountView, accounts_of
from lk.feedback.asking import ask_as_user, ask_by_email, refuse_if_too_many
from lk.feedback.busy import BUSY
from lk.feedback.controllers.uploads import FILE_TYPES, MOST_BODY, attached, on_too_much
from lk.feedback.forms import parse_question
from lk.feedback.messages import choices_of_subjects, sentence
from lk.feedback.rules import LONGEST_TEXT, LONGEST_TITLE
from lk.identity.queries import Viewer, email_of
from lk.language import _
from lk.outcome import Refused
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class HelpController(Controller):
    path = "/help"

    @get("/", name="help")
    async def help(self, request: Request) -> Response[str]:
        return await _page(request, {})

    @post("/", request_max_body_size=MOST_BODY, exception_handlers={413: on_too_much, **BUSY})
    async def ask(self, request: Request) -> Response[Any]:
        viewer, fields, address = viewer_in(request), await typed(request), address_of(request)
        try:
            question = parse_question(fields, wants_email=viewer is None)
            user_id = viewer.user_id if viewer else None
            await refuse_if_too_many(user_id, question.email, address)
            files = await attached(request)
            if viewer is None:
                await ask_by_email(question, files, address=address)
                return see_other("/help/sent")
            asked = await ask_as_user(viewer.user_id, question, files, viewer.actor(address))
        except Refused as refusal:
            return await _page(request, fields, refusal)
        return see_other(f"/help/questions/{asked.public_id}?done=asked")

    @get("/sent")
    async def sent(self, request: Request) -> Response[str]:
        return page(request, "feedback/sent.html")


async def _page(request: Request, fields: Mapping[str, str], refusal: Refused | None = None) -> Response[str]:
    viewer: Viewer | None = viewer_in(request)
    may_ask = viewer is None or not viewer.is_agent
    accounts = await accounts_of(viewer.user_id) if viewer and may_ask else []
    return page(
        request,
        "feedback/help.html",
        status=422 if refusal else 200,
        active_tab="help",
        may_ask=may_ask,
        subjects=choices_of_subjects(),
        accounts=_choices(accounts),
        email=await email_of(viewer.user_id) if viewer and may_ask else None,
        typed=fields,
        form_key=fields.get("form") or new_public_id(24),
        errors={problem.field: sentence(problem) for problem in refusal.problems} if refusal else {},
        longest_text=LONGEST_TEXT,
        longest_title=LONGEST_TITLE,
        file_types=FILE_TYPES,
    )


def _choices(accounts: list[AccountView]) -> list[tuple[str, str]]:
    """The first one is chosen until another is."""
    return [*((each.public_id, each.title) for each in accounts), ("", _("Вопрос не о квартире"))] if accounts else []
