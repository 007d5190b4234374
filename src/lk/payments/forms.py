"""What is typed into the forms of payments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lk.cards.forms import nonce_in
from lk.ledger.rules import Part
from lk.money import Kopecks, typed_rubles
from lk.outcome import refuse
from lk.payments.means import Means
from lk.payments.rules import Way

_CARD = re.compile(r"[0-9a-z]{12}")
_SIGNS = str.maketrans("", "", "₽")
_ACCOUNT = "account-"


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """`nonce` is the form's own; `warned_of` the payment that the resident was warned of, or empty.

    `owed_shown`: what the form's page said is owed, None where it said nothing. `part`: what is paid.
    """

    amount_kopecks: Kopecks
    nonce: str
    warned_of: str
    means: Means
    owed_shown: int | None
    part: Part

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> PaymentForm:
        """Raises Refused `amount_missing`, `amount_not_a_sum`, `form_stale`."""
        amount = typed.get("amount", "").translate(_SIGNS).strip()
        if not amount:
            raise refuse("amount_missing", "amount")
        try:
            kopecks = typed_rubles(amount)
        except ValueError:
            raise refuse("amount_not_a_sum", "amount") from None
        nonce, means = nonce_in(typed), means_in(typed)
        if nonce is None or means is None:
            raise refuse("form_stale")
        return cls(kopecks, nonce, typed.get("warned_of", ""), means, whole_in(typed, "owed"), part_in(typed))


@dataclass(frozen=True, slots=True)
class TogetherForm:
    """Several accounts by their public ids, one linked card, and the sum on the button."""

    account_ids: frozenset[str]
    card_id: str
    nonce: str
    total_kopecks: int

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> TogetherForm:
        """Raises Refused `form_stale`."""
        nonce, total = nonce_in(typed), whole_in(typed, "total")
        if nonce is None or total is None:
            raise refuse("form_stale")
        return cls(accounts_in(typed), typed.get("card", ""), nonce, total)


def means_in(typed: Mapping[str, str]) -> Means | None:
    """`card` or nothing: the acquirer's page; `sbp`; else a linked card. None for what is none of them."""
    chosen = typed.get("means", "") or Way.CARD
    if chosen == Way.CARD:
        return Means(saves_card=typed.get("save") == "yes")
    if chosen == Way.SBP:
        return Means(way=Way.SBP)
    return Means(chosen) if _CARD.fullmatch(chosen) else None


def part_in(typed: Mapping[str, str]) -> Part:
    """Only the penalty's own buttons say that it is the penalty."""
    return Part.PENALTY if typed.get("part") == Part.PENALTY else Part.PRINCIPAL


def accounts_in(typed: Mapping[str, str]) -> frozenset[str]:
    """Public ids of the accounts that are ticked."""
    return frozenset(name.removeprefix(_ACCOUNT) for name in typed if name.startswith(_ACCOUNT))


def whole_in(typed: Mapping[str, str], name: str) -> int | None:
    """A number that the page itself wrote down."""
    text = typed.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
