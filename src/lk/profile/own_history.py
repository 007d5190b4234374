"""Own data: what happened on the accounts that a user holds, and with the user's own way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk.history.messages import words
from lk.history.queries import EventRow
from lk.profile.own_accounts import OWN, seen
from lk.profile.sheets import Sheet, sheet


@dataclass(frozen=True, slots=True)
class Happening:
    """In the words of the history's page. `done_by` resident|agent|program."""

    account_number: str | None
    at: datetime
    kind: str
    done_by: str
    title: str
    note: str
    value: str | None


@dataclass(frozen=True, slots=True)
class _Event:
    account_number: str | None
    id: int
    kind: str
    at: datetime
    actor_kind: str
    agent_code: str | None
    params: str


_COLUMNS = "e.id, e.kind, e.at, e.actor_kind, g.code AS agent_code, e.params"
_AGENT = "LEFT JOIN agents g ON g.id = e.actor_agent_id"
_EVENTS = (
    f"SELECT a.number AS account_number, {_COLUMNS} {OWN} JOIN events e ON e.account_id = a.id AND {seen('e.at')} "  # noqa: S608
    f"{_AGENT} UNION ALL SELECT NULL, {_COLUMNS} FROM events e {_AGENT} "
    "WHERE e.user_id = {} AND e.account_id IS NULL ORDER BY 4, 2"
)


async def history_sheet(user_id: int) -> Sheet[Happening]:
    found = await sheet("history", _Event, _EVENTS, user_id, user_id)
    return Sheet("history", Happening, [_in_words(each) for each in found.rows])


def _in_words(event: _Event) -> Happening:
    said = words(EventRow(event.id, event.kind, event.at, event.actor_kind, event.agent_code, event.params))
    return Happening(event.account_number, event.at, event.kind, event.actor_kind, said.title, said.note, said.value)
