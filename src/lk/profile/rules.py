"""What a user chooses about letters, the texts of consents, and how long a copy of own data is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lk.actor import Role
from lk.identity.rules import Limit
from lk.language import N_, Language

COPIES_PER_USER = Limit(3, timedelta(days=1))
COPY_KEPT = timedelta(days=3)
PHOTO_BYTES = 20 * 2**20
"""A copy is made in memory and stored whole. One photo a month comes to some ten megabytes in three years."""

QUESTION_FILE_BYTES = 20 * 2**20


@dataclass(frozen=True, slots=True)
class Preferences:
    """`wanted`: of the kinds of letters that one may do without."""

    language: Language
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What one agrees to, in messages. Whoever changes a word gives it a new `version`, the day it is shown from."""

    title: str
    version: str
    text: str


CONSENTS: dict[str, ConsentText] = {
    "news": ConsentText(
        title=N_("Новости и предложения"),
        version="2026-11-25",
        text=N_(
            "Я даю согласие получать на почту, указанную в кабинете, новости и предложения %(company)s: рекламу, как "
            "её понимает статья 18 закона «О рекламе».\n"
            "Для этого компания использует мои имя и почту и никому их не передаёт.\n"
            "Согласие действует, пока я не отзову его здесь одной кнопкой. Счета и обслуживание от него не зависят."
        ),
    ),
    "polls": ConsentText(
        title=N_("Опросы о качестве"),
        version="2026-11-25",
        text=N_(
            "Я даю согласие получать на почту, указанную в кабинете, приглашения %(company)s к опросам о качестве "
            "обслуживания, не чаще раза в квартал.\n"
            "Для этого компания использует мои имя, почту и ответы, чтобы работать лучше, и никому их не передаёт.\n"
            "Согласие действует, пока я не отзову его здесь одной кнопкой. Счета и обслуживание от него не зависят."
        ),
    ),
}


def version_day(version: str) -> date:
    """Of a text of now or of long ago."""
    return date.fromisoformat(version)


def why_left_out(role: Role | None, *, is_provisional: bool) -> str | None:
    """Why an account of the cabinet is not in a copy of own data; None where it is."""
    if role is not Role.HOLDER:
        return "helper"
    return "provisional" if is_provisional else None
