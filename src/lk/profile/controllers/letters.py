"""`/profile/letters`, and the page behind the last line of a letter that one may do without."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.actor import Actor
from lk.language import _, speak
from lk.notifications.messages import KINDS
from lk.notifications.queries import language_of
from lk.notifications.rules import OPTIONAL
from lk.outcome import Refused
from lk.profile.forms import parse_preferences
from lk.profile.messages import by_field
from lk.profile.preferences import SentLetter, call_off, choose_preferences, letter_by, preferences_of
from lk.web import Request, address_of, chosen_language, language_cookie, page, see_other, typed, viewer_in


class LettersController(Controller):
    path = "/profile/letters"

    @get("/")
    async def letters(self, request: Request) -> Response[str]:
        return await _letters_page(request)

    @post("/")
    async def choose(self, request: Request) -> Response[Any]:
        viewer = viewer_in(request)
        try:
            chosen = parse_preferences(await typed(request))
        except Refused as refusal:
            return await _letters_page(request, refusal)
        before = await language_of(viewer.user_id)
        await choose_preferences(viewer.user_id, chosen, viewer.actor(address_of(request)))
        answer = see_other("/profile?done=letters")
        # Whoever reads in another language for now and chose other letters goes on reading in it.
        if chosen.language != before:
            answer.set_cookie(language_cookie(chosen.language))
        return answer


class LettersOffController(Controller):
    """The link is the right to it: a mailbox's own button posts here too, without a cookie (RFC 8058)."""

    path = "/letters-off/{letter:str}"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def off_page(self, request: Request, letter: FromPath[str]) -> Response[str]:
        return await _off_page(request, letter, await letter_by(letter))

    @post("/")
    async def off(self, request: Request, letter: FromPath[str]) -> Response[str]:
        found = await letter_by(letter)
        if found is not None:
            await call_off(found, Actor(found.user_id, address=address_of(request)))
        return await _off_page(request, letter, found, is_done=True)


async def _letters_page(request: Request, refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "profile/letters.html",
        status=422 if refusal else 200,
        active_tab="profile",
        preferences=await preferences_of(viewer_in(request).user_id),
        kinds=[(kind, _(KINDS[kind])) for kind in OPTIONAL],
        errors=by_field(refusal.problems) if refusal else [],
    )


async def _off_page(request: Request, letter: str, found: SentLetter | None, *, is_done: bool = False) -> Response[str]:
    # The route is a machine's too, so that nobody has asked yet in which language its page is read.
    speak(chosen_language(request) or await language_of(found.user_id if found else None))
    return page(
        request,
        "profile/letters_off.html",
        status=200 if found else 410,
        letter=letter,
        words=_(KINDS[found.kind]) if found else "",
        is_done=is_done,
    )
