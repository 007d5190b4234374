"""Keeps the words by which an account is found. Whoever changes a holder's name or an address calls this, and nobody
else writes these words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lk import db
from lk.accounts.words import words_of

CHUNK = 500
"""Accounts whose words are looked up at once."""


@dataclass(frozen=True, slots=True)
class Named:
    """What an account is found by."""

    account_id: int
    holder_name: str
    address: str

    @property
    def pairs(self) -> Iterable[tuple[str, int]]:
        return ((word, self.account_id) for word in words_of(self.holder_name, self.address))


async def index_accounts(now: Sequence[Named], before: Sequence[Named] = ()) -> None:
    """Inside `write()`: accounts get the words of `now` and lose those of `before`."""
    wanted = {pair for each in now for pair in each.pairs}
    known = {pair for each in before for pair in each.pairs}
    new, gone = sorted(wanted - known), sorted(known - wanted)
    ids = await _ids_of({word for word, _ in [*new, *gone]})
    await db.write_many(
        "DELETE FROM account_words WHERE word_id = {} AND account_id = {}",
        [(ids[word], account_id) for word, account_id in gone],
    )
    await db.insert_many(
        "account_words", ("word_id", "account_id"), [(ids[word], account_id) for word, account_id in new]
    )


async def index_stored(after_id: int, size: int = CHUNK) -> int | None:
    """Inside `write()`: the next `size` accounts, which have no words yet, get theirs; the last one's id, or None."""
    found = await db.read_as(
        Named,
        "SELECT a.id AS account_id, a.holder_name, p.address FROM accounts a JOIN premises p ON p.id = a.premises_id "
        "WHERE a.id > {} ORDER BY a.id LIMIT {}",
        after_id,
        size,
    )
    await index_accounts(found)
    return found[-1].account_id if found else None


async def _ids_of(words: Collection[str]) -> dict[str, int]:
    """New ones are added, in one order, so that no two who add the same words wait for each other."""
    known = await _stored(words)
    missing = sorted(word for word in words if word not in known)
    if not missing:
        return known
    await db.write_many(
        "INSERT INTO search_words (word) VALUES ({}) ON CONFLICT DO NOTHING", [[each] for each in missing]
    )
    return known | await _stored(missing)


async def _stored(words: Collection[str]) -> dict[str, int]:
    listed, found = list(words), {}
    for first in range(0, len(listed), 2_000):
        part = listed[first : first + 2_000]
        sql = f"SELECT id, word FROM search_words WHERE word IN ({db.placeholders(part)})"  # noqa: S608
        found.update({row["word"]: row["id"] for row in await db.read(sql, *part)})
    return found
