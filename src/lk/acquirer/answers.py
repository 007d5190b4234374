"""What an answer of the acquirer means. Never "failed" from an error: what is not said plainly is unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lk.money import parse_rubles
from lk.period import Period

_BRAND_LONGEST = 20


@dataclass(frozen=True, slots=True)
class SavedCard:
    """The acquirer's payment method: all that is ever known of a card. `last_four` may be empty."""

    acquirer_id: str
    last_four: str
    brand: str
    expires: Period | None


REQUEST_REFUSED = "request_refused"
"""The reason of a payment whose own fields the acquirer refused: it never began."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whose payment it is, in the acquirer's own words. `intent_id` is ours, `card` the last four digits or empty.

    `saved`: the card that the payment made a linked one. `refunded_kopecks`: what of it went back.
    """

    acquirer_id: str
    intent_id: str
    amount_kopecks: int
    card: str = ""
    saved: SavedCard | None = None
    refunded_kopecks: int = 0


@dataclass(frozen=True, slots=True)
class Succeeded:
    told: Told
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """`confirmation_url` is the page where the payer goes on; None once the page has done its part."""

    told: Told
    confirmation_url: str | None = None


@dataclass(frozen=True, slots=True)
class Canceled:
    """`told` is None where the acquirer refused to begin."""

    reason: str
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything may have happened. `is_alarm`: it won't pass by itself, somebody has to look."""

    code: str
    is_alarm: bool = False


Outcome = Succeeded | Pending | Canceled | Unknown

UNREACHABLE = Unknown("unreachable")
UNSENT = Unknown("unsent")
NOT_UNDERSTOOD = Unknown("not_understood", is_alarm=True)


def created(status: int, content: bytes) -> Outcome:
    """The answer to a create."""
    if status in (400, 422):
        return _refused(content)
    return shown(status, content)


def shown(status: int, content: bytes) -> Outcome:
    """The answer to a question about one payment."""
    if status == 200:
        return payment_outcome(parsed(content))
    return Unknown(f"http_{status}", is_alarm=400 <= status < 500)


def listed(status: int, content: bytes) -> tuple[list[Any], str | None] | Unknown:
    """The payments of one page of a list, and the cursor of the next page."""
    if status != 200:
        return Unknown(f"http_{status}", is_alarm=400 <= status < 500)
    page = parsed(content)
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        return NOT_UNDERSTOOD
    cursor = page.get("next_cursor")
    return page["items"], cursor if isinstance(cursor, str) and cursor else None


def intent_of(payment: object) -> str | None:
    """`metadata.intent_id` of a payment object."""
    metadata = payment.get("metadata") if isinstance(payment, dict) else None
    found = metadata.get("intent_id") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else None


def payment_outcome(payment: object) -> Outcome:
    """A payment object of the API → outcome."""
    try:
        return _outcome(payment)
    except (KeyError, TypeError, ValueError):
        return NOT_UNDERSTOOD


def _outcome(payment: Any) -> Outcome:
    told = Told(
        acquirer_id=text_in(payment["id"]),
        intent_id=intent_of(payment) or "",
        amount_kopecks=kopecks_in(payment["amount"]),
        card=last_four(payment.get("payment_method")),
        saved=saved_card(payment.get("payment_method")),
        refunded_kopecks=kopecks_in(payment["refunded_amount"]) if payment.get("refunded_amount") else 0,
    )
    match payment["status"]:
        case "succeeded":
            return Succeeded(told, _instant(payment.get("captured_at")))
        case "canceled":
            return Canceled(text_in(payment["cancellation_details"]["reason"]), told)
        case "pending" | "waiting_for_capture":
            return Pending(told, page_in(payment.get("confirmation")))
        case _:
            return NOT_UNDERSTOOD


def _refused(content: bytes) -> Outcome:
    return Canceled(REQUEST_REFUSED) if is_of_own_fields(content) else Unknown("refused", is_alarm=True)


def is_of_own_fields(content: bytes) -> bool:
    """A refusal that names one of the request's own fields began nothing; any other, as of the key, says nothing."""
    problem = parsed(content)
    field = problem.get("parameter") if isinstance(problem, dict) and problem.get("type") == "error" else None
    return isinstance(field, str) and bool(field) and field.casefold() != "idempotence-key"


def parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def text_in(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a text")
    return value


def kopecks_in(amount: Mapping[str, str]) -> int:
    if amount["currency"] != "RUB":
        raise ValueError("not rubles")
    return parse_rubles(amount["value"])


def page_in(confirmation: Any) -> str | None:
    """Only what a browser opens as a page ever becomes a link."""
    url = confirmation.get("confirmation_url") if isinstance(confirmation, dict) else None
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def _instant(text: str | None) -> datetime | None:
    instant = datetime.fromisoformat(text) if text else None
    return instant if instant is not None and instant.tzinfo else None


def saved_card(method: Any) -> SavedCard | None:
    """None where the payment method is not kept for later charges."""
    if not isinstance(method, dict) or method.get("saved") is not True:
        return None
    found = method.get("id")
    if not isinstance(found, str) or not found:
        return None
    card = method.get("card")
    details = card if isinstance(card, dict) else {}
    return SavedCard(found, last_four(method), _brand(details.get("card_type")), _last_month(details))


def last_four(method: Any) -> str:
    """Four digits and never more, whatever the acquirer sends."""
    card = method.get("card") if isinstance(method, dict) else None
    digits = card.get("last4") if isinstance(card, dict) else None
    return digits if isinstance(digits, str) and len(digits) == 4 and _is_digits(digits) else ""


def _brand(name: object) -> str:
    return name if isinstance(name, str) and len(name) <= _BRAND_LONGEST and name.replace(" ", "").isalpha() else ""


def _last_month(card: Mapping[str, object]) -> Period | None:
    year, month = card.get("expiry_year"), card.get("expiry_month")
    if not (isinstance(year, str) and isinstance(month, str) and len(year) == 4 and len(month) <= 2):
        return None
    if not _is_digits(year + month) or not 1 <= int(month) <= 12:
        return None
    return Period(int(year), int(month))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
