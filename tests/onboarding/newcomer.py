"""A flat without a cabinet, and a person with its paper bill who goes through the wizard's actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lk import clock, db
from lk.accounts.tables import Account, Premises
from lk.identity import actions as identity
from lk.metering.tables import Meter
from lk.migrating import migrate
from lk.onboarding import actions, beginning
from lk.onboarding.queries import Place
from lk.tokens import derived_token

NUMBER, METER = "1234567890", "14195368"
OTHER_NUMBER, OTHER_METER = "2345678901", "20304050"
EMAIL, ON_RECORD = "ivan@mail.example", "record@mail.example"
LOGIN, PASSWORD = "ivan-lesnaya", "лодка-сирень-чайник-47"
MONDAY = datetime(2026, 3, 16, 14, 5, tzinfo=ZoneInfo("Europe/Moscow"))

T = TypeVar("T")


class Newcomer:
    """Everything happens at `now`; `browser` is the wizard's cookie of the browser in hand."""

    def __init__(self, engine: db.AnyEngine) -> None:
        db.use(engine)
        self.now = MONDAY
        self.browser: str | None = None
        self.address = "203.0.113.7"

    def at(self, work: Callable[..., Coroutine[Any, Any, T]], *args: Any, **values: Any) -> T:
        """Runs `work(*args, **values)` at this person's time."""
        with clock.fixed_at(self.now):
            return db.run(work(*args, **values))

    def later(self, **much: int) -> None:
        self.now += timedelta(**much)

    def begin(self, number: str = NUMBER, meter: str = METER, *, user_id: int | None = None) -> None:
        self.browser = self.at(
            beginning.begin, number, meter, browser=self.browser, user_id=user_id, address=self.address
        )

    def ask_letter(self, email: str | None = EMAIL) -> None:
        self.at(actions.send_letter, self.browser, email)

    def press(
        self, link: str | None = None, *, numbers: tuple[str, str] | None = None, user_id: int | None = None
    ) -> actions.LinkUsed:
        used = self.at(
            actions.use_link, link or self.link(), self.browser, numbers=numbers, user_id=user_id, address=self.address
        )
        self.browser = used.browser
        return used

    def choose(self, login: str = LOGIN, password: str = PASSWORD) -> actions.Opened:
        return self.at(actions.open_cabinet, self.browser, login, password, address=self.address, device="phone")

    def open_cabinet(self, login: str = LOGIN, number: str = NUMBER, meter: str = METER) -> actions.Opened:
        """The whole way, in this browser."""
        self.begin(number, meter)
        self.ask_letter()
        self.press()
        return self.choose(login)

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD) -> identity.SignedIn:
        return self.at(identity.sign_in, login, password, address=self.address, device="phone")

    def place(self, link: str | None = None) -> Place:
        return self.at(actions.place_now, self.browser, link)

    def link(self) -> str:
        """The token in the newest letter, made as the letter makes it."""
        newest = self.letters("first_sign_in")[-1]
        return derived_token(*json.loads(newest["params"])["link"]["token_of"])

    def letters(self, kind: str) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM messages WHERE kind = {} ORDER BY id", kind)

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return self.at(db.read, sql, *args)

    def counts(self) -> dict[str, int]:
        tables = ("users", "accesses", "registrations", "messages", "events", "sessions", "attempts")
        (counted,) = self.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in tables))
        return counted

    def put_on_record(self, email: str, number: str = NUMBER) -> None:
        self.change("UPDATE accounts SET email = {} WHERE number = {}", email, number)

    def change(self, sql: str, *args: object) -> None:
        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        self.at(changed)


def build_flats(engine: db.AnyEngine) -> None:
    """The schema and two flats: tests get copies."""

    async def build() -> None:
        await migrate()
        async with db.write():
            for number, meter in ((NUMBER, METER), (OTHER_NUMBER, OTHER_METER)):
                await _flat(number, meter)

    db.use(engine)
    with clock.fixed_at(MONDAY):
        db.run(build())
    db.use(None)


async def _flat(number: str, serial: str) -> None:
    premises = Premises(address=f"Москва, Лесная, 5, кв. {number[0]}", address_key="москва лесная 5", region="moscow")
    await Premises.insert(premises)
    account = Account(
        public_id=f"flat{number[:4]}",
        number=number,
        premises_id=premises.id,
        holder_name="А. Б.",
        tariff_category="gas",
        residents=2,
        power_kw=10,
        has_paper_bill=True,
        opened_on=date(2020, 1, 1),
    )
    await Account.insert(account)
    meter = Meter(
        account_id=account.id,
        serial_number=serial,
        serial_key=serial,
        zones=2,
        digits=5,
        installed_on=date(2020, 1, 1),
    )
    await Meter.insert(meter)
