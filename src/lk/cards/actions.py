"""Link a card on the acquirer's page and learn what became of it: only the acquirer's answer is believed."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from piccolo.columns.combination import Or

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.acquirer.answers import Unknown
from lk.acquirer.gateway import frozen, gateway
from lk.acquirer.methods import LinkRefused
from lk.actor import Actor
from lk.cards.asking import claim_asking
from lk.cards.rules import (
    ASKED_FOR,
    LATER_PAUSE,
    LINKS_PER_USER,
    PAUSE,
    YOUNG_FOR,
    CardStatus,
    Step,
    link_body,
    link_key,
    lock_of,
    may_ask_on_return,
    next_step,
)
from lk.cards.settling import card_with_id, settle
from lk.cards.tables import Card
from lk.config import settings
from lk.identity import limits
from lk.outcome import refuse
from lk.tokens import new_public_id

log = structlog.get_logger()

BATCH = 50
AT_ONCE = 10


async def start_link(account: AccountView, user_id: int, actor: Actor, nonce: str) -> Card:
    """The card as it stands after the first call; the same form sent again gives the same card.

    `nonce` is the form's. Raises Refused: `no_access`, `too_many_links`.
    """
    key = link_key(user_id, nonce)
    async with db.write(f"account {account.id}", lock_of(user_id)):
        card = await Card.objects().where(Card.key == key).first()
        if card is None:
            card = await _intend(account, user_id, actor, key)
    if card.status == CardStatus.CREATED:
        await _learn(card)
    return await card_with_id(card.id)


async def ask_link(user_id: int, public_id: str) -> None:
    """Its owner is back and waits: the acquirer is asked now, unless it was a moment ago."""
    card = await Card.objects().where((Card.user_id == user_id) & (Card.public_id == public_id)).first()
    if card is not None and may_ask_on_return(clock.now() - card.asked_at if card.asked_at else None):
        await _ask(card)


async def ask_open_links() -> int:
    """Asks about every open link whose time it is, at most so many in one call; how many were asked about."""
    asked = 0
    due = await _due()
    for at in range(0, len(due), AT_ONCE):
        asked += sum(await asyncio.gather(*map(_ask, due[at : at + AT_ONCE])))
    return asked


async def take_method_event(object_id: str) -> bool:
    """A notice is only a reason to ask. False: it could not be dealt with now, and should be sent again."""
    card = await Card.objects().where(Card.acquirer_id == object_id).first()
    if card is None or not CardStatus(card.status).is_open:
        log.info("acquirer_event_of_no_open_link")
        return True
    outcome = await gateway().ask_method(object_id)
    if isinstance(outcome, Unknown):
        return outcome.code == "http_404"
    await settle(card.id, outcome)
    return True


async def _intend(account: AccountView, user_id: int, actor: Actor, key: str) -> Card:
    """The row that is there before the acquirer is called. Inside `write()`. Raises Refused."""
    await _check_holder(account.id, user_id)
    if await limits.is_over(LINKS_PER_USER, "card_link", subject=str(user_id)):
        raise refuse("too_many_links")
    public_id = new_public_id()
    card = Card(
        public_id=public_id,
        user_id=user_id,
        account_id=account.id,
        key=key,
        body=frozen(link_body(f"{settings().public_url}/accounts/{account.public_id}/cards/{public_id}")),
        status=CardStatus.CREATED,
        created_at=clock.now(),
    )
    await db.insert_once(card, Card.key)
    await limits.note("card_link", subject=str(user_id), address=actor.address)
    return card


async def _check_holder(account_id: int, user_id: int) -> None:
    """Asked again inside the transaction, so that access ended a moment ago has ended. Raises Refused."""
    rows = await db.read(
        "SELECT id FROM accesses WHERE account_id = {} AND user_id = {} AND role = 'holder' AND ended_at IS NULL",
        account_id,
        user_id,
    )
    if not rows:
        raise refuse("no_access")


async def _ask(card: Card) -> bool:
    """False where the link has ended or somebody else is asking."""
    if not CardStatus(card.status).is_open or not await claim_asking("cards", card):
        return False
    await _learn(card)
    return True


async def _learn(card: Card) -> None:
    match next_step(CardStatus(card.status), card.acquirer_id is not None, clock.now() - card.created_at):
        case Step.ASK:
            await settle(card.id, await gateway().ask_method(card.acquirer_id or ""))
        case Step.SEND_AGAIN:
            await settle(card.id, await gateway().create_method(card.key, card.body))
        case Step.GIVE_UP:
            await settle(card.id, LinkRefused())


async def _due() -> list[Card]:
    """Open links whose pause is over, the youngest first: their owners wait."""
    now = clock.now()
    is_young = Card.created_at > now - YOUNG_FOR
    return (
        await Card.objects()
        .where(
            Card.status.is_in([CardStatus.CREATED, CardStatus.PENDING])
            & (Card.created_at > now - ASKED_FOR)
            & ((is_young & _asked_before(now - PAUSE)) | _asked_before(now - LATER_PAUSE))
        )
        .order_by(Card.created_at, ascending=False)
        .limit(BATCH)
    )


def _asked_before(instant: datetime) -> Or:
    return (Card.asked_at <= instant) | (Card.asked_at.is_null() & (Card.created_at <= instant))
