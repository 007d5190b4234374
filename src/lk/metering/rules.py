"""Judging a reading: everything odd about it at once, and how badly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import permutations

from lk.identity.rules import Limit
from lk.metering.estimates import AVERAGE_MONTHS as AVERAGE_MONTHS
from lk.metering.estimates import AVERAGE_PERIODS_AT_MOST as AVERAGE_PERIODS_AT_MOST
from lk.metering.estimates import AWAY_PERIODS_AT_MOST as AWAY_PERIODS_AT_MOST
from lk.metering.estimates import Estimate as Estimate
from lk.metering.estimates import EstimateFacts as EstimateFacts
from lk.metering.estimates import UsageHistory as UsageHistory
from lk.metering.estimates import check_away as check_away
from lk.metering.estimates import days_open as days_open
from lk.metering.estimates import estimate as estimate
from lk.metering.estimates import is_away as is_away
from lk.metering.estimates import last_away_day as last_away_day
from lk.metering.estimates import typical_monthly as typical_monthly
from lk.metering.estimates import usage_history as usage_history
from lk.metering.growth import Consumption as Consumption
from lk.metering.growth import MeterFacts as MeterFacts
from lk.metering.growth import MeterGrowth as MeterGrowth
from lk.metering.growth import ReadingFacts as ReadingFacts
from lk.metering.growth import consumption as consumption
from lk.metering.growth import growth as growth
from lk.metering.growth import physical_cap as physical_cap
from lk.metering.growth import step_kwh as step_kwh
from lk.metering.growth import total_growth as total_growth
from lk.outcome import Problem, Severity
from lk.period import Period

FAR_ABOVE = 3
"""So many times the typical consumption asks for a confirmation."""
MISFIT_AT_LEAST = 400
"""From a fifth of all energy in the wrong zone on, two zones may have been swapped."""
MONTHS_OF_WARNING = (1, 3, 6)
"""Months before a meter's verification ends at which its holder is told."""


READINGS_PER_ACCOUNT = Limit(30, timedelta(hours=1))
READINGS_PER_ADDRESS = Limit(600, timedelta(minutes=15))
"""On the window's last evening many households share one address of their mobile network."""
PHOTOS_PER_ACCOUNT = Limit(20, timedelta(hours=1))


class Verdict(StrEnum):
    """What happens to a judged reading."""

    ACCEPTED = "accepted"
    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    OVERTAKEN = "superseded"
    """Good as it is, but a later one had come before it."""


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """A reading about to be stored, and the last real one of an earlier period.

    `values` by register; None where no number was typed. `typical` is what `typical_monthly` gives, `months` how many
    periods the previous reading is old.
    """

    zones: int
    digits: int
    values: tuple[int | None, ...]
    taken_on: date
    today: date
    ratio: int = 1
    previous: tuple[int, ...] | None = None
    previous_taken_on: date | None = None
    power_kw: int | None = None
    typical: tuple[int, ...] | None = None
    months: int = 1
    source: str = "resident"
    verified_until: date | None = None
    is_used_after_verification: bool = True
    closed_on: date | None = None

    @property
    def cap_kwh(self) -> int | None:
        """What the connection can carry in the days between the two readings, all registers together."""
        if self.power_kw is None or self.previous_taken_on is None:
            return None
        return physical_cap(self.power_kw, max(1, (self.taken_on - self.previous_taken_on).days))


def judge_reading(facts: JudgeFacts) -> list[Problem]:
    """All problems at once, refusals first, each with its register's field `t1`…`t3` where it has one.

    Comparisons are made of the registers that can be read at all; those of all together only when all can.
    """
    problems = [*_unreadable(facts), *_wrong_day(facts)]
    spoiled = {problem.field for problem in problems}
    used: list[int | None] = []
    for at in range(facts.zones):
        used.append(None)
        if facts.previous is None or _field(at) in spoiled:
            continue
        used[at], doubt = _register_consumption(facts, at)
        problems += doubt
    problems += _too_much(facts, used)
    problems += _far_above_typical(facts, used)
    problems += _swapped(facts, used)
    return problems


def verdict(problems: Sequence[Problem], source: str, is_confirmed: bool = False) -> Verdict:
    """What the problems come to. A bulk import reports what a person would have to confirm, and goes on."""
    severities = {problem.severity for problem in problems}
    if Severity.REFUSE in severities:
        return Verdict.REFUSED
    if Severity.CONFIRM in severities and not is_confirmed and source != "import":
        return Verdict.UNCONFIRMED
    return Verdict.HELD if Severity.HOLD in severities else Verdict.ACCEPTED


def verification_warning(verified_until: date, today: date) -> int | None:
    """0 when the verification interval is over, 1, 3 or 6 in so many last months of it, None before."""
    if today > verified_until:
        return 0
    for months in MONTHS_OF_WARNING:
        if verified_until <= _months_later(today, months):
            return months
    return None


def _months_later(day: date, months: int) -> date:
    return (Period.of(day) + months).day(day.day)


def _field(at: int) -> str:
    return f"t{at + 1}"


def _unreadable(facts: JudgeFacts) -> Iterator[Problem]:
    for at in range(facts.zones):
        value = facts.values[at] if at < len(facts.values) else None
        if value is None or value < 0:
            yield Problem("not_a_number", Severity.REFUSE, _field(at))
        elif value >= 10**facts.digits:
            yield Problem("too_many_digits", Severity.REFUSE, _field(at), {"digits": facts.digits})


def _wrong_day(facts: JudgeFacts) -> Iterator[Problem]:
    if facts.taken_on > facts.today:
        yield Problem("taken_in_future", Severity.REFUSE, "taken_on", {"today": facts.today.isoformat()})
    if facts.closed_on is not None and facts.taken_on > facts.closed_on:
        yield Problem("taken_after_closing", Severity.REFUSE, "taken_on", {"closed_on": facts.closed_on.isoformat()})
    if facts.verified_until is None or facts.is_used_after_verification or facts.taken_on <= facts.verified_until:
        return
    yield Problem("verification_over", Severity.HOLD, None, {"verified_until": facts.verified_until.isoformat()})


def _register_consumption(facts: JudgeFacts, at: int) -> tuple[int | None, list[Problem]]:
    """kWh of one readable register since the previous reading, or None and why there is none."""
    value, previous = facts.values[at], (facts.previous or ())[at]
    assert value is not None
    used = consumption(previous, value, facts.digits, facts.ratio, _believable_kwh(facts, at))
    if used is None:
        return None, [_below(facts, at, previous, value)]
    if value == previous:
        return 0, [Problem("equal_to_previous", Severity.CONFIRM, _field(at), {"previous": previous})]
    return used.kwh, []


def _believable_kwh(facts: JudgeFacts, at: int) -> int | None:
    """The most that a roll-over may come to: neither above the cap nor far above the typical."""
    limits = [facts.cap_kwh, _far_above_kwh(facts, at)]
    return min((limit for limit in limits if limit is not None), default=None)


def _far_above_kwh(facts: JudgeFacts, at: int) -> int | None:
    return None if facts.typical is None else FAR_ABOVE * facts.typical[at] * max(1, facts.months)


def _below(facts: JudgeFacts, at: int, previous: int, value: int) -> Problem:
    """Below the previous: a roll-over that is not quite believable, or simply lower."""
    dial = 10**facts.digits
    is_maybe_rolled = previous * 10 >= dial * 9 and value + dial - previous < previous - value
    code = "roll_over_doubtful" if is_maybe_rolled else "below_previous"
    return Problem(code, Severity.HOLD, _field(at), {"previous": previous, "value": value})


def _too_much(facts: JudgeFacts, used: Sequence[int | None]) -> Iterator[Problem]:
    known = [kwh or 0 for kwh in used]
    cap, total = facts.cap_kwh, sum(known)
    if cap is not None and total > cap:
        most = known.index(max(known))
        yield Problem("above_physical_cap", Severity.HOLD, _field(most), {"consumption": total, "cap": cap})


def _far_above_typical(facts: JudgeFacts, used: Sequence[int | None]) -> Iterator[Problem]:
    for at, kwh in enumerate(used):
        limit = _far_above_kwh(facts, at)
        if facts.typical is None or kwh is None or limit is None or kwh <= limit:
            continue
        expected = facts.typical[at] * max(1, facts.months)
        params = {"consumption": kwh, "typical": facts.typical[at], "expected": expected, "months": facts.months}
        yield Problem("far_above_typical", Severity.CONFIRM, _field(at), params)


def _swapped(facts: JudgeFacts, used: Sequence[int | None]) -> Iterator[Problem]:
    """The same numbers on other registers would be the household's usual shares: a question, not an accusation.

    Misfit is the distance from the typical shares in thousandths, 0 to 2000. "Better by far": from a fifth of all
    energy in the wrong zone (400) to a quarter of that misfit or less.
    """
    typed = tuple(value for value in facts.values[: facts.zones] if value is not None and 0 <= value < 10**facts.digits)
    if facts.zones == 1 or facts.previous is None or not facts.typical or len(typed) != facts.zones:
        return
    if not sum(facts.typical):
        return
    as_typed = _misfit(used, facts.typical)
    orders = [order for order in permutations(range(facts.zones)) if list(order) != sorted(order)]
    misfit, best = min((_misfit(_reordered(facts, typed, order), facts.typical), order) for order in orders)
    if as_typed >= MISFIT_AT_LEAST and misfit * 4 <= as_typed:
        params = {_field(at): typed[source] for at, source in enumerate(best)}
        yield Problem("zones_look_swapped", Severity.CONFIRM, "t1", params)


def _reordered(facts: JudgeFacts, typed: Sequence[int], order: Sequence[int]) -> list[int | None]:
    used: list[int | None] = []
    for at, source in enumerate(order):
        previous = (facts.previous or ())[at]
        each = consumption(previous, typed[source], facts.digits, facts.ratio, _believable_kwh(facts, at))
        used.append(each.kwh if each else None)
    return used


def _misfit(used: Sequence[int | None], typical: Sequence[int]) -> int:
    known = [kwh for kwh in used if kwh is not None]
    total, usual = sum(known), sum(typical)
    if len(known) < len(used) or not total:
        return 2000
    return (
        1000 * sum(abs(kwh * usual - each * total) for kwh, each in zip(known, typical, strict=True)) // (total * usual)
    )
