"""A linked card: its states, its last month, the request that links one. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, assert_never

from lk.acquirer.answers import Unknown
from lk.acquirer.methods import Linked, LinkOutcome, LinkPending, LinkRefused
from lk.identity.rules import Limit
from lk.period import Period

LINKS_PER_USER = Limit(10, timedelta(days=1))

PAGE_OPEN_FOR = timedelta(hours=1)
"""So long the acquirer's page waits for a card; nobody ever saw the page of a link whose answer was lost."""

WARNED_MONTHS = 2
"""The last months of a card, its very last one among them, in which its owner is warned."""

ASKED_FOR = timedelta(days=2)
"""Longer than any page is open: what the acquirer has not ended by then it does not know."""

YOUNG_FOR = timedelta(minutes=10)
"""So long an open link is asked about often: its owner waits."""
PAUSE, LATER_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
_RETURN_PAUSE = timedelta(seconds=3)


class CardStatus(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"
    UNLINKED = "unlinked"

    @property
    def is_open(self) -> bool:
        """Its end is not known yet."""
        return self in (CardStatus.CREATED, CardStatus.PENDING)


class Term(StrEnum):
    """How long a card is good for."""

    GOOD = "good"
    ENDS_SOON = "ends_soon"
    OVER = "over"


class Step(StrEnum):
    """How to learn the end of an open link."""

    ASK = "ask"
    SEND_AGAIN = "send_again"
    GIVE_UP = "give_up"


def term(expires: Period | None, today: date) -> Term:
    """`expires` is the card's last month; one that the acquirer does not tell is taken for far off."""
    if expires is None:
        return Term.GOOD
    months_left = expires - Period.of(today)
    if months_left < 0:
        return Term.OVER
    return Term.ENDS_SOON if months_left < WARNED_MONTHS else Term.GOOD


def link_key(user_id: int, nonce: str) -> str:
    """The same form sent twice is the same link."""
    return f"card:{user_id}:{nonce}"


def lock_of(user_id: int) -> str:
    """Whoever links, charges or unlinks a card of this user holds it."""
    return f"cards of {user_id}"


def link_body(return_url: str) -> dict[str, Any]:
    """`POST /payment_methods` of the acquirer's API."""
    return {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": return_url}}


def next_status(current: CardStatus, outcome: LinkOutcome) -> CardStatus | None:
    """Where an outcome moves a link: forward only. None: it says nothing new."""
    if not current.is_open:
        return None
    match outcome:
        case Linked():
            return CardStatus.ACTIVE
        case LinkRefused():
            return CardStatus.REFUSED
        case LinkPending():
            return CardStatus.PENDING
        case Unknown():
            return None
        case _:
            assert_never(outcome)


def next_step(status: CardStatus, is_known_there: bool, age: timedelta) -> Step | None:
    """`is_known_there`: the acquirer's id of the link is known. None: it has ended."""
    if not status.is_open:
        return None
    if is_known_there:
        return Step.ASK
    return Step.SEND_AGAIN if age < PAGE_OPEN_FOR else Step.GIVE_UP


def may_ask_on_return(asked_ago: timedelta | None) -> bool:
    """The owner came back from the acquirer's page and is waiting. None: nobody has asked yet."""
    return asked_ago is None or asked_ago >= _RETURN_PAUSE
