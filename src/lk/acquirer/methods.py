"""What an answer about a payment method means: a card that is being linked."""

from __future__ import annotations

from dataclasses import dataclass

from lk.acquirer.answers import (
    NOT_UNDERSTOOD,
    SavedCard,
    Unknown,
    is_of_own_fields,
    page_in,
    parsed,
    saved_card,
    text_in,
)


@dataclass(frozen=True, slots=True)
class Linked:
    card: SavedCard


@dataclass(frozen=True, slots=True)
class LinkPending:
    """`confirmation_url` is the page where the card is typed; None once the page has done its part."""

    acquirer_id: str
    confirmation_url: str | None


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """`acquirer_id` is None where the acquirer refused to begin."""

    acquirer_id: str | None = None


LinkOutcome = Linked | LinkPending | LinkRefused | Unknown


def method_created(status: int, content: bytes) -> LinkOutcome:
    """The answer to a request to link."""
    if status in (400, 422):
        return LinkRefused() if is_of_own_fields(content) else Unknown("refused", is_alarm=True)
    return method_shown(status, content)


def method_shown(status: int, content: bytes) -> LinkOutcome:
    """The answer to a question about one payment method."""
    if status != 200:
        return Unknown(f"http_{status}", is_alarm=400 <= status < 500)
    return _outcome(parsed(content))


def _outcome(method: object) -> LinkOutcome:
    try:
        if not isinstance(method, dict):
            return NOT_UNDERSTOOD
        found, card = text_in(method["id"]), saved_card(method)
        match method["status"]:
            case "active":
                return Linked(card) if card else NOT_UNDERSTOOD
            case "pending":
                return LinkPending(found, page_in(method.get("confirmation")))
            case "inactive":
                return LinkRefused(found)
            case _:
                return NOT_UNDERSTOOD
    except (KeyError, ValueError):
        return NOT_UNDERSTOOD
