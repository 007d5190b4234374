"""How long and for what an agent may look."""

from __future__ import annotations

from datetime import datetime, timedelta

from lk.identity.rules import Limit
from lk.language import N_

LONGEST_LOOK = timedelta(minutes=30)
CODE_FOR = timedelta(minutes=10)
"""So long a resident's code can be read out."""
CODES_PER_LOOK = 10
CODE_PER_LOOK = Limit(5, LONGEST_LOOK)
"""Wrong codes that an agent may type in one look: of a million, and only while the resident shows one."""
CODE_PER_AGENT = Limit(20, timedelta(days=1))

REASONS: dict[str, str] = {
    "bill": N_("Вопрос по счёту"),
    "payment": N_("Вопрос по оплате"),
    "reading": N_("Вопрос по показаниям"),
    "sign_in": N_("Не получается войти"),
    "other": N_("Другой вопрос жителя"),
}


def look_ends_at(now: datetime, session_ends_at: datetime) -> datetime:
    """Half an hour, and never longer than the agent's own session."""
    return min(now + LONGEST_LOOK, session_ends_at)
