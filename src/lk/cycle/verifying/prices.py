"""I3: the second, naive computation of a bill's prices: the newest tariff of the month, by plain comparison."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from lk.breaches import breach
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look
from lk.language import N_

Prices = dict[tuple[str, ...], list[tuple[str, int]]]

_NO_TARIFF = breach(N_("строк %(lines)s, например %(id)s: %(price)s коп. — не тариф"))


class _PricedLine(NamedTuple):
    """Energy lines of bills that are alike; `first_id` is one of them."""

    period: int
    region: str
    tariff_category: str
    zones: int | None
    register: str
    band: int
    price_kopecks: int
    lines: int
    first_id: int


async def look_at_prices(look: Look, tally: Tally) -> None:
    """Every energy line costs its kWh times the newest price that was valid on the first day of its month."""
    prices: Prices = defaultdict(list)
    for *key, valid_from, price in await look.aside.rows(
        "SELECT region, tariff_category, zones, register, band, valid_from, price_kopecks FROM rates"
    ):
        prices[tuple(str(each) for each in key)].append((valid_from.isoformat(), price))
    async for first, last in look.ranges("bills"):
        lines = [_PricedLine(*row) for row in await look.aside.rows(_PRICED, first, last)]
        tally.add(
            _NO_TARIFF(lines=line.lines, id=line.first_id, price=line.price_kopecks)
            for line in lines
            if line.price_kopecks != _price(prices, line)
        )


_PRICED = (
    "SELECT b.period, p.region, a.tariff_category, m.zones, c.register, c.band, c.price_kopecks, "
    "count(*) AS lines, min(c.id) AS id FROM bills b JOIN charges c ON c.bill_id = b.id AND c.line = 'energy' "
    "JOIN accounts a ON a.id = b.account_id JOIN premises p ON p.id = a.premises_id "
    "LEFT JOIN meters m ON m.id = c.meter_id WHERE b.id BETWEEN {} AND {} AND b.status <> 'reversed' "
    "GROUP BY b.period, p.region, a.tariff_category, m.zones, c.register, c.band, c.price_kopecks"
)


def _price(prices: Prices, line: _PricedLine) -> int | None:
    month = f"{line.period // 100:04}-{line.period % 100:02}-01"
    place = (line.region, line.tariff_category, str(line.zones or 1), line.register)
    for band in (str(line.band), "1"):
        valid = sorted(dated for dated in prices.get((*place, band), ()) if dated[0] <= month)
        if valid:
            return valid[-1][1]
    return None
