"""What is typed into the form that links a card."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lk.outcome import refuse

_NONCE = re.compile(r"[0-9a-z]{12}")


def nonce_in(typed: Mapping[str, str]) -> str | None:
    """The form's own mark, by which a form sent twice is known."""
    nonce = typed.get("nonce", "")
    return nonce if _NONCE.fullmatch(nonce) else None


def parse_link(typed: Mapping[str, str]) -> str:
    """The form's nonce. Raises Refused `form_stale`."""
    nonce = nonce_in(typed)
    if nonce is None:
        raise refuse("form_stale")
    return nonce
