"""Password phrases to offer: four words and a number, easy to write down and to say."""

from __future__ import annotations

import secrets
from functools import cache
from importlib.resources import files

from lk.language import Language, current

WORDS_IN_PHRASE = 4
_LISTS: dict[Language, str] = {"ru": "phrase_words.txt", "en": "phrase_words.en.txt"}


def offered_phrase() -> str:
    """`лодка-сирень-чайник-вечер-47`: about 42 random bits, far beyond what the sign-in limits let anyone try."""
    words = phrase_words(current())
    return "-".join([*(secrets.choice(words) for _ in range(WORDS_IN_PHRASE)), str(10 + secrets.randbelow(90))])


@cache
def phrase_words(language: Language) -> tuple[str, ...]:
    """Those that its keyboard types."""
    return tuple(files("lk.identity").joinpath(_LISTS[language]).read_text(encoding="utf-8").split())
