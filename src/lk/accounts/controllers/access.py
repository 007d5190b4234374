"""Who reaches an account: the holder invites and removes, a helper comes in by a letter's link and may leave."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath

from lk.accounts import inviting
from lk.accounts.messages import by_field
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.identity.forms import parse_email, shown_again
from lk.identity.known_devices import remember
from lk.identity.phrases import offered_phrase
from lk.identity.rules import RESIDENT_COOKIE_SECONDS
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, cookie_in, device_of, page, see_other, typed, viewer_in


class AccessController(Controller):
    path = "/accounts/{account_id:str}/access"

    @get("/", name="access")
    async def access(self, request: Request) -> Response[str]:
        return await _access_page(request)

    @post("/")
    async def invite(self, request: Request) -> Response[Any]:
        values = await typed(request)
        try:
            await inviting.invite(_account(request), parse_email(values), _actor(request))
        except Refused as refusal:
            return await _access_page(request, refusal, shown_again(values.get("email", "")))
        return _back(request)

    @post("/invitations/{invitation_id:int}/withdrawal")
    async def withdraw(self, request: Request, invitation_id: FromPath[int]) -> Response[Any]:
        await inviting.withdraw(_account(request).id, invitation_id, _actor(request))
        return _back(request)

    @post("/{access_id:int}/removal")
    async def remove(self, request: Request, access_id: FromPath[int]) -> Response[Any]:
        await inviting.remove_helper(_account(request).id, access_id, _actor(request))
        return _back(request)

    @post("/leaving")
    async def leave(self, request: Request) -> Response[Any]:
        await inviting.leave(_account(request).id, viewer_in(request).user_id, _actor(request))
        return see_other("/accounts")


class InvitationController(Controller):
    path = "/invitation/{invitation:str}"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def invitation_page(self, request: Request, invitation: FromPath[str]) -> Response[str]:
        return await _invitation_page(request, invitation)

    @post("/")
    async def accept(self, request: Request, invitation: FromPath[str]) -> Response[Any]:
        viewer, values = viewer_in(request), await typed(request)
        try:
            if viewer is not None:
                public_id = await inviting.accept(invitation, viewer.user_id, viewer.actor(address_of(request)))
                return see_other(f"/accounts/{public_id}")
            session, user_id, public_id = await inviting.accept_anew(
                invitation,
                values.get("new_login", "").strip(),
                values.get("new_password", ""),
                address=address_of(request),
                device=device_of(request),
            )
        except Refused as refusal:
            return await _invitation_page(request, invitation, refusal, shown_again(values.get("new_login", "")))
        device_token = await remember(
            user_id, cookie_in(request, "device"), device=device_of(request), address=address_of(request)
        )
        answer = see_other(f"/accounts/{public_id}")
        answer.set_cookie(cookie("session", session, RESIDENT_COOKIE_SECONDS))
        answer.set_cookie(cookie("device", device_token, RESIDENT_COOKIE_SECONDS))
        return answer


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _actor(request: Request) -> Actor:
    actor: Actor = viewer_in(request).actor(address_of(request))
    return actor


def _back(request: Request) -> Response[str]:
    return see_other(f"/accounts/{_account(request).public_id}/access")


async def _access_page(request: Request, refusal: Refused | None = None, email: str = "") -> Response[str]:
    account, viewer = _account(request), viewer_in(request)
    return page(
        request,
        "accounts/access.html",
        status=422 if refusal else 200,
        active_tab="access",
        accesses=await inviting.accesses_of(account.id),
        invitations=await inviting.invitations_of(account.id),
        is_holder=account.access_role == "holder" and viewer.look_id is None,
        own_access_id=account.access_id if viewer.look_id is None else None,
        email=email,
        errors=by_field(refusal.problems) if refusal else [],
    )


async def _invitation_page(
    request: Request, token: str, refusal: Refused | None = None, new_login: str = ""
) -> Response[str]:
    found = await inviting.invitation_by(token)
    if found is None:
        return page(request, "accounts/invitation_gone.html", status=410)
    return page(
        request,
        "accounts/invitation.html",
        status=422 if refusal else 200,
        invitation=found,
        token=token,
        new_login=new_login or found.email,
        phrase=offered_phrase(),
        errors=by_field(refusal.problems) if refusal else [],
    )
