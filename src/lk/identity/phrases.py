"""Password phrases to offer: four words and a number, easy to write down and to say."""

from __future__ import annotations

import secrets
from functools import cache
from importlib.resources import files

WORDS_IN_PHRASE = 4


def offered_phrase() -> str:
    """`лодка-сирень-чайник-вечер-47`: about 42 random bits, far beyond what the sign-in limits let anyone try."""
    chosen = [secrets.choice(phrase_words()) for _ in range(WORDS_IN_PHRASE)]
    return "-".join([*chosen, str(10 + secrets.randbelow(90))])


@cache
def phrase_words() -> tuple[str, ...]:
    return tuple(files("lk.identity").joinpath("phrase_words.txt").read_text(encoding="utf-8").split())
