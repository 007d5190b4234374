"""What the pages of bands and of the penalty rate show. Finished values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from lk import clock, db
from lk.filters import kwh
from lk.language import N_, _
from lk.operations.price_views import Dated, planned_month, since_words
from lk.operations.price_words import percent
from lk.operations.stored_prices import last_billed_period
from lk.period import Period


@dataclass(frozen=True, slots=True)
class DatedPage:
    planned: tuple[Dated, ...]
    past: tuple[Dated, ...]


async def bands_page() -> DatedPage:
    by_day: dict[date, list[int]] = defaultdict(list)
    for row in await db.read("SELECT valid_from, upto_kwh FROM band_limits ORDER BY valid_from DESC, band"):
        by_day[row["valid_from"]].append(row["upto_kwh"])
    return _page(
        [
            Dated(
                since_words(day),
                tuple(
                    (_(name), _("до %(limit)s", limit=kwh(upto)))
                    for name, upto in zip((N_("Первый"), N_("Второй")), limits, strict=False)
                ),
                since=planned_month(day),
            )
            for day, limits in by_day.items()
        ]
    )


async def penalty_rates_page() -> DatedPage:
    rows = await db.read("SELECT valid_from, basis_points FROM penalty_rates ORDER BY valid_from DESC")
    return _page(
        [
            Dated(
                since_words(row["valid_from"]) if row["valid_from"] > _LONG_AGO else _("С самого начала"),
                ((_("Ставка"), _("%(rate)s годовых", rate=percent(row["basis_points"]))),),
                since=row["valid_from"].isoformat() if row["valid_from"] > clock.today() else "",
            )
            for row in rows
        ]
    )


_LONG_AGO = date(1970, 1, 1)


def _page(dated: list[Dated]) -> DatedPage:
    return DatedPage(
        planned=tuple(each for each in dated if each.since),
        past=tuple(each for each in dated if not each.since),
    )


async def first_free_month() -> Period:
    """The first of which nothing is billed."""
    billed, this = await last_billed_period(), Period.of(clock.today())
    return max(billed.next, this + -1) if billed else this
