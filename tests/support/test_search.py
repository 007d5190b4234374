"""One box at the desk finds an account by whatever a caller says, the same way on both engines."""

from __future__ import annotations

import pytest

from lk import db
from lk.accounts import finding
from lk.accounts.indexing import index_stored
from lk.operations.imports import import_text
from lk.support.searching import search
from tests.database import Database
from tests.household import METERS, NORMS, TARIFFS

AT = "2025-07-20T14:05"
HEADER = (
    "account_number,holder_name,address,region,tariff_category,residents,power_kw,paper_bill,opened_on,closed_on,email"
)
TERMS = "moscow,gas,3,7,yes,2020-02-01,"
IVANOVA = f'10000-001-01,Иванова Мария Петровна,"Москва, Лесная улица, 5, кв. 12",{TERMS},ivanova@example.org'
PETROV = f'10000-001-02,Петров Иван Ильич,"Москва, Лесная улица, 5, кв. 13",{TERMS},'
SIDOROVA = f'10000-001-03,Сидорова Анна Львовна,"Москва, Лесная улица, 12, кв. 5",{TERMS},'
YOLKIN = f'20000-001-04,Ёлкин Пётр Ильич,"Москва, ул. 8 Марта, д. 5к2, кв. 120",{TERMS},yolkin@пример.рф'


async def _load(*rows: str) -> None:
    await import_text("accounts", "\n".join((HEADER, *rows, "")))


@pytest.fixture
def town(database: Database) -> Database:
    async def moved_in() -> None:
        await import_text("tariffs", TARIFFS)
        await import_text("norms", NORMS)
        await _load(IVANOVA, PETROV, SIDOROVA, YOLKIN)
        await import_text("meters", METERS)

    database.run(moved_in(), AT)
    return database


def _found(town: Database, typed: str) -> tuple[list[str], bool]:
    """The last two digits of each account's number, and whether it is only like what was typed."""
    result = town.run(search(typed), AT)
    return [each.number[-2:] for each in result.accounts], result.is_near


SURE = {
    "1000000101": ["01"],
    " 10000-001-01 ": ["01"],
    "10000 001 О1": ["01"],
    "14195368": ["01"],
    "№ 1419 5368": ["01"],
    "IVANOVA@example.org": ["01"],
    "yolkin@пример.рф": ["04"],
    "иванова": ["01"],
    "МАРИЯ иванова": ["01"],
    "Елкин": ["04"],
    "ёлкин пётр": ["04"],
    "ильич": ["02", "04"],
    "лесная 5": ["01", "02"],
    "Лесная ул., д. 5, кв. 12": ["01"],
    "лесная 5 12": ["01"],
    "лесная 12 5": ["03"],
    "5 лесная": ["01", "02"],
    "квартира 12 лесная": ["01"],
    "иванова лесная": ["01"],
    "8 марта 5к2 120": ["04"],
    "8 марта": ["04"],
    "марта дом 5 корпус 2": ["04"],
}
LIKE = {
    "10000": ["01", "02", "03"],
    "10000-001": ["01", "02", "03"],
    "1000000104": ["01", "02", "03", "04"],
    "14195386": ["01"],
    "ivanva@example.org": ["01"],
    "ивонова": ["01"],
    "иванов": ["01"],
    "леснвя 5 12": ["01"],
    "сидор": ["03"],
    "12 лесная кв 5": ["03"],
}
NOTHING = [
    "",
    "   ",
    "5",
    "улица",
    "Лесная 7",
    "лесная 5 14",
    "иванова 13",
    "нет такого",
    "%",
    "_____",
    "' OR 1=1 --",
    "9999999999",
]


def test_what_is_said_exactly_is_found_exactly(town: Database) -> None:
    assert {typed: _found(town, typed) for typed in SURE} == {typed: (found, False) for typed, found in SURE.items()}


def test_the_beginning_of_a_number_or_a_word_and_one_slip_are_forgiven(town: Database) -> None:
    assert {typed: _found(town, typed) for typed in LIKE} == {typed: (found, True) for typed, found in LIKE.items()}


def test_a_house_and_a_flat_are_compared_whole_and_what_is_not_there_is_not_found(town: Database) -> None:
    assert {typed: _found(town, typed)[0] for typed in NOTHING} == {typed: [] for typed in NOTHING}


def test_a_later_file_moves_an_account_to_its_new_words(town: Database) -> None:
    other = PETROV.replace("Петров Иван", "Кузнецов Олег").replace("Лесная улица, 5", "Садовая улица, 7")
    town.run(_load(other), AT)

    assert _found(town, "кузнецов")[0] == ["02"]
    assert _found(town, "садовая 7 13")[0] == ["02"]
    assert _found(town, "петров")[0] == ["01"]
    assert _found(town, "лесная 5")[0] == ["01"]


def test_a_file_that_is_only_tried_leaves_no_words(town: Database) -> None:
    town.run(import_text("accounts", f"{HEADER}\n{PETROV.replace('Петров', 'Кузнецов')}\n", is_dry_run=True), AT)

    assert _found(town, "кузнецов")[0] == []
    assert _found(town, "петров")[0] == ["02"]


def test_the_rarest_word_leads_and_no_more_accounts_are_looked_at_than_may_be(
    town: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [f'3000{at:06},Иванова Мария Львовна,"Москва, Новая улица, 1, кв. {at}",{TERMS},' for at in range(1, 41)]
    town.run(_load(*many), AT)
    monkeypatch.setattr(finding, "FEW", 5)
    monkeypatch.setattr(finding, "LOOKED_AT", 10)

    assert _found(town, "иванова мария петровна") == (["01"], False)
    assert _found(town, "мария львовна новая кв 40") == (["40"], False)
    with db.counted() as counter:
        vague = _found(town, "иванова мария")
    assert len(vague[0]) == 10
    assert len(counter.statements) <= 6


def test_accounts_of_an_older_database_get_their_words(town: Database) -> None:
    async def indexed() -> list[object]:
        async with db.write():
            words = await db.read("SELECT account_id, word_id FROM account_words ORDER BY account_id, word_id")
            await db.execute("DELETE FROM account_words")
            last: int | None = 0
            while last is not None:
                last = await index_stored(last, size=3)
            return [words, await db.read("SELECT account_id, word_id FROM account_words ORDER BY account_id, word_id")]

    before, after = town.run(indexed(), AT)

    assert before
    assert before == after
