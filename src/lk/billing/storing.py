"""Bills as rows, many at once: a run of a million must not speak to the database bill by bill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.billing.lines import BillDraft, ChargeLine
from lk.history.actions import Happened, record_many
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import Kind, Part
from lk.outcome import Problem
from lk.period import Period
from lk.tariffs.rules import PriceList

_BILL = (
    "account_id",
    "period",
    "status",
    "opening_kopecks",
    "energy_kopecks",
    "adjustment_kopecks",
    "total_kopecks",
    "vat_kopecks",
    "vat_percent",
    "missed",
    "hold_reasons",
    "created_at",
    "issued_at",
    "due_on",
)
_CHARGE = (
    "bill_id",
    "account_id",
    "line",
    "register",
    "zone",
    "meter_id",
    "band",
    "previous_kwh",
    "current_kwh",
    "previous_on",
    "current_on",
    "source",
    "consumption_kwh",
    "price_kopecks",
    "amount_kopecks",
    "method",
    "legal_act",
    "tariff_from",
    "credits_id",
    "why",
)


async def store(drafts: Sequence[BillDraft], prices: PriceList) -> None:
    """Bills of one period with their lines; those without a reason to be held are entered. Inside `write()`.

    Raises one of db.CONSTRAINT_ERRORS where an account has a live bill of the period.
    """
    if not drafts:
        return
    now = clock.now()
    await _insert("bills", _BILL, [_bill_row(draft, prices, now) for draft in drafts])
    ids = await _ids_of(drafts)
    await _insert("charges", _CHARGE, [_charge_row(ids[d.account_id], d, line) for d in drafts for line in d.lines])
    await enter([_issued_of(ids, draft) for draft in drafts if not draft.hold_reasons])
    await record_many(
        Happened("bill_held", draft.account_id, {"period": str(draft.period), "bill": ids[draft.account_id]})
        for draft in drafts
        if draft.hold_reasons
    )


async def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    marks = db.placeholders(columns)
    await db.write_many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608


async def _ids_of(drafts: Sequence[BillDraft]) -> dict[int, int]:
    """Ids of the live bills by account; the drafts are in the order of accounts."""
    rows = await db.read(
        "SELECT id, account_id FROM bills WHERE account_id BETWEEN {} AND {} AND period = {} AND status <> 'reversed'",
        drafts[0].account_id,
        drafts[-1].account_id,
        drafts[0].period.number,
    )
    return {row["account_id"]: row["id"] for row in rows}


def _bill_row(draft: BillDraft, prices: PriceList, now: datetime) -> tuple[object, ...]:
    is_held = bool(draft.hold_reasons)
    return (
        draft.account_id,
        draft.period.number,
        "held" if is_held else "issued",
        draft.opening_balance_kopecks,
        draft.energy_kopecks,
        draft.adjustment_kopecks,
        draft.total,
        draft.vat_kopecks,
        draft.vat_percent,
        draft.missed,
        _reasons(draft.hold_reasons),
        now,
        None if is_held else now,
        prices.month(draft.period).calendar.pay_by_on(draft.period),
    )


def _reasons(problems: Iterable[Problem]) -> str:
    return json.dumps([{"code": problem.code, **problem.params} for problem in problems])


def _charge_row(bill_id: int, draft: BillDraft, line: ChargeLine) -> tuple[object, ...]:
    return (
        bill_id,
        draft.account_id,
        line.line,
        line.register.value,
        line.zone.value,
        line.meter_id,
        line.band,
        line.previous_kwh,
        line.current_kwh,
        line.previous_on,
        line.current_on,
        line.source,
        line.consumption_kwh,
        line.price_kopecks,
        line.amount_kopecks,
        line.method,
        line.legal_act,
        line.tariff_from,
        line.credits_id,
        json.dumps(dict(line.why), ensure_ascii=False),
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued bill as the ledger and the history know it."""

    id: int
    account_id: int
    period: Period
    energy_kopecks: int
    adjustment_kopecks: int


def _issued_of(ids: Mapping[int, int], draft: BillDraft) -> Issued:
    return Issued(ids[draft.account_id], draft.account_id, draft.period, draft.energy_kopecks, draft.adjustment_kopecks)


async def enter(bills: Sequence[Issued], actor: Actor = PROGRAM) -> None:
    """Posts issued bills to the ledger and writes them down in the history. Inside `write()`."""
    run_on = clock.today()
    await post_many(
        Transfer(kind, bill.account_id, kopecks, Part.PRINCIPAL, run_on, f"bill:{bill.id}:{kind}", f"bill:{bill.id}")
        for bill in bills
        for kind, kopecks in ((Kind.CHARGE, bill.energy_kopecks), (Kind.ADJUSTMENT, bill.adjustment_kopecks))
    )
    await record_many([_happened(bill) for bill in bills], actor)


def _happened(bill: Issued) -> Happened:
    total = bill.energy_kopecks + bill.adjustment_kopecks
    return Happened("bill_issued", bill.account_id, {"period": str(bill.period), "bill": bill.id, "total": total})
