"""A page of what staff did, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from lk.audit.queries import PAGE, Act, acts, agents_by_id, all_acts, numbers_of
from lk.audit.rules import Search
from lk.audit.words import ActWords, Names, accounts_in, words
from lk.csv_cells import harmless, moment
from lk.language import spoken

COLUMNS = ("at", "agent", "account_number", "kind", "what", "note")


@dataclass(frozen=True, slots=True)
class ActsPage:
    """`older_than`: what the next page begins after; None on the last one."""

    rows: Sequence[ActWords]
    older_than: int | None


async def acts_page(search: Search, before_id: int | None) -> ActsPage:
    found = await acts(search, before_id)
    shown = found[:PAGE]
    told = await _in_words(shown, await agents_by_id())
    return ActsPage(told, shown[-1].id if len(found) > PAGE else None)


async def acts_file(search: Search) -> AsyncIterator[str]:
    """CSV, a piece at a time; Russian, whoever takes it."""
    codes = await agents_by_id()
    yield _csv([COLUMNS])
    async for chunk in all_acts(search):
        with spoken("ru"):
            told = await _in_words(chunk, codes)
        yield _csv([_cells(act, each) for act, each in zip(chunk, told, strict=True)])


async def _in_words(found: Sequence[Act], codes: dict[int, str]) -> list[ActWords]:
    names = Names(codes, await numbers_of(accounts_in(found)))
    return [words(act, names) for act in found]


def _cells(act: Act, told: ActWords) -> list[str]:
    texts = (told.who, told.account_number or "", act.kind, told.what, told.note)
    return [moment(told.at), *map(harmless, texts)]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
