"""`/language`: in which language this browser reads the site."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, post

from lk.identity.forms import parse_next
from lk.language import folded_language
from lk.web import Request, language_cookie, see_other, typed


class LanguageController(Controller):
    @post("/language")
    async def choose(self, request: Request) -> Response[Any]:
        """Back to the page that was read. What lk does not speak changes nothing."""
        values = await typed(request)
        chosen = folded_language(values.get("language"))
        answer = see_other(parse_next(values.get("back", "")) or "/")
        if chosen is not None:
            answer.set_cookie(language_cookie(chosen))
        return answer
