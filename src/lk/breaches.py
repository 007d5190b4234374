"""Breaches of what must hold, in words: written down in Russian whoever looks, said in the language of who reads."""

from __future__ import annotations

import re
from collections.abc import Callable

from lk import language

_FORMS: list[tuple[re.Pattern[str], str]] = []


def breach(message: str) -> Callable[..., str]:
    """What writes `message`, marked by `N_`, with its values; `said` knows it again. No value holds a space."""
    places = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>\\S+)", re.escape(message))
    _FORMS.append((re.compile(places), message))
    return lambda **values: message % values


def said(written: str) -> str:
    """In the current language; as it is written where nobody translated it."""
    if language.current() == "ru" or not written:
        return written
    for form, message in _FORMS:
        if found := form.fullmatch(written):
            return language.translated(message) % found.groupdict()
    whole = language.translated(written)
    what, _space, which = written.rpartition(" ")
    return f"{language.translated(what)} {which}" if whole == written and what else whole
