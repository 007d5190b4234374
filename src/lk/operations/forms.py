"""What operators type into the forms that move money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lk.cards.forms import nonce_in
from lk.ledger.rules import Part
from lk.money import Kopecks, typed_rubles
from lk.outcome import Problem, Refused, refuse
from lk.payments.correction_rules import CorrectionKind, WantedCorrection

_SIGNS = str.maketrans("", "", "₽")


@dataclass(frozen=True, slots=True)
class RefundForm:
    """`nonce` is the form's own."""

    amount_kopecks: Kopecks
    words: str
    nonce: str

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> RefundForm:
        """Raises Refused `amount_missing`, `amount_not_a_sum`, `form_stale`."""
        return cls(_sum_in(typed), typed.get("words", ""), _nonce(typed))


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """`nonce` is the form's own."""

    wanted: WantedCorrection
    nonce: str

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> CorrectionForm:
        """`kind` payout, or a correction with `part` principal|penalty and `direction` more|less.

        Raises Refused `direction_wanted`, `part_wanted`, `amount_missing`, `amount_not_a_sum`, `form_stale`.
        """
        words = typed.get("words", "")
        if typed.get("kind") == CorrectionKind.PAYOUT:
            return cls(WantedCorrection(CorrectionKind.PAYOUT, Part.PRINCIPAL, _sum_in(typed), words), _nonce(typed))
        problems = []
        if typed.get("direction") not in ("more", "less"):
            problems.append(Problem("direction_wanted", field="direction"))
        if typed.get("part") not in list(Part):
            problems.append(Problem("part_wanted", field="part"))
        if problems:
            raise Refused(problems)
        kopecks = _sum_in(typed)
        signed = kopecks if typed["direction"] == "more" else -kopecks
        return cls(WantedCorrection(CorrectionKind.CORRECTION, Part(typed["part"]), signed, words), _nonce(typed))


def _sum_in(typed: Mapping[str, str]) -> Kopecks:
    amount = typed.get("amount", "").translate(_SIGNS).strip()
    if not amount:
        raise refuse("amount_missing", "amount")
    try:
        kopecks = typed_rubles(amount)
    except ValueError:
        raise refuse("amount_not_a_sum", "amount") from None
    if kopecks < 0:
        raise refuse("amount_not_a_sum", "amount")
    return kopecks


def _nonce(typed: Mapping[str, str]) -> str:
    nonce = nonce_in(typed)
    if nonce is None:
        raise refuse("form_stale")
    return nonce


def doubt_in(typed: Mapping[str, str]) -> int:
    """The doubt about a clock that is answered; 0, which is none, where the form was made up."""
    number = typed.get("doubt", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


def after_in(text: str) -> int:
    """Where a page of a list begins; 0 for anything that no page said."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
