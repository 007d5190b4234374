"""What is chosen in the profile."""

from __future__ import annotations

from collections.abc import Mapping

from lk.language import folded_language
from lk.notifications.rules import OPTIONAL
from lk.outcome import Problem, Refused
from lk.profile.rules import Preferences


def parse_preferences(values: Mapping[str, str]) -> Preferences:
    """A box that is not ticked is not sent: letters of its kind are not wanted. Raises Refused `language_wanted`."""
    language = folded_language(values.get("language"))
    if language is None:
        raise Refused([Problem("language_wanted", field="language")])
    return Preferences(language, frozenset(kind for kind in OPTIONAL if values.get(kind) == "yes"))


def parse_consent(kind: str, values: Mapping[str, str]) -> str:
    """The version of the text that was agreed to. Raises Refused `not_ticked`."""
    if values.get("agree") != "yes":
        raise Refused([Problem("not_ticked", field=f"agree-{kind}")])
    return values.get("version", "")
