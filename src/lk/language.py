"""The language of what people read: Russian is written in the source, English stands in the catalogs of `locale/`.

Who needs words asks here at the moment they are shown, so that one process speaks both languages: `_`, `ngettext` and
`plural` look up what the current language calls a message; `N_` marks one that is looked up later by `_`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, translation
from pathlib import Path
from typing import Literal, TypeVar

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

T = TypeVar("T")
Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
OWN_NAMES: dict[Language, str] = {"ru": "Русский", "en": "English"}
"""What a language is called by those who read it."""

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "lk"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", re.ASCII)

_current: ContextVar[Language] = ContextVar("language", default="ru")


def current() -> Language:
    return _current.get()


def speak(language: Language) -> None:
    """From here on in this task and in those that it begins: a request has a task of its own."""
    _current.set(language)


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """For as long as the block lasts."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def in_each_language(words: Callable[[], T]) -> dict[Language, T]:
    """What `words` says in each language, for a reader who comes later."""
    said: dict[Language, T] = {}
    for language in LANGUAGES:
        with spoken(language):
            said[language] = words()
    return said


def folded_language(typed: str | None) -> Language | None:
    """None for what lk does not speak."""
    return next((language for language in LANGUAGES if language == typed), None)


def locale() -> Locale:
    return _locale(_current.get())


def N_(message: str) -> str:  # noqa: N802
    """Marks a message for the catalogs; whoever shows it calls `_`."""
    return message


def _(message: str, /, **values: object) -> str:
    """`message` in the current language, `%(name)s` filled in; without values a `%` is a `%`."""
    return translated(message) % values if values else translated(message)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """Where one Russian word is two English ones: `context` tells which is meant."""
    return translated(message, context) % values if values else translated(message, context)


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The words that go with `count`, which are `%(num)s` in them; Russian has three forms, from its own catalog."""
    return counted(one, many, count) % {"num": number(count), **values}


def plural(count: int, one: str, many: str) -> str:
    """`3 дня` of `день` and `дней`: the number and the word that goes with it, never parted by a line's end."""
    return f"{number(count)}{NO_BREAK_SPACE}{counted(one, many, count)}"


def number(value: int) -> str:
    """1234567 → `1 234 567`, in English `1,234,567`; four digits are grouped too, so that columns line up."""
    grouped = f"{abs(value):,}".replace(",", symbols()[0])
    return f"{MINUS}{grouped}" if value < 0 else grouped


def ungrouped(typed: str) -> str:
    """`"45,210"` → `"45210"` for who reads English; anywhere else a comma stands before a fraction."""
    is_grouped = _current.get() == "en" and _GROUPED.fullmatch(typed.strip())
    return typed.replace(",", "") if is_grouped else typed


def symbols() -> tuple[str, str]:
    """What groups digits by three, and what stands before the hundredths. Asked once: pages are full of numbers."""
    return _symbols(_current.get())


def translated(message: str, context: str | None = None) -> str:
    """With the places for values still in it; Russian is its own translation."""
    # What a catalog has for nothing is its own header.
    if not message or _current.get() == "ru":
        return message
    catalog = _catalog(_current.get())
    return catalog.gettext(message) if context is None else catalog.pgettext(context, message)


def counted(one: str, many: str, count: int) -> str:
    """With the places for values still in it."""
    return _catalog(_current.get()).ngettext(one, many, count)


@cache
def _symbols(language: Language) -> tuple[str, str]:
    return get_group_symbol(_locale(language)), get_decimal_symbol(_locale(language))


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language)


@cache
def _catalog(language: Language) -> GNUTranslations:
    """Compiled by `make setup`. Raises FileNotFoundError where that was not run."""
    return translation(DOMAIN, LOCALE, [language])
