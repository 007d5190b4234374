"""A clock that jumped, in words."""

from __future__ import annotations

from datetime import timedelta

from lk.language import N_, _, plural
from lk.outcome import Problem

_SENTENCES = {
    "not_an_operator": N_("Это может только оператор, и не во время просмотра кабинета. Ничего не изменилось."),
    "no_doubt": N_(
        "Об этих часах больше не спрашиваем: ответил другой сотрудник, или их поправили. Ничего не изменилось."
    ),
}


def sentence(problem: Problem) -> str:
    return _(_SENTENCES[problem.code])


def gained(gain: timedelta) -> str:
    """`40 дней`, `2 часа`: whole ones, rounded down."""
    hours = gain // timedelta(hours=1)
    return plural(hours // 24, "день", "дней") if hours >= 24 else plural(hours, "час", "часов")
