"""`lk verify`: the invariants that can be seen in the stored data, each by its own look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from lk import clock
from lk.cycle.outages import last_beat
from lk.cycle.verifying.bills import one_live_bill
from lk.cycle.verifying.card_money import card_money_is_booked, unknown_is_looked_after
from lk.cycle.verifying.findings import SHOWN as SHOWN
from lk.cycle.verifying.findings import Finding as Finding
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.history import history_is_kept
from lk.cycle.verifying.integers import integers_everywhere
from lk.cycle.verifying.ledger import transfers_balance
from lk.cycle.verifying.letters import letters_end
from lk.cycle.verifying.looking import Look, Stopped, Tell
from lk.cycle.verifying.looks import looks_are_told
from lk.cycle.verifying.readings import readings_count_by_their_window
from lk.cycle.verifying.registrations import initial_credentials_end
from lk.cycle.verifying.sums import sums_agree
from lk.db.aside import aside
from lk.language import N_

__all__ = ["CHECKS", "SHOWN", "Finding", "Stopped", "findings", "verify"]


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant of the list, in words, and how it is looked at."""

    id: str
    what: str
    look: Callable[[Look, Tally], Awaitable[None]]


CHECKS = (
    Check("I1", N_("один счёт на лицевой счёт и период"), one_live_bill),
    Check("I2", N_("проводки сходятся и не меняются"), transfers_balance),
    Check("I3", N_("суммы сходятся в двух расчётах"), sums_agree),
    Check("I4", N_("деньги с карт — те же, что в книге"), card_money_is_booked),
    Check("I5", N_("неизвестное не повторяют и не забывают"), unknown_is_looked_after),
    Check("I7", N_("каждое письмо ушло или видно, что не ушло"), letters_end),
    Check("I8", N_("деньги и энергия — целые числа"), integers_everywhere),
    Check("I10", N_("показание считается за свой месяц"), readings_count_by_their_window),
    Check("I11", N_("первые логин и пароль живут трое суток и один раз"), initial_credentials_end),
    Check("I13", N_("сотрудник в чужом кабинете назван и ничего не менял"), looks_are_told),
    Check("I14", N_("история только дополняется"), history_is_kept),
)


_NEVER_UP = datetime.fromtimestamp(0, UTC)
"""Where only commands ran, nobody was there to send or to end anything."""


async def verify(*, full: bool = False, tell: Tell | None = None) -> list[Finding]:
    """All invariants that can be seen in the data; without `full` the newest periods and a hundredth of the older."""
    return [each async for each in findings(full=full, tell=tell)]


async def findings(
    *,
    full: bool = False,
    tell: Tell | None = None,
    is_stopped: Callable[[], bool] | None = None,
    only: str | None = None,
) -> AsyncIterator[Finding]:
    """One after another, or `only` the invariant with this id. `tell` hears how far it has come.

    Raises Stopped once `is_stopped`.
    """
    now = clock.now()
    async with aside() as own:
        look = Look(
            own,
            full,
            now,
            clock.today(),
            min(now, await last_beat() or _NEVER_UP),
            is_stopped or (lambda: False),
            tell or (lambda _: None),
        )
        for check in CHECKS:
            if only not in (None, check.id):
                continue
            begun, tally = monotonic(), Tally()
            await check.look(look, tally)
            yield tally.finding(check.id, check.what, monotonic() - begun)
