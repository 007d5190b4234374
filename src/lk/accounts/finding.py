"""Finds accounts by words of the holder's name and the address: in any order, with a slip in each, within a bound.

The rarest word leads, of the accounts that have it the others are asked, one account after another; so many are looked
at and no more, however vague the question is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.accounts.words import Wanted, slips_of
from lk.filters import account_number

SHORTEST_BEGINNING = 3
SHORTEST_WITH_SLIP = 4
BEGINNINGS = 60
"""So many words that begin as it was typed are thought of."""
FEW = 2_000
"""Where a word is as rare as this, nothing more exact is counted."""
LOOKED_AT = 30_000
"""So many looks at most into the words of accounts that have the rarest one."""
FOUND_AT_MOST = 100

Words = tuple[str, ...]
"""Any of which will do."""
Choice = tuple[int, ...]
"""The ids of such words, as far as there are any."""


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account among those that were found, for staff."""

    id: int
    public_id: str
    number: str
    holder_name: str
    address: str
    closed_on: date | None

    @property
    def number_shown(self) -> str:
        return account_number(self.number)


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_near`: nothing is written quite so; these are like it."""

    accounts: tuple[FoundAccount, ...] = ()
    is_near: bool = False


async def find_by_words(wanted: Wanted) -> Finding:
    """As it was typed; else with one word that begins so or has a slip, with all such; with its numbers anywhere."""
    if not wanted.names:
        return Finding()
    names: list[Words] = [(name,) for name in wanted.names]
    placed, anywhere = [each.placed for each in wanted.numbers], [each.anywhere for each in wanted.numbers]
    exact = await _first_found([(*names, *placed)])
    if exact:
        return Finding(exact)
    alike = [await _alike(name) for name in wanted.names]
    one_slip = [(*names[:at], each, *names[at + 1 :], *placed) for at, each in enumerate(alike)]
    near = await _first_found([*one_slip, (*alike, *placed), (*alike, *anywhere)])
    return Finding(near, is_near=bool(near))


async def _alike(name: str) -> Words:
    """The word itself, what begins with it, and what a slip may have made of it."""
    slips = slips_of(name) if len(name) >= SHORTEST_WITH_SLIP else ()
    begun = await _beginning_with(name) if len(name) >= SHORTEST_BEGINNING else []
    return (name, *begun, *slips)


async def _beginning_with(name: str) -> list[str]:
    rows = await db.read(
        "SELECT word FROM search_words WHERE word >= {} AND word < {} ORDER BY word LIMIT {}",
        name,
        name + "\U0010ffff",
        BEGINNINGS,
    )
    return [row["word"] for row in rows]


async def _first_found(questions: Sequence[tuple[Words, ...]]) -> tuple[FoundAccount, ...]:
    """Of the first question that any account answers."""
    choices = await _choices({words for question in questions for words in question})
    asked = [tuple(choices[words] for words in question) for question in dict.fromkeys(questions)]
    asked = [each for each in dict.fromkeys(asked) if all(each)]
    counts = await _rarity(asked)
    for each in asked:
        found = await _account_ids(sorted(each, key=lambda choice: (counts[choice], choice)))
        if found:
            return await accounts_with(found)
    return ()


async def _choices(wanted: Collection[Words]) -> dict[Words, Choice]:
    words = sorted({word for each in wanted for word in each})
    sql = f"SELECT id, word FROM search_words WHERE word IN ({db.placeholders(words)})"  # noqa: S608
    ids = {row["word"]: row["id"] for row in await db.read(sql, *words)}
    return {each: tuple(sorted({ids[word] for word in each if word in ids})) for each in wanted}


async def _rarity(questions: Collection[tuple[Choice, ...]]) -> dict[Choice, int]:
    """How many accounts have each, up to a bound: a low one, but where all of a question's words are common."""
    counts = await _counts({choice for each in questions for choice in each}, FEW)
    vague = {choice for each in questions if min(map(counts.__getitem__, each)) == FEW for choice in each}
    return counts | await _counts(vague, LOOKED_AT)


async def _counts(choices: Collection[Choice], most: int) -> dict[Choice, int]:
    listed = sorted(choices)
    if not listed:
        return {}
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM account_words WHERE word_id IN ({db.placeholders(each)}) "  # noqa: S608
        f"LIMIT {most}) AS counted) AS n{at}"
        for at, each in enumerate(listed)
    )
    (row,) = await db.read(f"SELECT {counted}", *(word_id for each in listed for word_id in each))
    return dict(zip(listed, row.values(), strict=True))


async def _account_ids(choices: Sequence[Choice]) -> list[int]:
    """Of accounts that have a word of each choice, the rarest of which is the first."""
    first, *rest = choices
    others = sorted(rest, key=len)
    most = LOOKED_AT // len(others[0]) if others else FOUND_AT_MOST
    has = [
        # Answered by the primary key for each account; a join would read all who live in the town.
        "(SELECT 1 FROM account_words w WHERE w.account_id = led.account_id "  # noqa: S608
        f"AND w.word_id IN ({db.placeholders(each)}) LIMIT 1) IS NOT NULL"
        for each in others
    ]
    sql = (
        "SELECT DISTINCT led.account_id FROM (SELECT account_id FROM account_words "  # noqa: S608
        f"WHERE word_id IN ({db.placeholders(first)}) LIMIT {most}) AS led "
        f"{'WHERE ' + ' AND '.join(has) if has else ''} LIMIT {FOUND_AT_MOST}"
    )
    rows = await db.read(sql, *first, *(word_id for each in others for word_id in each))
    return [row["account_id"] for row in rows]


_FOUND = (
    "SELECT a.id, a.public_id, a.number, a.holder_name, p.address, a.closed_on FROM accounts a "
    "JOIN premises p ON p.id = a.premises_id "
)


async def accounts_with(ids: Sequence[int]) -> tuple[FoundAccount, ...]:
    """In the order of their addresses, flat 2 before flat 10."""
    if not ids:
        return ()
    found = await db.read_as(FoundAccount, f"{_FOUND} WHERE a.id IN ({db.placeholders(ids)})", *ids)
    return tuple(sorted(found, key=lambda each: (_natural(each.address), each.number)))


async def find_by_number_range(first: str, last: str, limit: int = FOUND_AT_MOST) -> tuple[FoundAccount, ...]:
    """Account numbers from one to another, both of ten digits."""
    sql = f"{_FOUND} WHERE a.number >= {{}} AND a.number <= {{}} ORDER BY a.number LIMIT {{}}"
    return tuple(await db.read_as(FoundAccount, sql, first, last, limit))


async def find_by_numbers(numbers: Sequence[str]) -> tuple[FoundAccount, ...]:
    sql = f"{_FOUND} WHERE a.number IN ({db.placeholders(numbers)}) ORDER BY a.number"
    return tuple(await db.read_as(FoundAccount, sql, *numbers))


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"(\d+)", text)]
