"""Pages of cards: the list, and the page to which the acquirer's sends its owner back."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView
from lk.cards.actions import ask_link, start_link
from lk.cards.forms import parse_link
from lk.cards.messages import card_name, sentence
from lk.cards.names import alike
from lk.cards.queries import LinkView, cards_of, link_of
from lk.identity.rules import is_confirmed
from lk.outcome import Problem, Refused
from lk.tokens import new_public_id
from lk.web import Request, address_of, go, is_waiting, page, see_other, typed, viewer_in, wait_until


class CardsController(Controller):
    path = "/accounts/{account_id:str}/cards"

    @get("")
    async def cards(self, request: Request) -> Response[str]:
        return await _cards(request)

    @post("")
    async def link(self, request: Request) -> Response[Any]:
        """On to the acquirer's page, where the card is typed."""
        account, viewer = _account(request), viewer_in(request)
        try:
            nonce = parse_link(await typed(request))
            card = await start_link(account, viewer.user_id, viewer.actor(address_of(request)), nonce)
        except Refused as refusal:
            return await _cards(request, refusal.problems)
        return see_other(card.confirmation_url or _path(account, card.public_id))

    @get("/{card_id:str}")
    async def card(self, request: Request, card_id: FromPath[str]) -> Response[str]:
        """Where the acquirer's page sends its owner back to."""
        link = await _asked(request, card_id)
        shown = {**_shown(request, link), "is_alike": await _is_alike(request, link)}
        return page(request, "cards/card.html", active_tab="cards", wait_until=wait_until(), **shown)

    @get("/{card_id:str}/state")
    async def state(self, request: Request, card_id: FromPath[str]) -> Response[Any]:
        """Asked by the card's page while it waits; once there is news, the page is shown anew."""
        link = await _asked(request, card_id)
        has_page = link.confirmation_url is not None
        if not link.status.is_open or has_page != (request.query_params.get("page") == "yes"):
            return go(request, _path(_account(request), card_id))
        if is_waiting(request):
            return Response(None, status_code=204)
        return page(request, "cards/_wait.html", **_shown(request, link), wait_until=None)


async def _cards(request: Request, problems: tuple[Problem, ...] = ()) -> Response[str]:
    viewer, cards = viewer_in(request), await cards_of(_owner(request))
    names = [card_name(card.brand, card.last_four) for card in cards]
    return page(
        request,
        "cards/page.html",
        status=422 if problems else 200,
        active_tab="cards",
        cards=list(zip(cards, names, alike(cards), strict=True)),
        errors=[(None, sentence(problem)) for problem in problems],
        nonce=new_public_id(),
        is_looking=viewer.is_agent,
        is_fresh=is_confirmed(viewer.confirmed_at, clock.now()),
    )


async def _asked(request: Request, card_id: str) -> LinkView:
    """Whoever looks changes nothing: only the owner's own return asks the acquirer. Raises 404."""
    if not viewer_in(request).is_agent:
        await ask_link(_owner(request), card_id)
    link = await link_of(_owner(request), card_id)
    if link is None:
        raise NotFoundException
    return link


async def _is_alike(request: Request, link: LinkView) -> bool:
    """Another linked card looks the same."""
    cards = await cards_of(_owner(request))
    return any(
        is_alike and card.public_id == link.public_id for card, is_alike in zip(cards, alike(cards), strict=True)
    )


def _shown(request: Request, link: LinkView) -> dict[str, Any]:
    is_looking = viewer_in(request).is_agent
    return {
        "link": link,
        "name": card_name(link.brand, "" if is_looking else link.last_four),
        "card_path": _path(_account(request), link.public_id),
        "is_looking": is_looking,
    }


def _owner(request: Request) -> int:
    """Cards are their user's: of the viewer, or of the holder at whose cabinet an agent looks."""
    return _account(request).access_user_id or 0


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _path(account: AccountView, card_id: str) -> str:
    return f"/accounts/{account.public_id}/cards/{card_id}"
