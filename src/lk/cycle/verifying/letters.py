"""I7: every letter ends sent or visibly dead; none is lost on the way, none goes under another's Message-ID."""

from __future__ import annotations

from datetime import timedelta

from lk.cycle.verifying.findings import SHOWN, Tally
from lk.cycle.verifying.guards import is_unique
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.language import N_

ABANDONED_AFTER = timedelta(days=1)
"""A letter whose sender died is due again after minutes; behind others that are due it may wait for hours."""
GIVEN_UP_AFTER = timedelta(days=4)
"""Three days of tries, the longest pause between two of them, and a day for the queue."""


async def letters_end(look: Look, tally: Tally) -> None:
    await counted(look, tally, "messages")
    await look_by(look, tally, _RULES)
    for what, sql, patience in _WAITING:
        tally.add(f"{what} {row[0]}" for row in await look.aside.rows(sql, look.until - patience))
    if await is_unique(look, "messages", "key"):
        return
    tally.add([_NOT_UNIQUE])
    twice = await look.aside.rows(
        "SELECT min(id) FROM messages GROUP BY key HAVING count(*) > 1 ORDER BY 1 LIMIT {}", SHOWN
    )
    tally.add(f"{_TWICE} {row[0]}" for row in twice)


_NOT_UNIQUE = N_("messages: одно письмо может уйти под двумя номерами, уникального ключа нет")
_TWICE = N_("под одним Message-ID два письма: письмо")


_RULES = (
    Rule(
        N_("отправлено неизвестно когда: письмо"),
        "messages",
        "SELECT id FROM messages WHERE id BETWEEN {} AND {} AND (status = 'sent') <> (sent_at IS NOT NULL)",
    ),
    Rule(
        N_("не отправлено неизвестно почему: письмо"),
        "messages",
        "SELECT id FROM messages WHERE id BETWEEN {} AND {} AND status = 'dead' AND last_error = ''",
    ),
    Rule(
        N_("ни в очереди, ни отправлено: письмо"),
        "messages",
        "SELECT id FROM messages WHERE id BETWEEN {} AND {} AND status NOT IN ('queued', 'sending', 'sent', 'dead')",
    ),
)

_WAITING = (
    (
        N_("взято в отправку и брошено: письмо"),
        "SELECT id FROM messages WHERE status IN ('queued', 'sending') AND next_at <= {} AND status = 'sending'",
        ABANDONED_AFTER,
    ),
    (
        N_("не ушло и не признано неотправленным: письмо"),
        "SELECT id FROM messages WHERE status IN ('queued', 'sending') AND created_at <= {}",
        GIVEN_UP_AFTER,
    ),
)
