"""What people of the town do, each through the door that a real one would use."""

from __future__ import annotations

import asyncio
from datetime import date
from random import Random
from uuid import UUID

from lk import clock, db
from lk.accounts.queries import AccountView, find_by_number
from lk.acquirer.answers import Canceled, Succeeded, Told
from lk.actor import Actor
from lk.demo.dials import Sending
from lk.demo.pictures import picture_of_dial
from lk.ledger.queries import balance
from lk.metering.actions import SubmittedReading, submit_reading
from lk.metering.attaching import add_photo
from lk.metering.away import declare
from lk.metering.queries import meters_of
from lk.payments.banking import MatchedPayment, enter_bank_payments
from lk.payments.settling import settle
from lk.payments.starting import intend
from lk.payments.tables import BankPayment
from lk.tokens import new_token


async def account_of_town(number: str) -> AccountView:
    return (await find_by_number(number))[0]


async def send_reading(number: str, sending: Sending, source: str, actor: Actor) -> SubmittedReading:
    """Whoever sends has looked twice: questions are answered with yes."""
    account = await account_of_town(number)
    meter_id = next(m.id for m in await meters_of(account.id) if m.serial_number == sending.serial_number)
    taken_on = clock.local_date(sending.at)
    return await submit_reading(
        account, meter_id, sending.values, taken_on=taken_on, source=source, actor=actor, is_confirmed=True
    )


async def add_meter_photo(number: str, reading_id: int, shown: int, digits: int, actor: Actor) -> None:
    """What the dial really shows."""
    account = await account_of_town(number)
    await add_photo(account.id, reading_id, await asyncio.to_thread(picture_of_dial, shown, digits), actor)


async def declare_away(number: str, until_on: date, actor: Actor) -> None:
    await declare((await account_of_town(number)).id, until_on, actor)


async def owed_by(number: str) -> int:
    """Kopecks of principal; negative: an advance."""
    return (await balance((await account_of_town(number)).id)).principal


async def pay_at_bank(number: str, kopecks: int) -> None:
    """As a bank's registry brings it: no payment of ours, a row of the registry and an entry in the ledger."""
    account = await account_of_town(number)
    today = clock.today()
    external_id = f"{number}-{today:%Y%m%d}"
    await BankPayment.insert(
        BankPayment(
            external_id=external_id,
            account_number=number,
            account_id=account.id,
            paid_on=today,
            amount_kopecks=kopecks,
            channel="bank",
            loaded_at=clock.now(),
        )
    )
    await enter_bank_payments([MatchedPayment(external_id, account.id, today, kopecks)])


async def pay_by_card(number: str, user_id: int, kopecks: int, dice: Random, *, is_refused: bool = False) -> None:
    """The intent, and then the acquirer's answer, as its event would bring it."""
    account = await account_of_town(number)
    rows = await db.read("SELECT email FROM users WHERE id = {}", user_id)
    key = f"hand:{account.id}:{user_id}:{new_token()[:16]}:{kopecks}"
    payment = await intend(account, user_id, kopecks, key=key, email=rows[0]["email"])
    told = Told(str(UUID(int=dice.getrandbits(128), version=4)), payment.key, kopecks, _card_of(user_id))
    await settle(payment.id, Canceled("insufficient_funds", told) if is_refused else Succeeded(told, clock.now()))


def _card_of(user_id: int) -> str:
    """The last four digits of the one card that a person pays with."""
    return f"{user_id * 1733 % 9000 + 1000}"
