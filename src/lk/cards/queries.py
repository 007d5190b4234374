"""The cards of a user, as pages show them and as charges need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.cards.rules import CardStatus, Term, term
from lk.period import Period


@dataclass(frozen=True, slots=True)
class CardView:
    """A linked card; `autopays`: on how many accounts it pays by itself."""

    public_id: str
    brand: str
    last_four: str
    expires: Period | None
    linked_at: datetime
    autopays: int

    @property
    def term(self) -> Term:
        return term(self.expires, clock.today())


@dataclass(frozen=True, slots=True)
class LinkView:
    """A card at any point of its life, for the page that its owner comes back to."""

    public_id: str
    status: CardStatus
    confirmation_url: str | None
    brand: str
    last_four: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Chargeable:
    """What a charge needs; `acquirer_id` is the acquirer's payment method."""

    id: int
    acquirer_id: str
    last_four: str


async def cards_of(user_id: int) -> list[CardView]:
    """Linked ones, newest first."""
    return await db.read_as(
        CardView,
        "SELECT c.public_id, c.brand, c.last_four, c.expires, c.linked_at, "
        "(SELECT count(*) FROM autopays ap WHERE ap.card_id = c.id AND ap.ended_at IS NULL) AS autopays "
        "FROM cards c WHERE c.user_id = {} AND c.status = 'active' ORDER BY c.linked_at DESC, c.id DESC",
        user_id,
    )


async def link_of(user_id: int, public_id: str) -> LinkView | None:
    """None where it is nobody's, or somebody else's."""
    return await db.read_one_as(
        LinkView,
        "SELECT public_id, status, confirmation_url, brand, last_four, created_at FROM cards "
        "WHERE user_id = {} AND public_id = {}",
        user_id,
        public_id,
    )


async def chargeable(user_id: int, public_id: str) -> Chargeable | None:
    """A linked card of this very user; asked inside `write()` under `rules.lock_of` it stays linked until its end."""
    return await db.read_one_as(
        Chargeable,
        "SELECT id, acquirer_id, last_four FROM cards WHERE user_id = {} AND public_id = {} AND status = 'active'",
        user_id,
        public_id,
    )


async def is_linked(card_id: int) -> bool:
    return bool(await db.read("SELECT id FROM cards WHERE id = {} AND status = 'active'", card_id))
