"""I13: what is done under impersonation names actor and subject; a look is short, has its reason, changes little."""

from __future__ import annotations

from datetime import timedelta

from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.history.rules import STAFF
from lk.language import N_

LONGEST = timedelta(minutes=30)
SLACK = timedelta(minutes=1)
"""What was begun in the look's last second may be written down after it."""

_TOO_LONG = N_("взгляд дольше получаса: взгляд")
_AT_ANOTHER_TIME = N_("сделано не во время взгляда: событие")
_WITHOUT_CODE = N_("сделано без кода жителя: событие")


async def looks_are_told(look: Look, tally: Tally) -> None:
    await counted(look, tally, "impersonations")
    await look_by(look, tally, _RULES)
    async for first, last in look.ranges("impersonations"):
        for id_, started_at, ends_at, ended_at in await look.aside.rows(_TIMES, first, last):
            if ends_at - started_at > LONGEST or (ended_at is not None and ended_at < started_at):
                tally.add([f"{_TOO_LONG} {id_}"])
    async for first, last in look.ranges("events"):
        for id_, kind, at, started_at, ends_at, allowed_at in await look.aside.rows(_MOMENTS, first, last):
            if not started_at <= at <= ends_at + SLACK:
                tally.add([f"{_AT_ANOTHER_TIME} {id_}"])
            if not kind.startswith("look_") and (allowed_at is None or at < allowed_at):
                tally.add([f"{_WITHOUT_CODE} {id_}"])


def _staff(what: str, condition: str) -> Rule:
    return Rule(
        what,
        "events",
        f"SELECT id FROM events e WHERE {STAFF} AND id BETWEEN {{}} AND {{}} AND ({condition})",  # noqa: S608
    )


_RULES = (
    _staff(N_("не сказано, кто из сотрудников: событие"), "e.actor_kind = 'agent' AND e.actor_agent_id IS NULL"),
    _staff(
        N_("под чужим взглядом не сказано, кто и чей счёт: событие"),
        "e.impersonation_id IS NOT NULL AND (e.actor_kind <> 'agent' OR e.actor_agent_id IS NULL "
        "OR e.actor_user_id IS NULL OR e.account_id IS NULL)",
    ),
    _staff(
        N_("взгляд был другого сотрудника или на другой счёт: событие"),
        "e.impersonation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM impersonations i "
        "WHERE i.id = e.impersonation_id AND i.agent_id = e.actor_agent_id AND i.account_id = e.account_id)",
    ),
    _staff(
        N_("под чужим взглядом сделано недозволенное: событие"),
        "e.impersonation_id IS NOT NULL AND e.kind NOT LIKE 'look_%' "
        "AND e.kind NOT IN ('reading_sent', 'reading_held', 'autopay_ended')",
    ),
    Rule(
        N_("взгляд без причины или без следа в истории: взгляд"),
        "impersonations",
        "SELECT i.id FROM impersonations i WHERE i.id BETWEEN {} AND {} AND (i.reason = '' OR NOT EXISTS "
        "(SELECT 1 FROM events e WHERE e.account_id = i.account_id AND e.kind = 'look_began' "
        "AND e.impersonation_id = i.id AND e.actor_agent_id = i.agent_id))",
    ),
    Rule(
        N_("два взгляда сразу: взгляд"),
        "impersonations",
        "SELECT i.id FROM impersonations i WHERE i.id BETWEEN {} AND {} AND EXISTS (SELECT 1 FROM impersonations o "
        "WHERE o.session_id = i.session_id AND o.id < i.id AND coalesce(o.ended_at, o.ends_at) > i.started_at)",
    ),
)

_TIMES = "SELECT id, started_at, ends_at, ended_at FROM impersonations WHERE id BETWEEN {} AND {}"

_MOMENTS = (
    "SELECT e.id, e.kind, e.at, i.started_at, i.ends_at, i.allowed_at FROM events e "  # noqa: S608
    "JOIN impersonations i ON i.id = e.impersonation_id "
    f"WHERE {STAFF} AND e.id BETWEEN {{}} AND {{}}"
)
