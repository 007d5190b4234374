"""What is typed about accounts."""

from __future__ import annotations

from collections.abc import Mapping

from lk.outcome import Problem, Refused


def parse_confirmation(values: Mapping[str, str]) -> str:
    """Raises Refused `code_empty`."""
    code = values.get("code", "").strip()
    if not code:
        raise Refused([Problem("code_empty", field="code")])
    return code[:64]


def parse_paper_bill(values: Mapping[str, str]) -> bool:
    """Raises Refused `paper_bill_empty`."""
    wanted = values.get("paper_bill", "")
    if wanted not in ("yes", "no"):
        raise Refused([Problem("paper_bill_empty", field="paper_bill")])
    return wanted == "yes"
