"""Change of e-mail: asked for in the profile, agreed to by a letter's link to each address."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.actor import Actor
from lk.identity import emails
from lk.identity.forms import parse_email, shown_again
from lk.identity.messages import by_field
from lk.identity.queries import email_of
from lk.outcome import Refused
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class OwnEmailController(Controller):
    path = "/profile/email"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def email_page(self, request: Request) -> Response[str]:
        return await _email_page(request)

    @post("/")
    async def ask(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            await emails.ask_change(viewer_in(request), parse_email(values), address=address_of(request))
        except Refused as refusal:
            return await _email_page(request, refusal, shown_again(values.get("email", "")))
        return see_other("/profile/email")

    @post("/cancellation")
    async def call_off(self, request: Request) -> Response[Any]:
        viewer = viewer_in(request)
        change = await emails.change_of(viewer.user_id)
        if change is not None:
            await emails.call_off(change, viewer.actor(address_of(request)))
        return see_other("/profile/email")


class EmailChangeController(Controller):
    """By the letter's link, signed in or not; opening it changes nothing."""

    path = "/email-change/{change:str}"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def change_page(self, request: Request, change: FromPath[str]) -> Response[str]:
        found = await emails.change_by(change)
        if found is None:
            return page(request, "identity/email_change.html", status=410, change=None, said=None)
        return page(request, "identity/email_change.html", change=found, token=change, said=None)

    @post("/")
    async def agree(self, request: Request, change: FromPath[str]) -> Response[str]:
        try:
            is_done = await emails.agree(change, address=address_of(request))
        except Refused:
            return page(request, "identity/email_change.html", status=410, change=None, said=None)
        return page(request, "identity/email_change.html", change=None, said="done" if is_done else "half")

    @post("/cancellation")
    async def call_off(self, request: Request, change: FromPath[str]) -> Response[str]:
        found = await emails.change_by(change)
        if found is not None:
            await emails.call_off(found, Actor(address=address_of(request)))
        return page(request, "identity/email_change.html", change=None, said="off")


async def _email_page(request: Request, refusal: Refused | None = None, email: str = "") -> Response[str]:
    viewer = viewer_in(request)
    return page(
        request,
        "identity/own_email.html",
        status=422 if refusal else 200,
        active_tab="profile",
        now_email=await email_of(viewer.user_id),
        change=await emails.change_of(viewer.user_id),
        email=email,
        errors=by_field(refusal.problems) if refusal else [],
    )
