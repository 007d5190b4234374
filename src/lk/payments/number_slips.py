"""Account numbers that a slip of the finger turns into one another. Pure."""

from __future__ import annotations

from lk.text import is_account_number

DIGITS = "0123456789"


def slips_of(number: str) -> frozenset[str]:
    """Numbers that differ by one digit, or by two neighbouring digits in the other order; without the number itself."""
    if not is_account_number(number):
        return frozenset()
    digits = {number[:at] + digit + number[at + 1 :] for at in range(len(number)) for digit in DIGITS}
    turned = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)}
    return frozenset((digits | turned) - {number})
