"""What a question may be, how it goes on from message to message, and how long anything of it waits. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lk.identity.rules import Limit
from lk.language import N_

SUBJECTS: Mapping[str, str] = {
    "bill": N_("Счёт и сумма"),
    "payment": N_("Оплата"),
    "readings": N_("Показания"),
    "meter": N_("Счётчик"),
    "sign_in": N_("Вход в кабинет"),
    "other": N_("Другое"),
}
LONGEST_TITLE = 100
LONGEST_TEXT = 4000
LONGEST_CANNED_TITLE = 80

QUESTIONS_PER_USER = Limit(10, timedelta(days=1))
QUESTIONS_PER_EMAIL = Limit(3, timedelta(days=1))
"""Each sends a letter to whoever's address it is."""
QUESTIONS_PER_ADDRESS = Limit(10, timedelta(hours=1))
REPLIES_PER_QUESTION = Limit(20, timedelta(days=1))
FILES_PER_ASKER = Limit(20, timedelta(days=1))
UPLOADS_PER_ADDRESS = Limit(60, timedelta(hours=1))
"""Forms with files, refused ones too: looking through them is work."""

UNCONFIRMED_FOR = timedelta(days=3)
QUIET_FOR = timedelta(days=14)
"""So long an answered question waits for another word; then it is closed."""
COUNTED_DAYS = 30

_SPOKEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_CARD = re.compile(r"(?<!\d)[2-6]\d{3}(?:[ \u00a0-]?\d{4}){2}[ \u00a0-]?\d{1,4}(?:[ \u00a0-]?\d{1,3})?(?!\d)", re.ASCII)


class Status(StrEnum):
    UNCONFIRMED = "unconfirmed"
    """Asked without signing in: nobody sees it until the link of the letter was used."""
    NEW = "new"
    ANSWERED = "answered"
    WAITING = "waiting"
    """For the asker: the answer asks something."""
    REOPENED = "reopened"
    """The asker wrote again after an answer, or after the end."""
    CLOSED = "closed"


OPEN = (Status.NEW, Status.REOPENED)
"""They wait for an answer."""
AFTER_ANSWER = (Status.ANSWERED, Status.WAITING, Status.CLOSED)
"""What an agent may say that an answer leads to."""


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """`account` is the public id of the chosen one, or empty; `email` only of who has not signed in."""

    subject: str
    title: str
    text: str
    account: str
    email: str
    form_key: str


def after_reply(status: Status) -> Status:
    """What another message of the asker makes of it."""
    return status if status in (Status.UNCONFIRMED, Status.NEW) else Status.REOPENED


def cleaned(typed: str) -> str:
    """Text as it is kept: Unix lines, no more than one empty one between two, no signs that only deceive the eye."""
    lines = _SPOKEN.sub("", typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = (
        "".join(sign for sign in line.replace("\t", " ") if unicodedata.category(sign) not in ("Cc", "Cs", "Co"))
        for line in lines
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept)).strip()


def cleaned_line(typed: str) -> str:
    return " ".join(cleaned(typed).split())


def has_card_number(text: str) -> bool:
    """Something that reads like the number of a bank card: 13 to 19 digits in its usual groups, its last one right."""
    return any(_is_luhn(re.sub(r"\D", "", found[0])) for found in _CARD.finditer(text))


def _is_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def place_of(percent: int, count: int) -> int:
    """Where in `count` sorted values, from 0, stands the one that `percent` of them don't exceed."""
    return max(0, -(-percent * count // 100) - 1)


def may_send(status: Status, *, is_closed_cabinet: bool) -> bool:
    """Whether an answer would still reach somebody."""
    return status is not Status.UNCONFIRMED and not is_closed_cabinet
