"""`lk simulate`: a town through months of its life, with the clock moved, in lk's real parts; then it is checked."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock
from lk.cycle.verify import Finding, verify
from lk.demo.card_book import compare_autopay, compare_cards
from lk.demo.fault_book import FaultBook, faults_of
from lk.demo.life import Life, Report
from lk.demo.living_town import Town
from lk.demo.reckoning import Compared, Month, compare_energy, compare_payments, compared_in_words, months_of, table
from lk.migrating import migrate


@dataclass(frozen=True, slots=True)
class Outcome:
    """The months in the books, what `lk verify --full` found, what the town and its acquirer know better, faults."""

    months: list[Month]
    findings: list[Finding]
    energy: Compared
    payments: Compared
    cards: Compared
    autopay: Compared
    faults: FaultBook

    def in_words(self) -> str:
        compared = compared_in_words(self.energy, self.payments, self.cards, self.autopay)
        return "\n".join((table(self.months), *self.faults.in_words(), *compared))

    @property
    def is_clean(self) -> bool:
        compared = (self.energy, self.payments, self.cards, self.autopay, self.faults)
        return not (any(each.is_breach for each in compared) or any(each.breaches for each in self.findings))


async def simulate_in_empty(
    accounts: int, months: int, seed: int, report: Report | None = None, *, has_faults: bool = False
) -> Outcome:
    """In the current database, brought up to date first. Raises TownNotEmpty."""
    await migrate()
    return await reckon(await live(accounts, months, seed, report, has_faults=has_faults))


async def live(
    accounts: int, months: int, seed: int, report: Report | None = None, *, has_faults: bool = False
) -> Life:
    """`report` gets each month as it stands once it is over, and its seconds. Raises TownNotEmpty."""
    life = Life(Town.drawn(accounts, months, seed), report, has_faults=has_faults)
    with life.town.acquirer.in_use():
        await life.run()
    return life


async def reckon(life: Life) -> Outcome:
    town = life.town
    with clock.fixed_at(town.span.now):
        return Outcome(
            await months_of(town, town.span.first, town.span.last),
            await verify(full=True),
            await compare_energy(town),
            await compare_payments(town),
            await compare_cards(town),
            compare_autopay(town),
            await faults_of(life),
        )
