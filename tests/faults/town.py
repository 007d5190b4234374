"""Accounts of one payer with autopay on one linked card, on the morning of their charge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lk import clock, db
from lk.accounts.tables import Premises
from lk.autopay.charging import charge_due
from lk.autopay.planning import plan_months
from lk.cards.tables import Card
from lk.identity.tables import User
from lk.payments.actions import ask_open_payments
from tests import loopback
from tests.payments.cast import Acquirer

NOTICE = datetime(2026, 10, 4, 6, 0, tzinfo=UTC)
MORNING = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
"""Nine and ten o'clock in Moscow."""
OWED = 1000_00
PERIOD = 202609


@dataclass(frozen=True)
class Town:
    """`owed`: kopecks by account id; every account owes another sum."""

    acquirer: Acquirer
    user_id: int
    owed: dict[int, int]


async def settle_town(acquirer: Acquirer, count: int) -> Town:
    """Autopay of every account is announced; its charge is due."""
    method = _linked(acquirer)
    async with db.write():
        user = User(email="anna@mail.example", login="anna", login_key="anna", password_hash="-", created_at=NOTICE)
        await user.save()
        premises = Premises(address="Москва, Лесная улица, 5", address_key="-", region="moscow", route="")
        await premises.save()
        await db.write_many(
            "INSERT INTO accounts (public_id, number, premises_id, holder_name, tariff_category, residents, power_kw, "
            "has_paper_bill, opened_on) VALUES ({}, {}, {}, 'Анна', 'gas', 1, 5, {}, {})",
            [(f"account{at:05}", str(1_000_000_000 + at), premises.id, False, date(2020, 1, 1)) for at in range(count)],
        )
        ids = [row["id"] for row in await db.read("SELECT id FROM accounts ORDER BY id")]
        owed = {account_id: OWED + at * 100 for at, account_id in enumerate(ids)}
        await _let_in(user.id, ids)
        await _bill(owed)
        card = _card(user.id, ids[0], method)
        await card.save()
        await _agree(user.id, card.id, ids)
    with clock.fixed_at(NOTICE):
        assert await plan_months() == count
    return Town(acquirer, user.id, owed)


async def live_on(start: datetime, hours: int = 4) -> None:
    """The scheduler's ticks about payments, a minute or more apart, as in the hours after a fault."""
    for minutes in [*range(0, 30, 1), *range(30, 60 * hours, 10)]:
        with clock.fixed_at(start + timedelta(minutes=minutes)):
            await ask_open_payments()
            await charge_due()
            if not await open_charges():
                return


async def open_charges() -> int:
    rows = await db.read(
        "SELECT count(*) AS left FROM autopay_months m WHERE m.status IN ('planned', 'charging') "
        "OR EXISTS (SELECT 1 FROM payments p WHERE p.account_id = m.account_id "
        "AND p.status IN ('created', 'pending', 'unknown'))"
    )
    return int(rows[0]["left"])


async def check_books(town: Town) -> None:
    """By the acquirer's own log: no bill charged twice, no ruble without its entry, and every end known."""
    captured = [(move.payment_id, move.amount_kopecks) for move in town.acquirer.sandbox.till.store.moves()]
    intents = Counter(move.metadata["intent_id"] for move in town.acquirer.sandbox.till.store.moves())
    bills = Counter(intent.rpartition(":")[0] for intent in intents.elements())
    assert not {bill: times for bill, times in bills.items() if times > 1}, "a bill was charged twice"
    entries = await db.read("SELECT key, amount_kopecks FROM ledger_entries WHERE kind = 'payment'")
    booked = Counter((row["key"].removeprefix("payment:"), row["amount_kopecks"]) for row in entries)
    assert booked == Counter(captured), "the ledger and the acquirer differ"
    assert await open_charges() == 0, "a charge has no end"


async def paid(town: Town) -> int:
    """So many accounts owe nothing any more."""
    rows = await db.read(
        "SELECT account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS owed "
        "FROM ledger_entries WHERE part = 'principal' GROUP BY account_id"
    )
    return sum(int(row["owed"]) == 0 for row in rows)


def _linked(acquirer: Acquirer) -> str:
    body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://localhost:8000/"}}
    method = acquirer.http.post("/v3/payment_methods", json=body, headers={"Idempotence-Key": "the-card"}).json()
    loopback.post(method["confirmation"]["confirmation_url"], data={"card": "passes"})
    return str(method["id"])


async def _let_in(user_id: int, ids: Sequence[int]) -> None:
    await db.write_many(
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at) "
        "VALUES ({}, {}, 'holder', {}, {})",
        [(user_id, each, False, NOTICE - timedelta(days=100)) for each in ids],
    )


async def _bill(owed: dict[int, int]) -> None:
    await db.write_many(
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, delivered_on, due_on) "
        "VALUES ({}, {}, 'issued', 0, {}, 0, {}, 0, 22, 0, '[]', {}, {}, {}, {})",
        [
            (each, PERIOD, kopecks, kopecks, NOTICE, NOTICE, date(2026, 10, 1), date(2026, 10, 10))
            for each, kopecks in owed.items()
        ],
    )
    await db.write_many(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) VALUES ({}, 'receivable', 'energy_sales', {}, 'principal', 'charge', {}, {}, {}, 'bill')",
        [(each, kopecks, date(2026, 9, 26), NOTICE, f"bill:{each}:charge") for each, kopecks in owed.items()],
    )


def _card(user_id: int, account_id: int, method: str) -> Card:
    return Card(
        public_id="thecard00000",
        user_id=user_id,
        account_id=account_id,
        key="card:the-card",
        body="{}",
        status="active",
        acquirer_id=method,
        brand="Мир",
        last_four="4444",
        expires=203412,
        created_at=NOTICE,
        linked_at=NOTICE,
    )


async def _agree(user_id: int, card_id: int, ids: Sequence[int]) -> None:
    begun = NOTICE - timedelta(days=50)
    await db.write_many(
        "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, planned_period, "
        "begun_at, changed_at, reason) SELECT x.account_id, {}, x.id, {}, 'bill', 100000000, 5, 202608, {}, {}, '' "
        "FROM accesses x WHERE x.account_id = {}",
        [(user_id, card_id, begun, begun, each) for each in ids],
    )
