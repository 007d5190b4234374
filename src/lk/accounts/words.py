"""By which words staff find an account: those of its holder's name and its address, and what is typed to find it. Pure.

House and flat are words of their own (`д5`, `кв12`), so that a number is compared whole and in its place. What holds
for nearly every address is no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lk.text import fold_search

HOUSE, BLOCK, BUILDING, FLAT = "д", "к", "с", "кв"
PLACES = (HOUSE, BLOCK, BUILDING, FLAT, "")
"""Where a number may stand; without a place it belongs to a name: «8 Марта»."""

SHORTEST_WORD = 2
MOST_WORDS = 8
LONGEST = 100
"""Characters of a search that are looked at."""

_MARKS = {
    **dict.fromkeys(("д", "дом", "уч", "участок", "вл", "владение"), HOUSE),
    **dict.fromkeys(("к", "корп", "корпус"), BLOCK),
    **dict.fromkeys(("с", "стр", "строение"), BUILDING),
    **dict.fromkeys(("кв", "квартира", "оф", "офис", "ком", "комн", "комната", "пом", "помещение"), FLAT),
}
_NO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "ул улица пр просп проспект пер переулок шоссе бульвар бул наб набережная площадь пл проезд туп тупик аллея "
        "гор город пос поселок дер деревня село обл область рн район мкр микрорайон москва",
    )
)
_ORDINAL = re.compile(r"(\d)-?(?:ого|его|го|ая|ья|ый|ий|ой|я|й)\b")
_BLOCK_BEHIND = re.compile(r"(?<=\d)(корп|стр|к|с)\.?(?=\s*\d)")
_PIECE = re.compile(r"\d+(?:/\d+)?[^\W\d_]?(?![^\W\d_])|\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class WantedNumber:
    """The words that it is by its place, and those that it is if it may stand anywhere."""

    placed: tuple[str, ...]
    anywhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be found of one account. Numbers alone are everywhere: without a name nothing is wanted."""

    names: tuple[str, ...] = ()
    numbers: tuple[WantedNumber, ...] = ()


def words_of(holder_name: str, address: str) -> frozenset[str]:
    names = {piece for piece in _pieces(holder_name) if not piece[0].isdigit() and len(piece) >= SHORTEST_WORD}
    return frozenset(names | set(_address_words(address)))


def _address_words(address: str) -> Iterator[str]:
    has_house = False
    for part in fold_search(address).split(","):
        pieces = _pieces(part)
        for place, piece in _placed(pieces):
            if not piece[0].isdigit():
                yield piece
                continue
            alone = (FLAT if has_house else HOUSE) if len(pieces) == 1 else ""
            found = place or alone
            has_house = has_house or found == HOUSE
            yield found + piece


def parse_wanted(typed: str) -> Wanted:
    """What an agent types, in any order: «иванова лесная 5 12», «Лесная ул., д. 5, кв. 12»."""
    placed = list(_placed(_pieces(typed[:LONGEST])))[:MOST_WORDS]
    names = tuple(dict.fromkeys(piece for _, piece in placed if not piece[0].isdigit()))
    numbers: list[tuple[str, str, bool, int]] = []
    bare: list[str] = []
    for at, (place, piece) in enumerate(placed):
        if piece[0].isdigit():
            is_named = not place and at + 1 < len(placed) and placed[at + 1][1].isalpha()
            numbers.append((place, piece, is_named, len(bare)))
            bare += [] if is_named else [place]
    places, with_one_more = _places_of(bare), _places_of([*bare, ""])
    found = tuple(
        WantedNumber(
            # What stands before a word may be a part of its name: «8 Марта, 5», «5 Лесная».
            tuple(each + piece for each in (("", *with_one_more[nth]) if is_named else places[nth])),
            (place + piece,) if place else tuple(each + piece for each in PLACES),
        )
        for place, piece, is_named, nth in numbers
    )
    return Wanted(names, found) if names else Wanted()


def _places_of(marked: Sequence[str]) -> list[tuple[str, ...]]:
    """Where each number stands: as it is marked, else the house first, the flat last, a block between."""
    waiting: list[tuple[str, ...]] = [] if HOUSE in marked else [(HOUSE,)]
    if FLAT in marked or marked.count("") > len(waiting) + 1:
        waiting.append((BLOCK, BUILDING))
    if FLAT not in marked:
        waiting.append((FLAT,))
    rest = iter(waiting)
    return [(place,) if place else next(rest, PLACES) for place in marked]


def _placed(pieces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words, and numbers with the place that a mark before them says."""
    place = ""
    for piece in pieces:
        if piece[0].isdigit():
            yield place, piece
            place = ""
            continue
        place = _MARKS.get(piece, "")
        if not place and len(piece) >= SHORTEST_WORD and piece not in _NO_WORDS:
            yield "", piece


def _pieces(text: str) -> list[str]:
    folded = _ORDINAL.sub(r"\1", fold_search(text))
    return _PIECE.findall(_BLOCK_BEHIND.sub(r" \1 ", folded))


_ALPHABETS = ("абвгдежзийклмнопрстуфхцчшщъыьэюя", "abcdefghijklmnopqrstuvwxyz0123456789@._-+")


def slips_of(word: str) -> frozenset[str]:
    """What one slip makes of a word: a letter too many, too few, another one, two in the other order."""
    alphabet = _ALPHABETS[0] if any("а" <= sign <= "я" for sign in word) else _ALPHABETS[1]
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + sign + right[1:] for left, right in cuts if right for sign in alphabet}
    found |= {left + sign + right for left, right in cuts for sign in alphabet}
    return frozenset(found - {word, ""})
