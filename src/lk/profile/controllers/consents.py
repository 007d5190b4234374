"""`/profile/consents`: each consent a form of its own."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.outcome import Refused
from lk.profile.consents import give_consent, live_consents, withdraw_consent
from lk.profile.forms import parse_consent
from lk.profile.messages import by_field
from lk.profile.rules import CONSENTS, version_day
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class ConsentsController(Controller):
    path = "/profile/consents"

    @get("/")
    async def consents(self, request: Request) -> Response[str]:
        return await _consents_page(request)

    @post("/{consent:str}")
    async def give(self, request: Request, consent: FromPath[str]) -> Response[Any]:
        viewer, kind = viewer_in(request), _known(consent)
        try:
            version = parse_consent(kind, await typed(request))
            await give_consent(viewer.user_id, kind, version, viewer.actor(address_of(request)))
        except Refused as refusal:
            return await _consents_page(request, refusal)
        return see_other("/profile/consents")

    @post("/{consent:str}/withdrawal")
    async def withdraw(self, request: Request, consent: FromPath[str]) -> Response[Any]:
        viewer = viewer_in(request)
        await withdraw_consent(viewer.user_id, _known(consent), viewer.actor(address_of(request)))
        return see_other("/profile/consents")


def _known(consent: str) -> str:
    if consent not in CONSENTS:
        raise NotFoundException
    return consent


async def _consents_page(request: Request, refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "profile/consents.html",
        status=422 if refusal else 200,
        active_tab="profile",
        texts=CONSENTS.items(),
        given=await live_consents(viewer_in(request).user_id),
        version_day=version_day,
        errors=by_field(refusal.problems) if refusal else [],
    )
