"""Codes of paper bills, and how long a release waits."""

from __future__ import annotations

from datetime import timedelta

from lk.identity.rules import Limit
from lk.language import N_

CONFIRMATION_PER_HOUR = Limit(5, timedelta(hours=1))
CONFIRMATION_PER_MONTH = Limit(20, timedelta(days=30))
RELEASE_WAITS = timedelta(hours=24)
"""Long enough for the letter's reader to call it off."""

NAME_LONGEST = 40

RELEASE_REASONS: dict[str, str] = {
    "not_ours": N_("Кабинет открыл кто-то чужой"),
    "moved": N_("Житель переехал"),
    "sold": N_("Жильё продано"),
    "lost_email": N_("Нет доступа к почте"),
}

HELPERS_MOST = 5
INVITATION_FOR = timedelta(days=7)
INVITATIONS_PER_ACCOUNT = Limit(10, timedelta(days=1))


def folded_name(typed: str) -> str:
    """What a user calls a place, on one line: 40 visible characters, or nothing for its address."""
    visible = "".join(character for character in " ".join(typed.split()) if character.isprintable())
    return visible[:NAME_LONGEST].strip()
