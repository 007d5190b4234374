"""Write down, once, what became of a link: the card's row, the history, the letter."""

from __future__ import annotations

import structlog

from lk import clock, db
from lk.acquirer.answers import SavedCard, Unknown
from lk.acquirer.methods import Linked, LinkOutcome, LinkPending, LinkRefused
from lk.actor import Actor
from lk.cards.rules import CardStatus, lock_of, next_status
from lk.cards.tables import Card
from lk.history.actions import record
from lk.identity.queries import email_of, is_open
from lk.notifications.actions import queue
from lk.tokens import new_public_id

log = structlog.get_logger()


async def settle(card_id: int, outcome: LinkOutcome) -> None:
    """Moves a link forward by what the acquirer said. Raises LookupError."""
    async with db.write(lock_of((await card_with_id(card_id)).user_id)):
        card = await card_with_id(card_id)
        if not _is_its_own(card, outcome):
            return
        match next_status(CardStatus(card.status), outcome), outcome:
            case CardStatus.ACTIVE, Linked(saved) if await is_open(card.user_id):
                await _become_linked(card, saved)
            case CardStatus.PENDING, LinkPending(acquirer_id, page):
                await _move(card, CardStatus.PENDING, acquirer_id, page)
            case CardStatus.ACTIVE | CardStatus.REFUSED, _:
                # A cabinet that was closed meanwhile links nothing any more.
                await _move(card, CardStatus.REFUSED, card.acquirer_id, None)


async def keep_card(saved: SavedCard, *, user_id: int, account_id: int, key: str) -> None:
    """A card that was typed for a payment and is kept by the payer's wish. Inside `write()` under `lock_of`.

    One that is known already stays as it is; a closed cabinet keeps none.
    """
    if not await is_open(user_id):
        return
    card = Card(
        public_id=new_public_id(),
        user_id=user_id,
        account_id=account_id,
        key=key,
        body="",
        status=CardStatus.ACTIVE,
        acquirer_id=saved.acquirer_id,
        brand=saved.brand,
        last_four=saved.last_four,
        expires=saved.expires.number if saved.expires else None,
        created_at=clock.now(),
        linked_at=clock.now(),
    )
    if await db.insert_once(card):
        await _tell(card, saved)


async def card_with_id(card_id: int) -> Card:
    """Raises LookupError."""
    card = await Card.objects().where(Card.id == card_id).first()
    if card is None:
        raise LookupError(f"no card {card_id}")
    return card


def _is_its_own(card: Card, outcome: LinkOutcome) -> bool:
    """The acquirer's id has to be this link's: anything else is for a person to look at."""
    match outcome:
        case Unknown(code, is_alarm):
            if is_alarm:
                log.error("card_link_unknown", card_id=card.id, code=code)
            return True
        case Linked(saved):
            told: str | None = saved.acquirer_id
        case LinkPending(acquirer_id) | LinkRefused(acquirer_id):
            told = acquirer_id
    is_own = told is None or card.acquirer_id in (None, told)
    if not is_own:
        log.error("card_link_contradicted", card_id=card.id)
    return is_own


async def _become_linked(card: Card, saved: SavedCard) -> None:
    await db.execute(
        "UPDATE cards SET status = 'active', acquirer_id = {}, confirmation_url = NULL, brand = {}, last_four = {}, "
        "expires = {}, linked_at = {} WHERE id = {}",
        saved.acquirer_id,
        saved.brand,
        saved.last_four,
        saved.expires.number if saved.expires else None,
        clock.now(),
        card.id,
    )
    await _tell(card, saved)


async def _tell(card: Card, saved: SavedCard) -> None:
    """A card is its user's: nobody else who reaches the account reads of it in the history."""
    await record("card_linked", user_id=card.user_id, actor=Actor(card.user_id), last_four=saved.last_four)
    email = await email_of(card.user_id)
    if email:
        await queue("card_linked", email, key=f"card_linked:{card.id}", user_id=card.user_id, card=saved.last_four)


async def _move(card: Card, status: CardStatus, acquirer_id: str | None, page: str | None) -> None:
    await db.execute(
        "UPDATE cards SET status = {}, acquirer_id = {}, confirmation_url = {} WHERE id = {}",
        status,
        acquirer_id,
        page,
        card.id,
    )
