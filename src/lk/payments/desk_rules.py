"""What an operator may do with an account's money alone, and the words that go with it. Pure."""

from __future__ import annotations

from datetime import timedelta

from lk.money import Kopecks
from lk.outcome import Problem
from lk.text import has_control_characters

ALONE_KOPECKS = Kopecks(5_000_00)
"""About two bills of a household: a slip or a temptation of one person stays that small."""
ALONE_WITHIN = timedelta(days=30)
"""What one account got by one person's word in so many days is counted together: small steps make no large one."""

LONGEST_WORDS = 300


def needs_second_person(kopecks: int, moved_alone_kopecks: int) -> bool:
    """`moved_alone_kopecks`: what was moved on the account without a second person in `ALONE_WITHIN`, either way."""
    return abs(kopecks) + moved_alone_kopecks > ALONE_KOPECKS


def tidy(words: str) -> str:
    """As they are stored: one line, single spaces."""
    return " ".join(words.split())


def judge_words(words: str) -> list[Problem]:
    if not words:
        return [Problem("words_wanted", field="words")]
    if len(words) > LONGEST_WORDS:
        return [Problem("words_too_long", field="words", params={"most": LONGEST_WORDS})]
    if has_control_characters(words):
        return [Problem("words_odd", field="words")]
    return []
