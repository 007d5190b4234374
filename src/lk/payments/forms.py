"""What is typed into the form of a payment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lk.money import Kopecks, parse_rubles
from lk.outcome import refuse

_NONCE = re.compile(r"[0-9a-z]{12}")
_SIGNS = str.maketrans("", "", "₽")


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """`nonce` is the form's own; `warned_of` the payment that the resident was warned of, or empty."""

    amount_kopecks: Kopecks
    nonce: str
    warned_of: str

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> PaymentForm:
        """Raises Refused `amount_missing`, `amount_not_a_sum`, `form_stale`."""
        amount = typed.get("amount", "").translate(_SIGNS).strip()
        if not amount:
            raise refuse("amount_missing", "amount")
        try:
            kopecks = parse_rubles(amount)
        except ValueError:
            raise refuse("amount_not_a_sum", "amount") from None
        nonce = nonce_in(typed)
        if nonce is None:
            raise refuse("form_stale")
        return cls(kopecks, nonce, typed.get("warned_of", ""))


def nonce_in(typed: Mapping[str, str]) -> str | None:
    """The form's own mark, by which a form sent twice is known."""
    nonce = typed.get("nonce", "")
    return nonce if _NONCE.fullmatch(nonce) else None
