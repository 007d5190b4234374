"""The whole wizard as one pure function: what this browser may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TIME_TO_FINISH = timedelta(hours=72)
PAUSE_BETWEEN_LETTERS = timedelta(seconds=60)

_POLLED = ((timedelta(minutes=10), 5), (timedelta(hours=1), 30))


class Step(StrEnum):
    """The one thing to do next."""

    NUMBERS = "numbers"
    EMAIL = "email"
    LETTER = "letter"
    BUTTON = "button"
    """Opened the letter's link in the browser that began: presses the button."""
    NUMBERS_AGAIN = "numbers_again"
    """Opened it in another browser: types the two numbers as login and password."""
    CREDENTIALS = "credentials"
    ELSEWHERE = "elsewhere"
    """The link was used in another browser, and only that one goes on."""
    ENDED = "ended"
    CABINET = "cabinet"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a registration has come. `finished_at` is for good, whatever the clock says later."""

    ends_at: datetime
    has_letter: bool
    is_link_used: bool
    is_finished: bool
    is_opened: bool
    """Finished because the cabinet was opened."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`progress` belongs to the letter's link where one was opened (`has_link`), else to the browser's cookie.

    `is_own_browser`: the cookie is this registration's. `has_cookie`: there is a cookie, of whichever registration.
    """

    now: datetime
    progress: Progress | None
    has_link: bool
    has_cookie: bool
    is_own_browser: bool


def next_step(facts: Facts) -> Step:
    progress = facts.progress
    if progress is None:
        return _without_registration(facts)
    if not facts.is_own_browser:
        return _by_link_alone(facts, progress)
    if progress.is_opened:
        return Step.CABINET
    if is_over(progress, facts.now):
        return Step.ENDED
    if progress.is_link_used:
        return Step.CREDENTIALS
    if facts.has_link:
        return Step.BUTTON
    return Step.LETTER if progress.has_letter else Step.EMAIL


def is_over(progress: Progress, now: datetime) -> bool:
    return progress.is_finished or now >= progress.ends_at


def may_send_again_at(letter_sent_at: datetime) -> datetime:
    return letter_sent_at + PAUSE_BETWEEN_LETTERS


def poll_seconds(letter_sent_at: datetime, now: datetime) -> int | None:
    """How often the page of the letter asks whether the link was used; None: no more."""
    waited = now - letter_sent_at
    return next((seconds for until, seconds in _POLLED if waited < until), None)


def is_same_email(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().casefold() == other.strip().casefold()


def _without_registration(facts: Facts) -> Step:
    if facts.has_link:
        return Step.ENDED
    return Step.ELSEWHERE if facts.has_cookie else Step.NUMBERS


def _by_link_alone(facts: Facts, progress: Progress) -> Step:
    if not facts.has_link or progress.is_link_used or is_over(progress, facts.now):
        return Step.ENDED
    return Step.NUMBERS_AGAIN
