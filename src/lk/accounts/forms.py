"""What is typed about accounts."""

from __future__ import annotations

from collections.abc import Mapping

from lk.identity.rules import is_email
from lk.outcome import Problem, Refused


def parse_email(values: Mapping[str, str]) -> str:
    """Raises Refused `email_empty`, `email_shape`."""
    email = values.get("email", "").strip()
    if not is_email(email):
        raise Refused([Problem("email_shape" if email else "email_empty", field="email")])
    return email


def parse_confirmation(values: Mapping[str, str]) -> str:
    """Raises Refused `code_empty`."""
    code = values.get("code", "").strip()
    if not code:
        raise Refused([Problem("code_empty", field="code")])
    return code[:64]
