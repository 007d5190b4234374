"""What the profile says."""

from __future__ import annotations

from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    "language_wanted": "Выберите язык писем.",
}


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, SENTENCES[problem.code].format(**problem.params)) for problem in problems]
