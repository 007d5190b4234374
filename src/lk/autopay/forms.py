"""What is typed into the form of autopay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lk.autopay.rules import Mode, Wish
from lk.money import typed_rubles
from lk.outcome import Problem, Refused, refuse

FIELDS = ("mode", "limit", "amount", "day", "card")
_SIGNS = str.maketrans("", "", "₽")


@dataclass(frozen=True, slots=True)
class AutopayForm:
    """`is_confirmed`: its maker has seen the rehearsal."""

    wish: Wish
    card_id: str
    is_confirmed: bool

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> AutopayForm:
        """All that is wrong at once. Raises Refused `mode_missing`, `sum_missing`, `not_a_sum`, `day_out_of_range`,
        `card_missing`.
        """
        problems = []
        mode = next((each for each in Mode if each == typed.get("mode")), None)
        if mode is None:
            raise refuse("mode_missing", "mode")
        field = sum_field(mode)
        kopecks = 0
        try:
            kopecks = _kopecks(typed.get(field, ""))
        except ValueError as wrong:
            problems.append(Problem(str(wrong), field=field))
        day = typed.get("day", "")
        number = int(day) if day.isascii() and day.isdigit() and len(day) <= 2 else 0
        if not typed.get("card"):
            problems.append(Problem("card_missing", field="card"))
        if problems:
            raise Refused(problems)
        return cls(Wish(mode, kopecks, number), typed.get("card", ""), typed.get("is_confirmed") == "yes")


def sum_field(mode: Mode) -> str:
    return "limit" if mode is Mode.BILL else "amount"


def _kopecks(text: str) -> int:
    """Raises ValueError with a problem's code."""
    text = text.translate(_SIGNS).strip()
    if not text:
        raise ValueError("sum_missing")
    try:
        return typed_rubles(text)
    except ValueError:
        raise ValueError("not_a_sum") from None
