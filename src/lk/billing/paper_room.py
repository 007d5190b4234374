"""How much room a bill's words want on paper: where its notes go, and whether all may take more than a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_ROOM = 130
_LONGEST_WORD, _PIECE = 30, 12
"""No word of ours is longer; what is breaks into pieces that fit the narrowest column."""
_SOFT_BREAK = "\u200b"
_SPACES = re.compile(r"[ \t\r\n\f\v]+")


def breakable(text: str) -> str:
    """One line, in which even a word without end finds an end of the column to break at."""
    return " ".join(map(_in_pieces, _SPACES.split(text.strip())))


def _in_pieces(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    return _SOFT_BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))


def placed(words: dict[str, Any]) -> dict[str, Any]:
    """With where the notes go, below the shorter column, and whether all may take more than a page.

    Both are guesses, by the room the texts want in millimetres; that of the page is rather too high.
    """
    explained = [*words["lines"]["rows"], *words["penalty_lines"]["rows"]]
    left = 25 + sum(12 + 4 * (1 + len(each["why"]) // 72) for each in explained)
    left += 12 if words["penalty_lines"]["rows"] else 0
    right = 62 + _rows_room(words["ladder"]["rows"]) + _ladder_room(words["penalty_lines"]["ladder"])
    is_left = left <= right
    notes = sum(8 + 4 * (1 + len(each["words"]) // (60 if is_left else 32)) for each in words["notes"])
    tallest = max(left + notes, right) if is_left else max(left, right + notes)
    room = _ROOM - (8 if words["penalty"] else 0)
    return words | {"has_notes_left": is_left, "is_numbered": _dials_room(words["dials"]) + tallest > room}


def _ladder_room(steps: Sequence[dict[str, Any]]) -> int:
    return 12 + _rows_room(steps) if steps else 0


def _rows_room(steps: Sequence[dict[str, Any]]) -> int:
    return sum(5 + (4 * (1 + len(each["note"]) // 36) if each["note"] else 0) for each in steps)


def _dials_room(dials: dict[str, Any]) -> int:
    code = 5 if dials["qr"] else 0
    return max(15 + 6 * len(dials["rows"]) + 5 * len(dials["notes"]) + code, 29 if code else 0)
