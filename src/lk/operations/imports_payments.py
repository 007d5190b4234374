"""Registries of banks: each payment counts once, and one with an unknown account number waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from lk import clock, db
from lk.ledger.rules import Part
from lk.money import to_rubles
from lk.operations import messages
from lk.operations.loading import Importer, Load, account_number_in
from lk.operations.rows import Row
from lk.operations.stored_money import StoredPayment, account_ids, bank_payments
from lk.payments.banking import MatchedPayment, enter_bank_payments
from lk.payments.purpose_rules import part_of
from lk.payments.registries import times_undone

LONGEST_PURPOSE = 210
"""As in a payment order."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    row: Row
    external_id: str
    number: str
    paid_on: date
    amount_kopecks: int
    channel: str
    part: Part | None
    """None where the file says nothing of it."""


class Payments(Importer[PaymentRow]):
    """`external_id` never counts twice: the same row again is passed over, another one under it is refused."""

    columns = ("external_id", "account_number", "paid_on", "amount", "channel")
    optional = ("purpose",)

    def __init__(self, load: Load) -> None:
        self._load = load
        self._lines: dict[str, int] = {}
        self._unmatched = 0
        self._unmatched_kopecks = 0
        self._for_penalty = 0
        self._for_penalty_kopecks = 0

    def parse(self, row: Row) -> PaymentRow:
        purpose = row.optional_text("purpose", most=LONGEST_PURPOSE)
        parsed = PaymentRow(
            row=row,
            external_id=row.text("external_id", most=64),
            number=account_number_in(row),
            paid_on=row.day("paid_on", self._load.earliest, self._load.today),
            amount_kopecks=row.rubles("amount"),
            channel=row.text("channel", most=40),
            part=None if purpose is None else part_of(purpose),
        )
        if row.is_good and parsed.amount_kopecks == 0:
            row.bad("amount", "amount_zero")
        self._once(parsed)
        return parsed

    def _once(self, parsed: PaymentRow) -> None:
        if not parsed.row.is_good:
            return
        first = self._lines.setdefault(parsed.external_id, parsed.row.line)
        if first != parsed.row.line:
            parsed.row.bad("external_id", "twice_in_file", first=first)

    async def take(self, parsed: Sequence[PaymentRow]) -> None:
        stored = await bank_payments({each.external_id for each in parsed})
        new = []
        for each in parsed:
            known = stored.get(each.external_id)
            if known is None:
                new.append(each)
            else:
                self._compare(each, known)
        ids = await account_ids({each.number for each in new})
        for each in new:
            self._count(each)
            if each.number not in ids:
                self._tell(each)
        if not self._load.complaints:
            await _enter(new, ids, self._load.import_id)
        self._load.added += len(new)

    async def finish(self) -> None:
        if self._for_penalty:
            told = partial(messages.payments_for_penalty, self._for_penalty, self._for_penalty_kopecks)
            self._load.notes.insert(0, told)
        if self._unmatched:
            told = partial(messages.payments_unmatched, self._unmatched, self._unmatched_kopecks)
            self._load.notes.insert(0, told)

    def _compare(self, each: PaymentRow, known: StoredPayment) -> None:
        self._load.unchanged += 1
        for column, wanted, before, shown in (
            ("account_number", each.number, known.account_number, known.account_number),
            ("paid_on", each.paid_on, known.paid_on, known.paid_on.isoformat()),
            ("amount", each.amount_kopecks, known.amount_kopecks, to_rubles(known.amount_kopecks)),
            ("channel", each.channel, known.channel, known.channel),
        ):
            if wanted != before:
                each.row.bad(column, "payment_counted", stored=shown)
        if each.part not in (None, known.part):
            each.row.bad("purpose", f"counted_as_{known.part}")

    def _count(self, each: PaymentRow) -> None:
        if each.part is Part.PENALTY:
            self._for_penalty += 1
            self._for_penalty_kopecks += each.amount_kopecks

    def _tell(self, each: PaymentRow) -> None:
        self._unmatched += 1
        self._unmatched_kopecks += each.amount_kopecks
        self._load.note(partial(messages.payment_unmatched, each.row.line, each.number))


async def _enter(new: Sequence[PaymentRow], ids: dict[str, int], import_id: int | None) -> None:
    now, undone = clock.now(), await times_undone([each.external_id for each in new])
    await db.write_many(
        "INSERT INTO bank_payments (external_id, account_number, account_id, paid_on, amount_kopecks, part, "
        "channel, loaded_at, import_id, times_undone) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        [
            (
                each.external_id,
                each.number,
                ids.get(each.number),
                each.paid_on,
                each.amount_kopecks,
                each.part or Part.PRINCIPAL,
                each.channel,
                now,
                import_id,
                undone.get(each.external_id, 0),
            )
            for each in new
        ],
    )
    await enter_bank_payments(
        [
            MatchedPayment(
                each.external_id,
                ids[each.number],
                each.paid_on,
                each.amount_kopecks,
                undone.get(each.external_id, 0),
                each.part or Part.PRINCIPAL,
            )
            for each in new
            if each.number in ids
        ]
    )
