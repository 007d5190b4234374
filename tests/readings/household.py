"""A household in Moscow, gas stove, day and night: 4820 and 2105 in February 2026, 180 and 93 kWh a month before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from lk import clock, db
from lk.accounts.queries import AccountView, account_of
from lk.accounts.tables import Access, Account, Premises
from lk.actor import Actor
from lk.billing.tables import Bill, Charge
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.metering.actions import SubmittedReading, submit_reading
from lk.metering.queries import StoredReading, reading_history
from lk.metering.tables import Meter, Reading
from lk.migrating import migrate
from lk.period import Period
from lk.tariffs.tables import Rate
from tests.postgres import create_database, drop_database

MOSCOW = ZoneInfo("Europe/Moscow")
PRICES = {1: (787,), 2: (945, 408), 3: (1124, 408, 787)}
"""Kopecks in Moscow with a gas stove since July 2025, by zones and register."""


PUBLIC_ID = "quietlamp234"


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


NOW = moscow("2026-03-20T14:05")


class Household:
    """One account with its holder, a helper and a stranger; everything happens at `now`."""

    def __init__(self, engine: db.AnyEngine) -> None:
        """On a database in which `prepare` was done."""
        db.use(engine)
        self.now = NOW
        self.public_id = PUBLIC_ID
        self.tokens: dict[str, str] = {}
        self.users = {row["login"]: row["id"] for row in db.run(db.read("SELECT id, login FROM users"))}
        self.meter_id = db.run(db.read("SELECT id FROM meters"))[0]["id"]

    def install(self, *, zones: int = 2, digits: int = 5, serial: str = "14195368") -> int:
        """Another meter."""

        async def installed() -> int:
            account = await self.account()
            async with db.write():
                return await _meter(account.id, zones, digits, serial)

        return db.run(installed())

    def read_before(self, period: str, *values: int, meter_id: int | None = None, kind: str = "regular") -> None:
        """An accepted reading of an earlier month, taken on its 20th."""

        async def stored() -> None:
            async with db.write():
                await _reading((await self.account()).id, meter_id or self.meter_id, Period.parse(period), values, kind)

        db.run(stored())

    def billed(self, period: str) -> None:
        """A bill of nothing: enough to close the period."""

        async def made() -> None:
            async with db.write():
                await Bill.insert(_empty_bill((await self.account()).id, Period.parse(period), self.now))

        db.run(made())

    def estimated(self, period: str, *kwh: int) -> None:
        """A bill by the average."""

        async def made() -> None:
            account_id = (await self.account()).id
            async with db.write():
                bill = _empty_bill(account_id, Period.parse(period), self.now)
                await Bill.insert(bill)
                for at, (volume, price) in enumerate(zip(kwh, PRICES[len(kwh)], strict=True), start=1):
                    await Charge.insert(_estimate(account_id, bill.id, self.meter_id, f"T{at}", volume, price))

        db.run(made())

    def look_by_agent(self) -> str:
        """An agent looks at the account; the name of their session."""

        async def looking() -> None:
            account_id = (await self.account()).id
            async with db.write():
                user_id = self.users["agent"] = await _user("agent")
                agent = Agent(user_id=user_id, code="А-17", role="support")
                await Agent.insert(agent)
                token = await begin_session(user_id, address="127.0.0.1", device="", is_agent=True)
                await db.execute("UPDATE sessions SET second_factor_at = {}", self.now)
                await db.execute(
                    "INSERT INTO impersonations (agent_id, account_id, session_id, reason, started_at, ends_at) "
                    "SELECT {}, {}, max(id), 'call', {}, {} FROM sessions",
                    agent.id,
                    account_id,
                    self.now,
                    self.now + timedelta(minutes=30),
                )
            self.tokens["agent"] = token

        with clock.fixed_at(self.now):
            db.run(looking())
        return "agent"

    def everything(self) -> list[list[dict[str, Any]]]:
        """What is stored of readings, bills, events and letters."""
        return [db.run(db.read(f"SELECT * FROM {table} ORDER BY id")) for table in _TABLES]

    def send(
        self,
        *values: int | None,
        source: str = "resident",
        taken_on: date | None = None,
        is_confirmed: bool = False,
        meter_id: int | None = None,
    ) -> SubmittedReading:
        async def sent() -> SubmittedReading:
            return await submit_reading(
                await self.account(),
                meter_id or self.meter_id,
                values,
                taken_on=taken_on or self.now.date(),
                source=source,
                actor=Actor(self.users["holder"]),
                is_confirmed=is_confirmed,
            )

        with clock.fixed_at(self.now):
            return db.run(sent())

    def readings(self, period: str = "2026-03") -> list[StoredReading]:
        """Of the period, whatever their status, in the order in which they came."""

        async def found() -> list[StoredReading]:
            history = await reading_history((await self.account()).id, date(2020, 1, 1))
            return sorted((each for each in history if str(each.period) == period), key=lambda each: each.id)

        return db.run(found())

    def events(self) -> list[tuple[str, str]]:
        rows = db.run(db.read("SELECT kind, params FROM events WHERE account_id IS NOT NULL ORDER BY id"))
        return [(row["kind"], row["params"]) for row in rows]

    def session_of(self, who: str) -> str:
        if who in self.tokens:
            return self.tokens[who]

        async def begun() -> str:
            async with db.write():
                return await begin_session(self.users[who], address="127.0.0.1", device="")

        with clock.fixed_at(self.now):
            return db.run(begun())

    async def account(self) -> AccountView:
        found = await account_of(self.public_id, self.users["holder"])
        assert found is not None
        return found


def sqlite_household(folder: Path) -> Household:
    path = folder / "lk.sqlite3"
    path.write_bytes(_prepared_file())
    return Household(db.SqliteEngine(path, patience=5))


@contextmanager
def postgres_household(server_url: str) -> Iterator[Household]:
    url = create_database(server_url, template=_prepared_database(server_url))
    try:
        yield Household(db.PostgresEngine(url, patience=5))
    finally:
        db.use(None)
        drop_database(url)


@cache
def _prepared_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lk.sqlite3"
        _prepare(db.SqliteEngine(path))
        return path.read_bytes()


@cache
def _prepared_database(server_url: str) -> str:
    url = create_database(server_url)
    _prepare(db.PostgresEngine(url))
    return url


def _prepare(engine: db.AnyEngine) -> None:
    db.use(engine)
    db.run(_move_in())


async def _move_in() -> None:
    await migrate()
    async with db.write():
        await _tariffs()
        account_id = await _account(PUBLIC_ID)
        users = {who: await _user(who) for who in ("holder", "helper", "stranger")}
        for who in ("holder", "helper"):
            await Access.insert(Access(user_id=users[who], account_id=account_id, role=who, created_at=NOW))
        meter_id = await _meter(account_id, 2, 5, "14195368")
        await _read_half_a_year(account_id, meter_id)


async def _read_half_a_year(account_id: int, meter_id: int) -> None:
    """T1 180, 170, 190, 200, 175, 165 and T2 95, 90, 100, 85, 92, 98 a month, up to 4820 and 2105 in February."""
    t1, t2 = 3740, 1545
    await _reading(account_id, meter_id, Period(2025, 8), (t1, t2), "initial")
    for months, (day, night) in enumerate(zip((180, 170, 190, 200, 175, 165), (95, 90, 100, 85, 92, 98), strict=True)):
        t1, t2 = t1 + day, t2 + night
        await _reading(account_id, meter_id, Period(2025, 9) + months, (t1, t2), "regular")


async def _reading(account_id: int, meter_id: int, period: Period, values: Sequence[int], kind: str) -> None:
    t1, t2, t3 = (*values, None, None)[:3]
    await Reading.insert(
        Reading(
            account_id=account_id,
            meter_id=meter_id,
            kind=kind,
            period=period.number,
            taken_on=period.day(20),
            received_at=datetime(period.year, period.month, 20, 12, tzinfo=MOSCOW),
            source="resident",
            status="accepted",
            t1_kwh=t1,
            t2_kwh=t2,
            t3_kwh=t3,
        )
    )


async def _meter(account_id: int, zones: int, digits: int, serial: str) -> int:
    meter = Meter(
        account_id=account_id,
        serial_number=serial,
        serial_key=serial,
        zones=zones,
        digits=digits,
        ratio=1,
        installed_on=date(2025, 8, 1),
    )
    await Meter.insert(meter)
    return int(meter.id)


async def _tariffs() -> None:
    for zones, prices in PRICES.items():
        for at, price in enumerate(prices, start=1):
            await Rate.insert(
                Rate(
                    region="moscow",
                    tariff_category="gas",
                    band=1,
                    zones=zones,
                    register=f"T{at}",
                    price_kopecks=price,
                    valid_from=date(2025, 7, 1),
                    legal_act="Приказ",
                )
            )


async def _account(public_id: str) -> int:
    premises = Premises(address="Москва, Лесная, 5, кв. 12", address_key="москва лесная 5 кв 12", region="moscow")
    await Premises.insert(premises)
    account = Account(
        public_id=public_id,
        number="1234567890",
        premises_id=premises.id,
        holder_name="А. Б.",
        tariff_category="gas",
        residents=2,
        power_kw=10,
        has_paper_bill=True,
        opened_on=date(2025, 8, 1),
    )
    await Account.insert(account)
    return int(account.id)


async def _user(login: str) -> int:
    user = User(login=login, login_key=login, email=f"{login}@example.org", password_hash="-", created_at=NOW)
    await User.insert(user)
    return int(user.id)


def _empty_bill(account_id: int, period: Period, now: datetime) -> Bill:
    return Bill(
        account_id=account_id,
        period=period.number,
        status="issued",
        opening_kopecks=0,
        energy_kopecks=0,
        adjustment_kopecks=0,
        total_kopecks=0,
        vat_kopecks=0,
        vat_percent=22,
        created_at=now,
        issued_at=now,
    )


def _estimate(account_id: int, bill_id: int, meter_id: int, register: str, kwh: int, price: int) -> Charge:
    return Charge(
        bill_id=bill_id,
        account_id=account_id,
        line="energy",
        register=register,
        zone="day" if register == "T1" else "night",
        meter_id=meter_id,
        band=1,
        consumption_kwh=kwh,
        price_kopecks=price,
        amount_kopecks=kwh * price,
        method="average",
        legal_act="Приказ",
    )


_TABLES = ("readings", "bills", "charges", "events", "messages")
