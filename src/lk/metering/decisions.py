"""What a person may make of a held reading: it counts, other digits count, or it is asked for again and why."""

from __future__ import annotations

from dataclasses import dataclass

from lk.outcome import Problem
from lk.text import has_control_characters

ACCEPTED = "accepted"
CORRECTED = "corrected"
ROLLED_OVER = "rolled_over"
UNDONE = "undone"
OWN_WORDS = "own_words"
ASKED_AGAIN = ("unclear", "no_photo", "other_meter", "too_low", "too_high", OWN_WORDS)
"""Codes of the reasons."""
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """`code` accepted|rolled_over|corrected|undone, or why it is asked for again; `words` are the agent's own."""

    code: str
    words: str = ""

    @classmethod
    def read(cls, stored: str) -> Decision | None:
        """None where nobody decided."""
        code, _, words = stored.partition("\n")
        return cls(code, words) if code else None

    @property
    def stored(self) -> str:
        return f"{self.code}\n{self.words}" if self.words else self.code


def judge_asking(reason: str, words: str) -> Problem | None:
    """What stands in the way of asking again with this reason and these words."""
    if reason not in ASKED_AGAIN:
        return Problem("reason_wanted", field="reason")
    if has_control_characters(words):
        return Problem("words_odd", field="words")
    if len(words) > LONGEST_WORDS:
        return Problem("words_too_long", field="words", params={"longest": LONGEST_WORDS})
    if reason == OWN_WORDS and not words:
        return Problem("words_wanted", field="words")
    return None
