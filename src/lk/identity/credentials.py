"""What a new password is judged against: what others know of its user."""

from __future__ import annotations

from collections.abc import Iterable

from lk.config import settings
from lk.identity.passwords import common_passwords
from lk.identity.rules import judge_password
from lk.outcome import Problem


def judge_new_password(password: str, known: Iterable[str]) -> list[Problem]:
    """`known`: the user's login, e-mail and numbers; the company's names come besides."""
    company = settings().company
    forbidden = (*known, company.name, company.short_name, company.site)
    return judge_password(password, forbidden=forbidden, common=common_passwords())
