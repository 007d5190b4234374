"""I11: initial credentials work at most 72 hours, once, only with the letter's link; what has ended stays ended."""

from __future__ import annotations

from datetime import timedelta

from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.language import N_

LONGEST = timedelta(hours=72)
ENDED_WITHIN = timedelta(minutes=15)
"""A tick ends them each minute while lk is up."""

_NOT_ENDED = N_("время вышло, а регистрация не закончена: регистрация")
_LINK_TOO_LONG = N_("ссылка живёт дольше 72 часов: регистрация")


async def initial_credentials_end(look: Look, tally: Tally) -> None:
    await counted(look, tally, "registrations")
    await look_by(look, tally, _RULES)
    late = look.until - ENDED_WITHIN
    for row in await look.aside.rows(_OUT_OF_TIME, late, late - LONGEST):
        tally.add([f"{_NOT_ENDED} {row[0]}"])
    async for first, last in look.ranges("registrations"):
        for id_, sent_at, ends_at in await look.aside.rows(_LETTERS, first, last):
            if ends_at - sent_at > LONGEST:
                tally.add([f"{_LINK_TOO_LONG} {id_}"])


_OUT_OF_TIME = (
    "SELECT id FROM registrations WHERE finished_at IS NULL "
    "AND (link_ends_at <= {} OR (link_ends_at IS NULL AND started_at <= {}))"
)
_LETTERS = (
    "SELECT id, letter_sent_at, link_ends_at FROM registrations "
    "WHERE id BETWEEN {} AND {} AND letter_sent_at IS NOT NULL AND link_ends_at IS NOT NULL"
)


def _registrations(what: str, condition: str) -> Rule:
    return Rule(
        what,
        "registrations",
        f"SELECT r.id FROM registrations r WHERE r.id BETWEEN {{}} AND {{}} AND ({condition})",  # noqa: S608
    )


_RULES = (
    _registrations(N_("у ссылки нет конца: регистрация"), "r.link_hash IS NOT NULL AND r.link_ends_at IS NULL"),
    _registrations(
        N_("кабинет открыт без ссылки из письма: регистрация"),
        "r.user_id IS NOT NULL AND (r.link_used_at IS NULL OR r.letter_sent_at IS NULL)",
    ),
    _registrations(
        N_("ссылкой воспользовались после её конца: регистрация"),
        "r.link_used_at > r.link_ends_at OR (r.user_id IS NOT NULL AND r.finished_at > r.link_ends_at)",
    ),
    _registrations(
        N_("законченное продолжено: регистрация"),
        "r.link_used_at > r.finished_at OR r.letter_sent_at > r.finished_at "
        "OR (r.user_id IS NOT NULL AND (r.finished_at IS NULL OR r.link_hash IS NOT NULL))",
    ),
    _registrations(
        N_("чужой занятый счёт открыт: регистрация"),
        "r.is_taken AND (r.user_id IS NOT NULL OR r.link_hash IS NOT NULL OR r.link_used_at IS NOT NULL)",
    ),
    _registrations(
        N_("кабинет открыт другим, а регистрация жива: регистрация"),
        "r.finished_at IS NULL AND EXISTS (SELECT 1 FROM registrations o WHERE o.account_id = r.account_id "
        "AND o.user_id IS NOT NULL AND o.finished_at > r.started_at)",
    ),
    _registrations(
        N_("открыто не столько кабинетов, сколько регистраций: регистрация"),
        "r.user_id IS NOT NULL AND (SELECT count(*) FROM events e WHERE e.account_id = r.account_id "
        "AND e.kind = 'cabinet_opened' AND e.at >= r.link_used_at AND e.at <= r.link_ends_at) <> "
        "(SELECT count(*) FROM registrations o WHERE o.account_id = r.account_id AND o.user_id IS NOT NULL "
        "AND o.finished_at >= r.link_used_at AND o.finished_at <= r.link_ends_at)",
    ),
)
