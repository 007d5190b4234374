"""What an event's sentence is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lk import language
from lk.period import Period

Numbers = Mapping[str, Any]
"""What the event holds: ids, codes and numbers."""

Words = tuple[str, str, str | None, str | None]
"""Title, note, what stands at the right, and the page of the account that tells more."""


def period_in(numbers: Numbers) -> Period:
    return Period.parse(numbers["period"])


def quoted(words: str) -> str:
    return f"«{words}»" if language.current() == "ru" else f"“{words}”"
