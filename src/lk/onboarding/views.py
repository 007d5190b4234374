"""The page of each step, and what it shows."""

from __future__ import annotations

from typing import Any

from lk import clock
from lk.filters import time_left
from lk.identity.phrases import offered_phrase
from lk.onboarding.letters import letters_are_spent
from lk.onboarding.queries import Place, RegistrationView
from lk.onboarding.rules import Step, may_send_again_at, poll_seconds

PATHS = {
    Step.NUMBERS: "/register",
    Step.EMAIL: "/register/email",
    Step.LETTER: "/register/letter",
    Step.CREDENTIALS: "/register/credentials",
    Step.ELSEWHERE: "/register/letter",
    Step.ENDED: "/register",
    Step.CABINET: "/sign-in",
}


async def letter_shown(place: Place) -> dict[str, Any]:
    """What the page of the letter and its partial show; `shown` names it, so that a poll can tell what is new."""
    own = place.registration
    if own is None or own.letter_sent_at is None:
        return {"shown": "elsewhere", "poll_seconds": None, "own": None}
    now = clock.now()
    again_at = may_send_again_at(own.letter_sent_at)
    again = "spent" if await letters_are_spent(own) else "soon" if now < again_at else "now"
    poll = poll_seconds(own.letter_sent_at, now)
    return {
        "shown": f"{again}-{own.letters}-{poll}",
        "poll_seconds": poll,
        "own": own,
        "again": again,
        "at": again_at,
        "time_left": time_left(own.ends_at - now),
    }


def first_sign_in_shown(place: Place, token: str, user_id: int | None) -> dict[str, Any]:
    return {
        "token": token,
        "wants_numbers": place.step is Step.NUMBERS_AGAIN,
        "ends_at": place.registration.ends_at if place.registration else None,
        "is_signed_in": user_id is not None,
        "login": "",
    }


def credentials_shown(own: RegistrationView, user_id: int | None) -> dict[str, Any]:
    return {
        "email": own.email,
        "new_login": own.email,
        "ends_at": own.ends_at,
        "time_left": time_left(own.ends_at - clock.now()),
        "phrase": offered_phrase(),
        "is_signed_in": user_id is not None,
    }
