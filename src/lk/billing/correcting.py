"""Correct what was billed: bills are reversed, never edited, and made anew in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from lk import clock, db
from lk.actor import Actor
from lk.billing.actions import Run, drafts_of
from lk.billing.delivering import deliver_between
from lk.billing.facts import facts_of, with_debts
from lk.billing.storing import store
from lk.history.actions import record
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import Kind, Part
from lk.outcome import refuse
from lk.period import Period
from lk.tariffs.queries import calendars, first_period, fresh_price_list

REASONS = ("reading", "tariff", "meter", "account", "other")
"""Why a bill was reversed; its reader is told."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A reversed bill and the one that stands for it; None where the account owes none of that period any more."""

    period: Period
    reversed_id: int
    bill_id: int | None


class _Live(NamedTuple):
    id: int
    period: int
    status: str
    created_at: datetime
    energy_kopecks: int
    adjustment_kopecks: int
    penalty_kopecks: int


async def correct_from(account_id: int, period: Period, reason: str, actor: Actor) -> list[Corrected]:
    """Reverses the account's live bills from `period` on, the newest first, and makes them anew by today's prices.

    All later ones too, for each builds on those before it; the new ones are delivered at once, so that ten days are
    left to pay. All or nothing. Raises Refused where there is no bill of the period, and where a price is missing.
    """
    if reason not in REASONS:
        raise refuse("unknown_reason", "reason")
    async with db.write(f"account {account_id}", "ledger"):
        bills = await _live_since(account_id, period)
        if not bills or bills[0].period != period.number:
            raise refuse("no_bill_to_correct")
        for bill in reversed(bills):
            await _reverse(account_id, bill, reason, actor)
        made = [await _bill_again(account_id, bill) for bill in bills]
        await deliver_between(account_id, account_id, made[-1].period, await calendars(), clock.today())
        return made


async def _live_since(account_id: int, period: Period) -> Sequence[_Live]:
    """The oldest first."""
    rows = await db.read_rows(
        "SELECT id, period, status, created_at, energy_kopecks, adjustment_kopecks, penalty_kopecks FROM bills "
        "WHERE account_id = {} AND period >= {} AND status <> 'reversed' ORDER BY period",
        account_id,
        period.number,
    )
    return [_Live(*row) for row in rows]


async def _reverse(account_id: int, bill: _Live, reason: str, actor: Actor) -> None:
    """What an issued bill put into the ledger is taken out by entries of its own; a held one put nothing there."""
    await db.execute(
        "UPDATE bills SET status = 'reversed', reversed_at = {}, reversal_reason = {} WHERE id = {}",
        clock.now(),
        reason,
        bill.id,
    )
    if bill.status == "issued":
        today, source = clock.today(), f"bill:{bill.id}"
        principal = bill.energy_kopecks + bill.adjustment_kopecks
        await post_many(
            Transfer(Kind.REVERSAL, account_id, -kopecks, part, today, f"{source}:reversal:{part}", source)
            for part, kopecks in ((Part.PRINCIPAL, principal), (Part.PENALTY, bill.penalty_kopecks))
        )
    await record(
        "bill_reversed" if bill.status == "issued" else "bill_recounted",
        account_id=account_id,
        actor=actor,
        period=str(Period.from_number(bill.period)),
        bill=bill.id,
        reason=reason,
    )


async def _bill_again(account_id: int, bill: _Live) -> Corrected:
    period = Period.from_number(bill.period)
    run = Run(period, await fresh_price_list(), tuple(await calendars()), await first_period())
    known = replace(await facts_of(account_id, period), away_until=await away_until_then(account_id, bill.created_at))
    made = await drafts_of(await with_debts({account_id: known}, [account_id], period), run)
    if account_id in made.failed:
        raise refuse("cannot_bill_again", None, reason=made.failed[account_id], period=str(period))
    if not made.drafts:
        return Corrected(period, bill.id, None)
    await store(list(made.drafts.values()), run.prices, {account_id: bill.id})
    rows = await db.read_rows("SELECT id FROM bills WHERE replaces_id = {}", bill.id)
    return Corrected(period, bill.id, rows[0][0])


async def away_until_then(account_id: int, created_at: datetime) -> date | None:
    """What was declared when the bill was made: a later word changes later bills only."""
    rows = await db.read_rows(
        "SELECT until_on FROM away_declarations WHERE account_id = {} AND declared_at <= {} "
        "AND (ended_at IS NULL OR ended_at > {}) ORDER BY id DESC LIMIT 1",
        account_id,
        created_at,
        created_at,
    )
    return rows[0][0] if rows else None
