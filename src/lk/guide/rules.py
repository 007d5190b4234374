"""Searching the instruction: words by their beginnings, so that every form of a word is found. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile

from lk.text import fold_search

LONGEST = 100
"""Characters of a search that are looked at."""
MOST_WORDS = 8
SHOWN = 12
SHORTEST = 3
"""Letters that two forms of a word share at least."""

_WEIGHTS = (4, 5, 1, 0)
"""Of a heading, of what people call it, of a text. What stands around helps a place, and makes none."""
_ENDING = 3
_EXCERPT = 170
_LIKENESS = 0.75
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    _WORD.findall(
        "а без бы в во где для до если же за и из или к как какая какие какой ко ли мне можно мой моя мы на надо не "
        "нет ни но нужно о об он она они от по под при про с со так то только у уже что чтобы это я "
        "a an and any are as at be been but by can d did do does don for from had has have how i if in is isn it its "
        "ll m me my need no not of on one only or our re s should so t than that the their them then there they this "
        "to us ve want was we were what when where which who why will with would you your"
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page (`page` empty) or a heading of one. `words`: what people call it besides. `around`: words of its page."""

    path: str
    heading: str
    text: str
    page: str = ""
    words: str = ""
    around: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """The places, and beside each the folded words of its heading, of what people call it, of its text, and around."""

    places: tuple[Place, ...]
    words: tuple[tuple[frozenset[str], ...], ...]
    all_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """`excerpt`: pieces of the text, each with whether it is one of the words that were looked for."""

    place: Place
    excerpt: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best first. `instead`: what was looked for where nobody wrote what was typed."""

    places: tuple[FoundPlace, ...]
    instead: str | None = None


def index_of(places: Iterable[Place]) -> Index:
    kept = tuple(places)
    words = tuple((_words(each.heading), _words(each.words), _words(each.text), _words(each.around)) for each in kept)
    return Index(kept, words, frozenset().union(*(own for all_of_one in words for own in all_of_one)))


def search(typed: str, index: Index) -> Found:
    """Places that have every word, else those that have the most of them."""
    wanted = wanted_words(typed)
    known = [_known(word, index) for word in wanted]
    meant = [word for word, _ in known]
    found = _best([forms for _, forms in known], index)
    return Found(
        tuple(FoundPlace(place, tuple(_excerpt(place.text, meant))) for place in found),
        " ".join(meant) if found and meant != wanted else None,
    )


def wanted_words(typed: str) -> list[str]:
    """Folded, each once, without the small ones where there are others."""
    words = list(dict.fromkeys(_WORD.findall(fold_search(typed[:LONGEST]))))
    return ([word for word in words if word not in _SMALL] or words)[:MOST_WORDS]


def likeness(wanted: str, word: str) -> int:
    """3: the same word; 2: another form of it; 1: it begins so; 0: another word. Both folded."""
    if wanted == word:
        return 3
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, word, strict=False)))
    ending = min(_ENDING if len(wanted) > 8 else _ENDING - 1, len(wanted) - SHORTEST)
    if common >= SHORTEST and len(wanted) - common <= ending and len(word) - common <= _ENDING:
        return 2
    return 1 if len(wanted) >= SHORTEST and word.startswith(wanted) else 0


def _known(word: str, index: Index) -> tuple[str, dict[str, int]]:
    """The word where somebody wrote it, else the one most like it; and its forms, each with its likeness."""
    forms = _forms(word, index)
    if forms or len(word) <= SHORTEST:
        return word, forms
    near = [each for each in index.all_words if each[0] == word[0] and abs(len(each) - len(word)) <= _ENDING]
    for other in get_close_matches(word, sorted(near), n=1, cutoff=_LIKENESS):
        return other, _forms(other, index)
    return word, {}


def _forms(word: str, index: Index) -> dict[str, int]:
    return {each: alike for each in index.all_words if (alike := likeness(word, each))}


def _best(wanted: Sequence[dict[str, int]], index: Index) -> list[Place]:
    marked = [(*_marks(wanted, own), at) for at, own in enumerate(index.words)]
    most = max((words for words, marks, _ in marked if marks), default=0)
    good = [(-marks, at) for words, marks, at in marked if words == most and marks]
    return [index.places[at] for _, at in sorted(good)][:SHOWN]


def _marks(wanted: Sequence[dict[str, int]], own: tuple[frozenset[str], ...]) -> tuple[int, int]:
    """How many of the words a place has, and how well: a heading says more than a text."""
    found = [
        [weight * forms[word] for weight, words in zip(_WEIGHTS, own, strict=True) for word in words & forms.keys()]
        for forms in wanted
    ]
    return sum(1 for each in found if each), sum(max(each, default=0) for each in found)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_search(text)))


def _excerpt(text: str, wanted: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Around the first of the words, from the beginning of a word to the end of one."""
    hits = [each.span() for each in _WORD.finditer(text) if _is_wanted(each[0], wanted)]
    start, end = _around(text, hits[0][0] if hits else 0)
    at = start
    if start:
        yield "… ", False
    for first, last in hits:
        if start <= first and last <= end:
            yield text[at:first], False
            yield text[first:last], True
            at = last
    yield text[at:end] + (" …" if end < len(text) else ""), False


def _is_wanted(word: str, wanted: Sequence[str]) -> bool:
    return any(likeness(each, fold_search(word)) for each in wanted)


def _around(text: str, hit: int) -> tuple[int, int]:
    start = 0 if hit < _EXCERPT // 2 else text.find(" ", hit - _EXCERPT // 3) + 1
    end = len(text) if len(text) - start <= _EXCERPT else text.rfind(" ", start, start + _EXCERPT)
    return start, end if end > start else len(text)
