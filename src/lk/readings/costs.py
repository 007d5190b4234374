"""What a reading would cost, as the page tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from lk.billing.rules import BillFacts
from lk.filters import money
from lk.language import _
from lk.metering.messages import reserved_sentence, sentence
from lk.metering.queries import Occasion
from lk.metering.rules import ReadingFacts
from lk.outcome import Problem
from lk.readings import messages
from lk.readings.rules import FIELDS, Forecast, Usage, forecast
from lk.tariffs.rules import NoRate, PriceList


@dataclass(frozen=True, slots=True)
class Costs:
    """What every sum of an account's cards is counted from."""

    facts: BillFacts
    prices: PriceList
    history: Sequence[Usage]
    today: date
    sentence = staticmethod(sentence)

    def forecast(self, occasion: Occasion, values: Sequence[int]) -> Forecast | None:
        reading = ReadingFacts(None, occasion.meter.id, tuple(values), self.today, occasion.period, occasion.source)
        return forecast(self.facts, reading, self.prices)

    def price(self, occasion: Occasion) -> list[int] | None:
        """Kopecks by register in the first band; None where no rate is in force."""
        facts, zones = self.facts, occasion.meter.zones
        try:
            rates = self.prices.rates(facts.region, facts.tariff_category, zones, occasion.period)
        except NoRate:
            return None
        return [rate.price_kopecks for rate in rates[0]]

    def is_live(self, occasion: Occasion) -> bool:
        """Whether difference × price is all of the bill: a dial that has not moved would cost nothing."""
        if occasion.previous is None:
            return False
        nothing = self.forecast(occasion, occasion.previous.values)
        return nothing is not None and nothing.total_kopecks == 0 and not nothing.has_more


class Untold:
    """In the place of `Costs` where nothing of money is shown, nor what is usual; `sentence` tells what is odd."""

    history: Sequence[Usage] = ()

    def __init__(self, today: date, sentence: Callable[[Problem], str] = reserved_sentence) -> None:
        self.today = today
        self.sentence = sentence

    def forecast(self, *_: object) -> None:
        return None

    def price(self, *_: object) -> None:
        return None

    def is_live(self, *_: object) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Cost:
    """The coming bill: its total, and its lines (what, sum, why) where they are more than the dials say."""

    total: str
    lines: tuple[tuple[str, str, str], ...]


def cost_of(coming: Forecast) -> Cost:
    lines = tuple(messages.line_words(line) for line in coming.lines) if coming.has_more else ()
    return Cost(money(coming.total_kopecks), lines)


def choices(
    costs: Costs | Untold, occasion: Occasion, problems: Sequence[Problem], coming: Forecast | None
) -> tuple[tuple[str, str], ...]:
    """The sum as typed beside what it would be with swapped zones, or with the usual consumption."""
    other = _other_values(occasion, problems) if problems else None
    instead = costs.forecast(occasion, other[1]) if other else None
    if other is None or instead is None:
        return ()
    typed = ((_("Сейчас"), money(coming.total_kopecks)),) if coming else ()
    return (*typed, (other[0], money(instead.total_kopecks)))


def _other_values(occasion: Occasion, problems: Sequence[Problem]) -> tuple[str, list[int]] | None:
    names = FIELDS[: occasion.meter.zones]
    for problem in problems:
        if problem.code == "zones_look_swapped":
            return _("Если поменять зоны"), [int(str(problem.params[name])) for name in names]
    if occasion.previous is None or occasion.typical is None:
        return None
    usual_kwh = [each * occasion.months // occasion.meter.ratio for each in occasion.typical]
    return _("Как обычно"), [was + more for was, more in zip(occasion.previous.values, usual_kwh, strict=True)]
