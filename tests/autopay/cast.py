"""A household with linked cards, and the days of October 2026: 2 088,60 ₽ are due on the 10th."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lk import clock, db
from lk.actor import Actor
from lk.autopay.actions import set_autopay, skip_month, stop_autopay
from lk.autopay.charging import charge_due
from lk.autopay.planning import plan_months
from lk.autopay.rules import Mode, Wish
from lk.autopay.unlinking import end_orphans, unlink_card
from lk.cards.tables import Card
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from lk.notifications.letters import render
from lk.notifications.tables import Message
from lk.payments.actions import ask_open_payments
from lk.period import Period
from tests import loopback
from tests.payments.cast import OWED, Acquirer, Household, run

MOSCOW = ZoneInfo("Europe/Moscow")
SEPTEMBER = Period(2026, 9)
LIMIT = 5000_00


@contextmanager
def at(text: str) -> Iterator[None]:
    """`10-04 09:00` of 2026 in Moscow."""
    with clock.fixed_at(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=MOSCOW)):
        yield


@dataclass
class Payer:
    household: Household
    acquirer: Acquirer
    cards: dict[str, str] = field(default_factory=dict)
    """Public id → the acquirer's id."""

    @property
    def account_id(self) -> int:
        return self.household.account.id

    @property
    def actor(self) -> Actor:
        return Actor(self.household.user_id)

    def card(self, kind: str = "passes", public_id: str = "first", expires: int = 203412) -> str:
        """Links a card of the sandbox."""
        body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://localhost:8000/"}}
        made = self.acquirer.http.post("/v3/payment_methods", json=body, headers={"Idempotence-Key": public_id})
        method = made.json()
        loopback.post(method["confirmation"]["confirmation_url"], data={"card": kind})
        self.cards[public_id] = method["id"]

        async def stored() -> None:
            async with db.write():
                await Card(
                    public_id=public_id,
                    user_id=self.household.user_id,
                    account_id=self.account_id,
                    key=f"card:{public_id}",
                    body="{}",
                    status="active",
                    acquirer_id=method["id"],
                    brand="Мир",
                    last_four="4444",
                    expires=expires,
                    created_at=clock.now(),
                    linked_at=clock.now(),
                ).save()

        run(stored())
        return public_id

    def card_will(self, outcome: str, public_id: str = "first") -> None:
        """From now on every charge of it comes to that."""
        path = f"/cards/{self.cards[public_id]}"
        assert self.acquirer.http.post(path, json={"outcome": outcome}).status_code == 200

    def wishes(
        self, mode: Mode = Mode.BILL, kopecks: int = LIMIT, day: int = 5, card: str = "first", on: str = "10-01 12:00"
    ) -> None:
        if card not in self.cards:
            self.card(public_id=card)
        with at(on):
            wish = Wish(mode, kopecks, day)
            run(set_autopay(self.household.account, self.household.user_id, wish, card, self.actor))

    def tick(self, when: str) -> None:
        """What the scheduler does, once."""
        with at(when):
            run(ask_open_payments())
            run(plan_months())
            run(charge_due())
            run(end_orphans())

    def skips(self, when: str = "10-04 12:00", period: Period = SEPTEMBER) -> bool:
        with at(when):
            return run(skip_month(self.household.account, period, self.actor))

    def stops(self, when: str = "10-04 12:00") -> bool:
        with at(when):
            return run(stop_autopay(self.household.account, self.actor))

    def unlinks(self, when: str = "10-04 12:00", card: str = "first") -> bool:
        with at(when):
            return run(unlink_card(self.household.user_id, card, self.actor))

    def pays_by_hand(self, kopecks: int, when: str = "10-04 12:00") -> None:
        async def entered() -> None:
            async with db.write():
                await post(
                    Kind.PAYMENT,
                    self.account_id,
                    -kopecks,
                    part=Part.PRINCIPAL,
                    effective_on=date(2026, 10, 4),
                    key=f"bank:{when}:{kopecks}",
                    source="bank",
                )

        with at(when):
            run(entered())

    def captured(self) -> list[int]:
        """Kopecks of every capture, by the acquirer's own log."""
        return [kopecks for _, kopecks in self.acquirer.captures()]

    def month(self, period: Period = SEPTEMBER) -> str:
        rows = run(
            db.read(
                "SELECT status FROM autopay_months WHERE account_id = {} AND period = {}",
                self.account_id,
                period.number,
            )
        )
        return rows[0]["status"] if rows else ""

    def letters(self) -> list[str]:
        rows = run(db.read("SELECT kind FROM messages ORDER BY id"))
        return [row["kind"] for row in rows]

    def letter(self, kind: str) -> str:
        """The newest of that kind, in Russian."""

        async def found() -> Message:
            message = await Message.objects().where(Message.kind == kind).order_by(Message.id, ascending=False).first()
            assert message is not None
            return message

        return render(run(found()), "ru").text.replace("\u00a0", " ")

    def keys(self) -> list[tuple[str, str]]:
        """(key, status) of every charge begun."""
        rows = run(db.read("SELECT key, status FROM payments WHERE kind = 'autopay' ORDER BY id"))
        return [(row["key"], row["status"]) for row in rows]


__all__ = ["LIMIT", "MOSCOW", "OWED", "SEPTEMBER", "Mode", "Payer", "at"]
