"""The desk's queue of held bills: the sum, and why it waits. Finished values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lk.billing.held import HeldBill, held_bills, held_count
from lk.filters import account_number, kwh, money, month_for

SHOWN = 20
METHODS = {"reading": "по показаниям", "average": "по среднему", "norm": "по нормативу", "away": "никто не живёт"}

_REASONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "far_above_usual": lambda told: f"Обычный счёт — {money(told['usual'])}, этот больше чем в пять раз.",
    "above_physical_cap": lambda told: (
        f"Расход {kwh(told['consumption'])} за {told['days']} дн. Линия пропускает не больше {kwh(told['cap'])}."
    ),
    "negative": lambda told: f"Возврат {kwh(-told['consumption'])}, которого нет в прежних счетах.",
}


@dataclass(frozen=True, slots=True)
class HeldBillCard:
    id: int
    number_shown: str
    customer_path: str
    period: str
    sum: str
    note: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillQueue:
    cards: tuple[HeldBillCard, ...]
    more: int


async def bill_queue() -> BillQueue:
    """Those that wait longest, and how many wait besides."""
    cards = tuple(map(_card, await held_bills(SHOWN)))
    return BillQueue(cards, await held_count() - len(cards) if len(cards) == SHOWN else 0)


def _card(held: HeldBill) -> HeldBillCard:
    return HeldBillCard(
        id=held.id,
        number_shown=account_number(held.account_number),
        customer_path=f"/support/accounts/{held.account_public_id}",
        period=month_for(held.period),
        sum=money(held.total_kopecks),
        note=f"{kwh(held.kwh)}, {METHODS[held.method]}",
        reasons=tuple(_REASONS[each["code"]](each) for each in held.reasons),
    )
