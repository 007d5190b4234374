"""The months on paper: bars without a colour, and the comparison in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lk import filters
from lk.billing.sheet import BillSheet, Month
from lk.billing.sums import comparisons
from lk.language import _

SHADES = ("#262626", "#949494", "#d6d6d6")
"""Of the zones, the first at the bottom; a printer without colour keeps them apart."""
_WIDTH, _HEIGHT = 1000, 300
_FEWEST = 12


def chart(sheet: BillSheet) -> dict[str, Any]:
    """`svg` empty: nothing to compare yet. `marks`: (thousandths of the width, words) under the bars."""
    step = _WIDTH // max(len(sheet.months), _FEWEST)
    return {
        "title": _("Расход по месяцам"),
        "names": [(zone, shade) for zone, shade in zip(sheet.zones, SHADES, strict=False)],
        "svg": _picture(sheet.months, step) if len(sheet.months) > 1 else "",
        "marks": list(_marks(sheet.months, step)),
        "words": [f"{filters.month(sheet.period).capitalize()} — {filters.kwh(sheet.used_kwh)}", *comparisons(sheet)],
    }


def _picture(months: Sequence[Month], step: int) -> str:
    shapes = "".join(f'<path fill="{shade}" d="{bars}"/>' for shade, bars in _bars(months, step).items())
    ground = f'<path d="M0 {_HEIGHT + 1}h{_WIDTH}" stroke="#999" stroke-width="2"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT + 2}" preserveAspectRatio="none">'
    return f"{head}{shapes}{ground}</svg>"


def _bars(months: Sequence[Month], step: int) -> dict[str, str]:
    """Paths by shade: a bar for each month, its zones one on the other; of one zone the newest month is the dark one.

    What a credit took back never goes below nothing.
    """
    tallest = max(sum(max(0, kwh) for kwh in each.kwh) for each in months) or 1
    paths: dict[str, str] = {}
    for at, month in enumerate(months):
        base = _HEIGHT
        for zone, kwh in enumerate(month.kwh):
            height = max(0, kwh) * _HEIGHT // tallest
            base -= height
            shade = SHADES[zone] if len(month.kwh) > 1 or month is months[-1] else SHADES[1]
            bar = f"M{at * step + step // 8} {base}h{step * 3 // 4}v{height}h-{step * 3 // 4}z"
            paths[shade] = paths.get(shade, "") + bar
    return paths


def _marks(months: Sequence[Month], step: int) -> Iterator[tuple[int, str]]:
    """Where the bars and where years begin."""
    for at, month in enumerate(months):
        if at == 0:
            yield 0, filters.month(month.period)
        elif month.period.month == 1 and at * step > _WIDTH // 4:
            yield at * step, str(month.period.year)
