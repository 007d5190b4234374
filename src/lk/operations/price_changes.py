"""Who changed what bills are made by, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lk import db
from lk.history.company_words import PRICE_KINDS
from lk.history.messages import EventWords, words
from lk.history.queries import EventRow

PAGE = 30


@dataclass(frozen=True, slots=True)
class Change:
    words: EventWords
    agent: str
    """By the command line: empty."""


@dataclass(frozen=True, slots=True)
class ChangesPage:
    changes: Sequence[Change]
    older_before: int | None
    is_first: bool


async def price_changes(before_id: int | None) -> ChangesPage:
    # Spelled as the partial index has it, value by value: an index is taken only where the statement says the same.
    kinds = ", ".join(f"'{kind}'" for kind in PRICE_KINDS)
    rows = await db.read_as(
        EventRow,
        "SELECT e.id, e.kind, e.at, e.actor_kind, g.code AS agent_code, e.params FROM events e "  # noqa: S608
        f"LEFT JOIN agents g ON g.id = e.actor_agent_id WHERE e.kind IN ({kinds}) AND e.id < {{}} "
        "ORDER BY e.id DESC LIMIT {}",
        before_id if before_id is not None else 2**62,
        PAGE + 1,
    )
    return ChangesPage(
        changes=[Change(words(each), each.agent_code or "") for each in rows[:PAGE]],
        older_before=rows[PAGE - 1].id if len(rows) > PAGE else None,
        is_first=before_id is None,
    )
