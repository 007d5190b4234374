"""Words for a phone: it shows what it keeps without a signal, perhaps in another language by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lk.language import LANGUAGES, Language, spoken

T = TypeVar("T")


def in_each_language(words: Callable[[], T]) -> dict[Language, T]:
    """What `words` says in each language; the page that shows it chooses."""
    said: dict[Language, T] = {}
    for language in LANGUAGES:
        with spoken(language):
            said[language] = words()
    return said
