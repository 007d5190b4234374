"""A small town for the month: the household of the worked example, its neighbour, and whoever a test moves in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import clock, db
from lk.accounts.queries import find_by_number
from lk.accounts.tables import Access
from lk.actor import PROGRAM
from lk.cycle.actions import run_due
from lk.cycle.rules import Owed
from lk.cycle.verify import Finding, verify
from lk.identity.tables import User
from lk.ledger.actions import post
from lk.ledger.queries import balance
from lk.ledger.rules import Kind, Part
from lk.metering.actions import submit_reading
from lk.metering.away import declare
from lk.metering.queries import meters_of
from lk.operations.imports import import_text
from tests.database import Database
from tests.household import ACCOUNTS, METERS, NORMS, TARIFFS

IVANOVA = "1000000101"
PETROV = "1000000102"

HEADS = {
    "accounts": ACCOUNTS.partition("\n")[0],
    "meters": METERS.partition("\n")[0],
    "tariffs": TARIFFS.partition("\n")[0],
}


@dataclass
class Town:
    """Everything in it happens at a moment of Moscow time."""

    database: Database

    def move_in(self) -> None:
        for kind, text in (("tariffs", TARIFFS), ("norms", NORMS), ("accounts", ACCOUNTS), ("meters", METERS)):
            self.database.run(import_text(kind, text), "2025-07-01T10:00")

    def add(self, kind: str, *rows: str, at: str = "2025-07-01T11:00") -> None:
        self.database.run(import_text(kind, "\n".join([HEADS[kind], *rows])), at)

    def neighbours(self, count: int) -> list[str]:
        """So many more with a meter of one zone that stood at 1000 in June; their numbers."""
        numbers = [str(2000000000 + at) for at in range(count)]
        self.add("accounts", *(f'{each},Сосед,"Дом {each}",moscow,gas,3,7,yes,2020-02-01,' for each in numbers))
        self.add("meters", *(f"{each},{each},1,5,1,2025-06-01,2035-06-01,,1000,,,,," for each in numbers))
        return numbers

    def reads(self, number: str, *values: int, at: str, source: str = "resident") -> str:
        """The newest meter's registers, by somebody who has looked twice; the status of the reading."""

        async def read() -> str:
            account = (await find_by_number(number))[0]
            meter = (await meters_of(account.id))[-1]
            kept = await submit_reading(
                account,
                meter.id,
                values,
                taken_on=clock.today(),
                source=source,
                actor=PROGRAM,
                is_confirmed=True,
            )
            return kept.status

        return self.database.run(read(), at)

    def posts(self, number: str, kind: Kind, kopecks: int, at: str) -> None:
        async def posted() -> None:
            account = (await find_by_number(number))[0]
            async with db.write():
                await post(
                    kind,
                    account.id,
                    kopecks,
                    part=Part.PRINCIPAL,
                    effective_on=clock.today(),
                    key=f"{kind}:{number}:{at}",
                    source="bank",
                )

        self.database.run(posted(), at)

    def opens_cabinet(self, number: str, email: str, at: str = "2025-07-02T12:00") -> None:
        async def opened() -> None:
            account = (await find_by_number(number))[0]
            async with db.write():
                user = User(login=email, login_key=email, email=email, created_at=clock.now())
                await User.insert(user)
                await Access.insert(
                    Access(user_id=user.id, account_id=account.id, role="holder", created_at=clock.now())
                )

        self.database.run(opened(), at)

    def goes_away(self, number: str, until: str, at: str) -> None:
        async def away() -> None:
            await declare((await find_by_number(number))[0].id, date.fromisoformat(until), PROGRAM)

        self.database.run(away(), at)

    def run_due(self, at: str) -> list[Owed]:
        return self.database.run(run_due(), at)

    def bills(self, number: str) -> list[dict[str, Any]]:
        """Every bill of the account, the oldest first."""
        return self.database.rows(
            "SELECT b.* FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = {} "
            "ORDER BY b.period, b.id",
            number,
        )

    def lines(self, number: str, period: int) -> list[tuple[str, str, int, int, str]]:
        """(line, register, kWh, kopecks, method) of the live bill."""
        rows = self.database.rows(
            "SELECT c.line, c.register, c.consumption_kwh, c.amount_kopecks, c.method FROM charges c "
            "JOIN bills b ON b.id = c.bill_id JOIN accounts a ON a.id = b.account_id "
            "WHERE a.number = {} AND b.period = {} AND b.status <> 'reversed' ORDER BY c.id",
            number,
            period,
        )
        return [(r["line"], r["register"], r["consumption_kwh"], r["amount_kopecks"], r["method"]) for r in rows]

    def owes(self, number: str) -> int:
        async def owed() -> int:
            return (await balance((await find_by_number(number))[0].id)).principal

        return self.database.run(owed())

    def letters(self, kind: str) -> list[dict[str, Any]]:
        return self.database.rows("SELECT * FROM messages WHERE kind = {} ORDER BY id", kind)

    def verified(self, *, full: bool = True, at: str | None = None) -> dict[str, Sequence[str]]:
        """The breaches by invariant, of those that are breached."""
        findings: list[Finding] = self.database.run(verify(full=full), at)
        return {each.id: each.breaches for each in findings if each.breaches}

    def frozen_midway(self, at: str) -> subprocess.Popen[str]:
        """A process that does the month and stands still between two chunks of bills."""
        process = self.database.start(at, module="tests.cycle.frozen_month")
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), process.communicate()
        made, accounts = (self.database.rows(f"SELECT count(*) AS n FROM {each}") for each in ("bills", "accounts"))
        assert 0 < made[0]["n"] < accounts[0]["n"]
        return process
