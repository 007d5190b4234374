"""The link by which whoever has not signed in finds their question: signed, in letters only, nothing of it stored."""

from __future__ import annotations

import hmac
import re

from lk.notifications.actions import Link
from lk.tokens import derived_token

_PURPOSE = "question"
_LINK = re.compile(r"(?P<question>[0-9a-z]{12,40})-(?P<mark>[\w-]{1,100})", re.ASCII)


def letter_link(question_public_id: str) -> Link:
    """The mark is made when the letter is written."""
    return Link(f"/help/letters/{question_public_id}-{{token}}", (_PURPOSE, question_public_id))


def question_in(link: str) -> str | None:
    """The public id; None for what lk did not sign."""
    found = _LINK.fullmatch(link)
    if not found:
        return None
    mark = derived_token(_PURPOSE, found["question"])
    return found["question"] if hmac.compare_digest(found["mark"].encode(), mark.encode()) else None
