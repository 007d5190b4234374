"""A household that owes 2 088,60 ₽, and a sandbox acquirer that listens on a real port."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest

from lk import clock, db
from lk.accounts.queries import AccountView, account_of
from lk.accounts.tables import Access, Account, Premises
from lk.acquirer.answers import Outcome
from lk.acquirer.gateway import Gateway
from lk.actor import Actor
from lk.billing.tables import Bill
from lk.cards.actions import ask_link, start_link
from lk.cards.queries import cards_of
from lk.cards.tables import Card
from lk.identity.tables import User
from lk.ledger.actions import post
from lk.ledger.queries import balance
from lk.ledger.rules import Kind, Part
from lk.payments.means import Means
from lk.payments.starting import start_payment
from lk.payments.tables import Payment
from lk.sandbox import Sandbox
from tests import loopback

T = TypeVar("T")

NOON = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
"""Noon of 5 October 2026 in Moscow: the bill of September is due in five days."""
OWED = 208860
NONCE = "23456789abcd"


def later(**by: float) -> AbstractContextManager[None]:
    """The clock of lk and of the sandbox, moved on from noon."""
    return clock.fixed_at(NOON + timedelta(**by))


def run(work: Coroutine[Any, Any, T]) -> T:
    return db.run(work)


@dataclass
class Acquirer:
    """The sandbox as the acquirer's own people see it."""

    origin: str
    sandbox: Sandbox
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = loopback.client(base_url=self.origin, auth=("demo-shop", "demo-secret"))

    def faults(self, **wanted: object) -> None:
        assert self.http.post("/faults", json=wanted).status_code == 200

    def captures(self) -> list[tuple[str, int]]:
        """Acquirer's id and kopecks of every capture there ever was."""
        return [(move.payment_id, move.amount_kopecks) for move in self.sandbox.till.store.moves()]

    def payments(self) -> list[dict[str, Any]]:
        """Newest first."""
        return [record.body for record in self.sandbox.till.store.newest("payment", [], 100)]

    def pay(self, page_url: str, card: str = "passes") -> None:
        """The payer chooses a card on the hosted page."""
        assert loopback.post(page_url, data={"card": card}).status_code == 303

    def answer_bank(self, page_url: str, answer: str) -> None:
        assert loopback.post(f"{page_url}/bank", data={"answer": answer}).status_code == 303

    def page_of_newest(self) -> str:
        return str(self.payments()[0]["confirmation"]["confirmation_url"])


@contextmanager
def answers_held() -> Iterator[asyncio.Event]:
    """What the acquirer says to a new payment is heard here only once the event is set."""
    is_heard, real = asyncio.Event(), Gateway.create

    async def create(acquirer: Gateway, key: str, body: str, **how: Any) -> Outcome:
        outcome = await real(acquirer, key, body, **how)
        await is_heard.wait()
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Gateway, "create", create)
        yield is_heard


@dataclass(frozen=True)
class Household:
    account: AccountView
    user_id: int

    async def start(self, kopecks: int = OWED, nonce: str = NONCE, **more: Any) -> Payment:
        """`more`: as `start_payment` takes it."""
        actor = Actor(self.user_id)
        return await start_payment(self.account, self.user_id, kopecks, actor, nonce=nonce, **more)

    def starts(self, kopecks: int = OWED, nonce: str = NONCE, **more: Any) -> Payment:
        return run(self.start(kopecks, nonce, **more))

    async def start_link(self, nonce: str = NONCE) -> Card:
        return await start_link(self.account, self.user_id, Actor(self.user_id), nonce)

    def starts_link(self, nonce: str = NONCE) -> Card:
        return run(self.start_link(nonce))

    def links(self, acquirer: Acquirer, card: str = "passes", nonce: str = NONCE) -> Card:
        """Through the acquirer's page and back."""
        begun = self.starts_link(nonce)
        acquirer.pay(begun.confirmation_url or "", card)
        run(ask_link(self.user_id, begun.public_id))
        return self.card(begun.public_id)

    def pays_with(self, card: Card, kopecks: int = OWED, nonce: str = NONCE, **more: Any) -> Payment:
        return self.starts(kopecks, nonce, means=Means(card.public_id), **more)

    def card(self, public_id: str) -> Card:
        async def find() -> Card:
            found = await Card.objects().where(Card.public_id == public_id).first()
            assert found is not None
            return found

        return run(find())

    def cards(self) -> list[str]:
        """Last four digits of what is linked, newest first."""
        return [card.last_four for card in run(cards_of(self.user_id))]

    def payment(self, public_id: str) -> Payment:
        async def find() -> Payment:
            found = await Payment.objects().where(Payment.public_id == public_id).first()
            assert found is not None
            return found

        return run(find())

    def status(self, payment: Payment) -> str:
        return str(self.payment(payment.public_id).status)

    def owes(self) -> int:
        return run(balance(self.account.id)).principal

    def entries(self) -> list[tuple[str, int, date]]:
        """Key, kopecks and day of every payment in the ledger."""
        rows = run(db.read("SELECT key, amount_kopecks, effective_on FROM ledger_entries WHERE kind = 'payment'"))
        return [(row["key"], row["amount_kopecks"], row["effective_on"]) for row in rows]

    def happened(self) -> list[str]:
        rows = run(db.read("SELECT kind FROM events WHERE account_id = {} ORDER BY id", self.account.id))
        return [row["kind"] for row in rows]

    def told(self) -> list[str]:
        """What happened to the holder alone."""
        rows = run(
            db.read("SELECT kind FROM events WHERE user_id = {} AND account_id IS NULL ORDER BY id", self.user_id)
        )
        return [row["kind"] for row in rows]

    def letters(self) -> list[tuple[str, str]]:
        return [(row["kind"], row["to_address"]) for row in run(db.read("SELECT kind, to_address FROM messages"))]


async def neighbour_of(household: Household, *, role: str | None = None) -> Household:
    """The same account as somebody else comes to it: a helper, or a stranger."""
    async with db.write():
        user = User(email="petr@mail.example", login="petr", login_key="petr", password_hash="-", created_at=NOON)
        await user.save()
        if role is not None:
            access = Access(user_id=user.id, account_id=household.account.id, role=role, created_at=NOON)
            await access.save()
    found = await account_of("lesnaya5kv12", user.id)
    assert found is not None
    return Household(found, user.id)


async def settle_in() -> Household:
    """One account with its holder; September is billed, 2 088,60 ₽ are owed."""
    async with db.write():
        user = User(email="anna@mail.example", login="anna", login_key="anna", password_hash="-", created_at=NOON)
        await user.save()
        premises = Premises(address="Москва, Лесная улица, 5, кв. 12", address_key="-", region="moscow", route="")
        await premises.save()
        account = _account(premises.id)
        await account.save()
        access = Access(user_id=user.id, account_id=account.id, role="holder", created_at=NOON - timedelta(days=300))
        await access.save()
        await _bill(account.id).save()
        await post(
            Kind.CHARGE,
            account.id,
            OWED,
            part=Part.PRINCIPAL,
            effective_on=date(2026, 9, 26),
            key="bill:1:charge",
            source="bill:1",
        )
    found = await account_of("lesnaya5kv12", user.id)
    assert found is not None
    return Household(found, user.id)


async def another_place(user_id: int, public_id: str, number: str, owed: int, name: str = "") -> None:
    """An account of the same holder that owes so much, in kopecks."""
    async with db.write():
        premises = Premises(address=f"Клин, Садовая улица, {number[-1]}", address_key="-", region="moscow", route="")
        await premises.save()
        account = _account(premises.id, public_id, number)
        await account.save()
        await Access(user_id=user_id, account_id=account.id, role="holder", name=name, created_at=NOON).save()
        await post(
            Kind.OPENING,
            account.id,
            owed,
            part=Part.PRINCIPAL,
            effective_on=date(2026, 9, 26),
            key=f"opening:{number}",
            source="import",
        )


def _account(premises_id: int, public_id: str = "lesnaya5kv12", number: str = "1000000101") -> Account:
    return Account(
        public_id=public_id,
        number=number,
        premises_id=premises_id,
        holder_name="Анна",
        tariff_category="gas",
        residents=3,
        power_kw=5,
        has_paper_bill=False,
        opened_on=date(2020, 1, 1),
    )


def _bill(account_id: int) -> Bill:
    return Bill(
        account_id=account_id,
        period=202609,
        status="issued",
        opening_kopecks=0,
        energy_kopecks=OWED,
        adjustment_kopecks=0,
        total_kopecks=OWED,
        vat_kopecks=37663,
        vat_percent=22,
        created_at=NOON,
        issued_at=NOON,
        delivered_on=date(2026, 10, 1),
        due_on=date(2026, 10, 10),
    )
