"""How long the desk's search takes in a city, on both engines, beside a bare look-up by an index in the same run.

`bench_search.py ACCOUNTS [sqlite|postgres]`: fills a database with people, houses, meters and e-mails, then asks as
agents ask: numbers, names, addresses, e-mails, each also with a slip, and far too vague questions. Prints a line for
each engine, `engine p99_ms worst_ms bare_p99_ms index_seconds index_megabytes`, and on stderr the p99 of each kind.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from time import monotonic, perf_counter

from lk import db
from lk.accounts.finding import find_by_numbers
from lk.accounts.indexing import index_stored
from lk.accounts.words import slips_of
from lk.migrating import migrate
from lk.support.searching import search
from lk.text import fold_search
from tests.postgres import create_database, private_server

SLICE = 20_000
ASKED = 60
"""Questions of each kind."""
FLATS = 60
SURNAMES, GIVEN, STREETS = 40_000, 90, 4_000
SYLLABLES = re.findall(r"\w+", "ба ве го ди жу за ки ло ма не по ри са ту фе хо ци ча ше щу яр ел ом ир уз")
OPENED = date(2019, 2, 1)
MADE_AT = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    engines = sys.argv[2:] or ["sqlite", "postgres"]
    for name in engines:
        with _empty(name):
            print(name, *db.run(_measured(accounts)), flush=True)


@contextmanager
def _empty(name: str) -> Iterator[None]:
    """A migrated database of that engine in use."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield from _used(db.SqliteEngine(Path(folder) / "lk.sqlite3"))
        return
    with private_server() as server:
        yield from _used(db.PostgresEngine(create_database(server)))


def _used(engine: db.AnyEngine) -> Iterator[None]:
    db.use(engine)
    db.run(migrate())
    yield
    db.use(None)


async def _measured(accounts: int) -> list[str]:
    await _fill(accounts)
    seconds, megabytes = await _index()
    town = _Town(accounts)
    kinds = {kind: [asked() for _ in range(ASKED)] for kind, asked in town.questions().items()}
    every: list[float] = []
    for kind, questions in kinds.items():
        times = await _times(search, questions)
        every += times
        sys.stderr.write(f"{kind:<40}{_p99(times):8.1f} ms\n")
    bare = await _times(lambda number: find_by_numbers([number]), kinds["number"] * 10)
    return [f"{_p99(every):.1f}", f"{max(every):.1f}", f"{_p99(bare):.2f}", f"{seconds:.0f}", f"{megabytes:.0f}"]


async def _times(ask: Callable[[str], Awaitable[object]], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each."""
    times = []
    for question in questions:
        begun = perf_counter()
        await ask(question)
        times.append(1000 * (perf_counter() - begun))
        await asyncio.sleep(0)
    return times


def _p99(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


class _Town:
    """Each account's data is a function of its number, so that questions can be made about any of them."""

    def __init__(self, accounts: int) -> None:
        self.accounts = accounts
        words = Random(1)
        self.surnames = [_word(words, 2, 4) + words.choice(("ов", "ев", "ин", "енко")) for _ in range(SURNAMES)]
        self.given = [_word(words, 2, 3) for _ in range(GIVEN)]
        self.fathers = [each + "ович" for each in self.given]
        self.streets = [_word(words, 2, 4) + words.choice(("ная", "ская", "вая")) for _ in range(STREETS)]
        self.random = Random(7)

    def name(self, at: int) -> tuple[str, str, str]:
        """Some surnames and names are common, most are rare."""
        lot = Random(at)
        surname = self.surnames[int(SURNAMES * lot.random() ** 3)]
        given = self.given[int(GIVEN * lot.random() ** 2)]
        return surname, given, self.fathers[int(GIVEN * lot.random() ** 2)]

    def place(self, at: int) -> tuple[str, int, int]:
        """Street, house, flat."""
        house = at // FLATS
        return self.streets[int(STREETS * Random(-house - 1).random() ** 1.5)], house % 90 + 1, at % FLATS + 1

    def address(self, at: int) -> str:
        street, house, flat = self.place(at)
        return f"Москва, {street.capitalize()} улица, {house}, кв. {flat}"

    def questions(self) -> dict[str, Callable[[], str]]:
        return {
            "number": lambda: str(1_000_000_000 + self._any()),
            "beginning of a number": lambda: str(1_000_000_000 + self._any())[:7],
            "number with a slip": lambda: self._slipped_digit(str(1_000_000_000 + self._any())),
            "meter": lambda: str(20_000_000 + self._any()),
            "meter with a slip": lambda: self._slipped_digit(str(20_000_000 + self._any())),
            "e-mail": lambda: f"u{self._any()}@example.org",
            "e-mail with a slip": lambda: self._slipped(f"uu{self._any()}@example.org"),
            "name": lambda: " ".join(self.name(self._any())),
            "name with a slip": lambda: self._one_slipped(self.name(self._any())),
            "surname": lambda: self.name(self._any())[0],
            "surname and street": lambda: self._surname_and_street(self._any()),
            "address": lambda: self._address(self._any()),
            "address with a slip": lambda: self._one_slipped(self._address(self._any()).split()),
            "everything": lambda: f"{self._address(at := self._any())} {' '.join(self.name(at))}",
            "given names only": lambda: " ".join(self.name(self._any())[1:]),
            "one given name and a flat": lambda: f"{self.name(self._any())[1]} кв {self.place(self._any())[2]}",
            "nobody's name": lambda: (
                f"{self.given[0]} {self.surnames[self.random.randrange(SURNAMES)]} {self.fathers[1]}"
            ),
            "three letters": lambda: self.name(self._any())[0][:3],
            "another's flat": lambda: f"{self.name(self._any())[0]} {self._address(self._any())}",
            "nothing of the kind": lambda: f"{_word(self.random, 5, 6)} {_word(self.random, 5, 6)}",
        }

    def _any(self) -> int:
        return self.random.randrange(self.accounts)

    def _address(self, at: int) -> str:
        street, house, flat = self.place(at)
        return f"{street} {house} {flat}"

    def _surname_and_street(self, at: int) -> str:
        return f"{self.name(at)[0]} {self.place(at)[0]}"

    def _one_slipped(self, words: Sequence[str]) -> str:
        longest = max(words, key=len)
        return " ".join(self._slipped(each) if each == longest else each for each in words)

    def _slipped(self, word: str) -> str:
        return self.random.choice(sorted(slips_of(word)))

    def _slipped_digit(self, number: str) -> str:
        at = self.random.randrange(1, len(number))
        return number[:at] + str((int(number[at]) + self.random.randrange(1, 10)) % 10) + number[at + 1 :]


def _word(lot: Random, least: int, most: int) -> str:
    return "".join(lot.choice(SYLLABLES) for _ in range(lot.randint(least, most)))


async def _fill(accounts: int) -> None:
    town = _Town(accounts)
    for first in range(0, accounts, SLICE):
        part = range(first, min(accounts, first + SLICE))
        addresses = [town.address(at) for at in part]
        async with db.write():
            await db.insert_many(
                "premises",
                ("id", "address", "address_key", "postcode", "region", "route"),
                [
                    (at + 1, each, fold_search(each), "109000", "moscow", "")
                    for at, each in zip(part, addresses, strict=True)
                ],
            )
            await db.insert_many(
                "accounts",
                ("id", "public_id", "number", "premises_id", "holder_name", "tariff_category", "residents", "power_kw",
                 "has_paper_bill", "email", "opened_on", "closed_on"),
                [
                    (at + 1, f"acc{at}", str(1_000_000_000 + at), at + 1, " ".join(town.name(at)).title(), "gas", 2, 7,
                     True, None, OPENED, None)
                    for at in part
                ],
            )  # fmt: skip
            await db.insert_many(
                "meters",
                ("id", "account_id", "serial_number", "serial_key", "zones", "digits", "ratio", "installed_on"),
                [(at + 1, at + 1, str(20_000_000 + at), str(20_000_000 + at), 1, 5, 1, OPENED) for at in part],
            )
            holders = [at for at in part if at % 5 < 2]
            await db.insert_many(
                "users",
                ("id", "login", "login_key", "email", "password_hash", "created_at"),
                [(at + 1, f"u{at}", f"u{at}", f"u{at}@example.org", "none", MADE_AT) for at in holders],
            )
            await db.insert_many(
                "accesses",
                ("user_id", "account_id", "role", "is_provisional", "created_at"),
                [(at + 1, at + 1, "holder", False, MADE_AT) for at in holders],
            )


async def _index() -> tuple[float, float]:
    """Seconds that it took, and the size of the words and their accounts in MB."""
    begun, before = monotonic(), await _bytes()
    last: int | None = 0
    while last is not None:
        async with db.write():
            for _ in range(20):
                last = None if last is None else await index_stored(last)
    seconds, after = monotonic() - begun, await _bytes()
    await _settle()
    return seconds, (after - before) / 1_000_000


async def _settle() -> None:
    """What PostgreSQL does by itself while nobody asks."""
    engine = db.engine()
    if isinstance(engine, db.SqliteEngine):
        async with db.write():
            await db.execute("ANALYZE")
        return
    async with engine.connection() as connection:
        await connection.execute("VACUUM ANALYZE", timeout=600)


async def _bytes() -> int:
    if isinstance(db.engine(), db.SqliteEngine):
        (row,) = await db.read("SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()")
    else:
        (row,) = await db.read("SELECT pg_database_size(current_database()) AS n")
    return int(row["n"])


if __name__ == "__main__":
    main()
