"""Bills as rows, many at once: a run of a million must not speak to the database bill by bill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.billing.lines import BillDraft, ChargeLine
from lk.billing.penalty import PenaltyLine, Segment
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
    "method",
    "missed",
    "away_periods",
    "penalty_kopecks",
    "opening_penalty_kopecks",
    "hold_reasons",
    "created_at",
    "issued_at",
    "due_on",
    "replaces_id",
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
_PENALTY = ("bill_id", "account_id", "for_bill_id", "for_opening_id", "amount_kopecks", "through_on", "why")


async def store(drafts: Sequence[BillDraft], prices: PriceList, replaced: Mapping[int, int] | None = None) -> None:
    """Bills of one period with their lines; those without a reason to be held are entered. Inside `write()`.

    `replaced`: the ids of the reversed bills that new ones stand for, by account. Raises one of db.CONSTRAINT_ERRORS
    where an account has a live bill of the period.
    """
    if not drafts:
        return
    now, due_on = clock.now(), prices.month(drafts[0].period).calendar.due_on(drafts[0].period, clock.today())
    instead = replaced or {}
    bills = [_bill_row(each, now, due_on, instead.get(each.account_id)) for each in drafts]
    await db.insert_many("bills", _BILL, bills)
    ids = await _ids_of(drafts)
    await db.insert_many("charges", _CHARGE, _charge_rows(ids, drafts))
    await db.insert_many("penalty_lines", _PENALTY, _penalty_rows(ids, drafts))
    await enter([_issued_of(ids, draft) for draft in drafts if not draft.hold_reasons])
    await record_many(
        Happened("bill_held", draft.account_id, {"period": str(draft.period), "bill": ids[draft.account_id]})
        for draft in drafts
        if draft.hold_reasons
    )


async def _ids_of(drafts: Sequence[BillDraft]) -> dict[int, int]:
    """Ids of the live bills by account; the drafts are in the order of accounts."""
    # `+ 0`: SQLite would rather go through all bills of the period than through these accounts.
    rows = await db.read_rows(
        "SELECT account_id, id FROM bills "
        "WHERE account_id BETWEEN {} AND {} AND period + 0 = {} AND status <> 'reversed'",
        drafts[0].account_id,
        drafts[-1].account_id,
        drafts[0].period.number,
    )
    return {row[0]: row[1] for row in rows}


def _bill_row(draft: BillDraft, now: datetime, due_on: date, replaces_id: int | None) -> tuple[object, ...]:
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
        draft.method,
        draft.missed,
        draft.away_periods,
        draft.penalty_kopecks,
        draft.opening_penalty_kopecks,
        _reasons(draft.hold_reasons) if is_held else "[]",
        now,
        None if is_held else now,
        due_on,
        replaces_id,
    )


def _reasons(problems: Iterable[Problem]) -> str:
    return json.dumps([{"code": problem.code, **problem.params} for problem in problems])


def _charge_rows(ids: Mapping[int, int], drafts: Sequence[BillDraft]) -> list[tuple[object, ...]]:
    return [_charge_row(ids[draft.account_id], draft.account_id, line) for draft in drafts for line in draft.lines]


def _charge_row(bill_id: int, account_id: int, line: ChargeLine) -> tuple[object, ...]:
    return (
        bill_id,
        account_id,
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
        _text(line.why),
    )


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _penalty_rows(ids: Mapping[int, int], drafts: Sequence[BillDraft]) -> list[tuple[object, ...]]:
    return [
        (
            ids[draft.account_id],
            draft.account_id,
            line.debt.bill_id,
            line.debt.opening_id,
            line.amount_kopecks,
            line.through_on,
            _text(_why_late(line)),
        )
        for draft in drafts
        for line in draft.penalties
    ]


def _why_late(line: PenaltyLine) -> dict[str, object]:
    """The debt, the days on which it stood unpaid, and what was posted for it before."""
    return {
        "period": str(line.debt.period) if line.debt.period else None,
        "due_on": line.debt.due_on.isoformat(),
        "segments": [_segment(each) for each in line.segments],
        "accrued": line.accrued_kopecks,
        "posted": line.debt.posted_kopecks,
    }


def _segment(segment: Segment) -> dict[str, object]:
    return {
        "from": segment.first.isoformat(),
        "to": segment.last.isoformat(),
        "days": segment.days,
        "kopecks": segment.kopecks,
        "basis_points": segment.basis_points,
        "divisor": segment.divisor,
        "amount": segment.amount_text,
    }


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued bill as the ledger and the history know it."""

    id: int
    account_id: int
    period: Period
    energy_kopecks: int
    adjustment_kopecks: int
    penalty_kopecks: int


def _issued_of(ids: Mapping[int, int], draft: BillDraft) -> Issued:
    return Issued(
        ids[draft.account_id],
        draft.account_id,
        draft.period,
        draft.energy_kopecks,
        draft.adjustment_kopecks,
        draft.penalty_kopecks,
    )


async def enter(bills: Sequence[Issued], actor: Actor = PROGRAM) -> None:
    """Posts issued bills to the ledger and writes them down in the history. Inside `write()`."""
    run_on = clock.today()
    await post_many([transfer for bill in bills for transfer in _transfers(bill, run_on)])
    await record_many([_happened(bill) for bill in bills], actor)


def _transfers(bill: Issued, run_on: date) -> Iterable[Transfer]:
    source = f"bill:{bill.id}"
    for kind, kopecks, part in (
        (Kind.CHARGE, bill.energy_kopecks, Part.PRINCIPAL),
        (Kind.ADJUSTMENT, bill.adjustment_kopecks, Part.PRINCIPAL),
        (Kind.PENALTY, bill.penalty_kopecks, Part.PENALTY),
    ):
        if kopecks:
            yield Transfer(kind, bill.account_id, kopecks, part, run_on, f"{source}:{kind}", source)


def _happened(bill: Issued) -> Happened:
    total = bill.energy_kopecks + bill.adjustment_kopecks
    return Happened("bill_issued", bill.account_id, {"period": str(bill.period), "bill": bill.id, "total": total})
