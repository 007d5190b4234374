"""The page of each step, and what the page of the letter shows while it waits."""

from __future__ import annotations

from typing import Any

from lk import clock
from lk.onboarding.letters import letters_are_spent
from lk.onboarding.queries import Place
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
    return {"shown": f"{again}-{own.letters}-{poll}", "poll_seconds": poll, "own": own, "again": again, "at": again_at}
