"""The desk's queue of held bills: the sum, the dials it came from, and why it waits. Finished values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lk.billing.held import HeldBill, held_bills, held_count
from lk.billing.messages import DIAL_NAMES, SOURCES
from lk.billing.queries import ChargeView, charges_in
from lk.filters import account_number, day_year, kwh, money, month_for, number, plural
from lk.language import N_, _, ngettext

SHOWN = 20
METHODS = {
    "reading": N_("по показаниям"),
    "average": N_("по среднему"),
    "norm": N_("по нормативу"),
    "away": N_("никого нет"),
}


def _far_above_usual(told: Mapping[str, Any]) -> str:
    usual, total = int(told["usual"]), int(told["total"])
    if not usual:
        return _("Обычный счёт — %(usual)s.", usual=money(usual))
    times = plural(total // usual, "раз", "раз")
    return _("Обычный счёт — %(usual)s. Этот больше в %(times)s.", usual=money(usual), times=times)


def _above_cap(told: Mapping[str, Any]) -> str:
    return ngettext(
        "Расход %(kwh)s за %(num)s дн. Линия пропускает не больше %(cap)s.",
        "Расход %(kwh)s за %(num)s дн. Линия пропускает не больше %(cap)s.",
        int(told["days"]),
        kwh=kwh(told["consumption"]),
        cap=kwh(told["cap"]),
    )


_REASONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "far_above_usual": _far_above_usual,
    "above_physical_cap": _above_cap,
    "negative": lambda told: _("Возврат %(kwh)s, которого нет в прежних счетах.", kwh=kwh(-told["consumption"])),
}


def hold_words(told: Mapping[str, Any]) -> str:
    """Why a bill waits, or would."""
    return _REASONS[told["code"]](told)


@dataclass(frozen=True, slots=True)
class HeldBillCard:
    """`dials` as (register, from → to, when and whence). `replay_path`: why it is so much, `reading_path`: where a
    wrong reading is put right.
    """

    id: int
    number_shown: str
    customer_path: str
    replay_path: str
    reading_path: str | None
    period: str
    sum: str
    note: str
    dials: tuple[tuple[str, str, str], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillQueue:
    cards: tuple[HeldBillCard, ...]
    more: int


async def bill_queue() -> BillQueue:
    """Those that wait longest, and how many wait besides."""
    found = await held_bills(SHOWN)
    charges: dict[int, list[ChargeView]] = defaultdict(list)
    for charge in await charges_in([each.id for each in found]) if found else ():
        charges[charge.bill_id].append(charge)
    cards = tuple(_card(each, charges[each.id]) for each in found)
    return BillQueue(cards, await held_count() - len(cards) if len(cards) == SHOWN else 0)


def _card(held: HeldBill, charges: Iterable[ChargeView]) -> HeldBillCard:
    dials = tuple(dict.fromkeys(_dials(charges)))
    return HeldBillCard(
        id=held.id,
        number_shown=account_number(held.account_number),
        customer_path=f"/support/accounts/{held.account_public_id}",
        replay_path=f"/support/accounts/{held.account_public_id}/bills/{held.period}",
        reading_path=f"/support/held-bills/{held.id}/reading" if held.method == "reading" else None,
        period=month_for(held.period),
        sum=money(held.total_kopecks),
        note=f"{kwh(held.kwh)}, {_(METHODS[held.method])}",
        dials=dials,
        reasons=tuple(hold_words(each) for each in held.reasons),
    )


def _dials(charges: Iterable[ChargeView]) -> Iterator[tuple[str, str, str]]:
    """Bands and credits are lines about the same dials."""
    for each in charges:
        if each.previous_kwh is None or each.current_kwh is None or each.current_on is None:
            continue
        since = f"{day_year(each.previous_on)} — " if each.previous_on else ""
        yield (
            _(DIAL_NAMES.get(each.zone, each.zone)),
            f"{number(each.previous_kwh)} → {number(each.current_kwh)}",
            f"{since}{day_year(each.current_on)}, {_(SOURCES[each.source]) if each.source in SOURCES else each.source}",
        )
