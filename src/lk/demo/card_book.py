"""The acquirer's own book beside lk's: every ruble that went by card, and every charge of autopay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lk import db
from lk.demo.living_town import Town
from lk.demo.reckoning import Compared
from lk.period import Period
from lk.sandbox.store import Move

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def compare_cards(town: Town) -> Compared:
    """Captured less given back, kopecks; each capture and each refund by itself."""
    there = {_key_of(move): move.amount_kopecks for move in town.acquirer.moves()}
    rows = await db.read_rows(
        "SELECT key, CASE WHEN kind = 'payment' AND credit = 'receivable' OR kind = 'refund' AND debit = 'receivable' "
        "THEN amount_kopecks ELSE -amount_kopecks END FROM ledger_entries "
        "WHERE kind IN ('payment', 'refund') AND source = 'acquirer'"
    )
    here = {key: int(kopecks) for key, kopecks in rows}
    differing = sorted(there.items() ^ here.items())
    return Compared(_less_refunds(there), _less_refunds(here), tuple(f"{key}: {kopecks}" for key, kopecks in differing))


def _key_of(move: Move) -> str:
    """As the ledger names it."""
    return f"{'payment' if move.kind == 'capture' else 'refund'}:{move.object_id}"


def _less_refunds(moved: dict[str, int]) -> int:
    return sum(kopecks if key.startswith("payment:") else -kopecks for key, kopecks in moved.items())


def compare_autopay(town: Town) -> Compared:
    """Bills that autopay paid, and charges by which it did; `differing` tells of those nobody had agreed to."""
    captured = [move for move in town.acquirer.moves() if move.kind == "capture" and _intent(move)[0] == "autopay"]
    bills = Counter(tuple(_intent(move)[1:3]) for move in captured)
    twice = [f"лицевой счёт id {account}, {period}: списаний {times}" for (account, period), times in bills.items()
             if times > 1]  # fmt: skip
    made_us = town.acquirer.made_us({move.payment_id for move in captured})
    odd = [each for move in captured for each in _against_the_will(town, move, made_us[move.payment_id])]
    return Compared(len(bills), len(captured), (*twice, *odd))


def _intent(move: Move) -> list[str]:
    return str(move.metadata.get("intent_id", "")).split(":")


def _against_the_will(town: Town, move: Move, made_us: int) -> Iterator[str]:
    """What the home remembers, beside what was taken: notice, card, limit or sum, skipped month."""
    _, account_id, month, _ = _intent(move)
    home, period = town.by_id[int(account_id)], Period.parse(month)
    made_at = _EPOCH + timedelta(microseconds=made_us)
    where = f"лицевой счёт {home.number}, {period}: "
    if move.amount_kopecks > max(home.purse.announced.get(period, ()), default=0):
        yield f"{where}списано больше, чем предупредили"
    if period in home.purse.skipped:
        yield f"{where}списано за пропущенный месяц"
    if not home.purse.had_card(made_at):
        yield f"{where}списано с отвязанной карты"
    if not home.purse.agreed_to(move.amount_kopecks, made_at):
        yield f"{where}списано не по согласию"
