"""What the report of a file says is kept in every language: whoever opens it later reads it in their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from lk.filters import as_written
from lk.language import current

Say = Callable[[], str]
"""A sentence without its full stop, in the language of the moment."""


def in_this_language(kept: str | Mapping[str, str]) -> str | Markup:
    """Reports of earlier versions were kept in Russian alone."""
    return as_written(kept) if isinstance(kept, str) else kept[current()]


def sentence(kept: str | Mapping[str, str]) -> str | Markup:
    return in_this_language(_ended(kept) if isinstance(kept, str) else {each: _ended(kept[each]) for each in kept})


def _ended(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."
