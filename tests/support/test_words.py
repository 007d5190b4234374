"""Which words an account is found by, and what typed text asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.accounts.words import Wanted, parse_wanted, slips_of, words_of


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        (
            "Иванова Мария Петровна",
            "Москва, Лесная улица, 5, кв. 12",
            {"иванова", "мария", "петровна", "лесная", "д5", "кв12"},
        ),
        ("А. Б. Ёлкин", "Москва, ул. 8 Марта, д. 5к2, стр. 1", {"елкин", "8", "марта", "д5", "к2", "с1"}),
        ("Ли", "Москва, 1-я Парковая ул., дом 12/3а, 7", {"ли", "1", "парковая", "д12/3а", "кв7"}),
        (
            "Петров-Водкин",
            "Московская область, г. Истра, СНТ Ромашка, уч. 7",
            {"петров", "водкин", "московская", "истра", "снт", "ромашка", "д7"},
        ),
    ],
)
def test_an_account_is_found_by_name_street_house_and_flat(name: str, address: str, words: set[str]) -> None:
    assert words_of(name, address) == words


@pytest.mark.parametrize(
    ("typed", "names", "numbers"),
    [
        ("иванова лесная 5 12", {"иванова", "лесная"}, ["д5", "кв12"]),
        ("Лесная ул., д. 5, кв. 12", {"лесная"}, ["д5", "кв12"]),
        ("кв 12 лесная 5", {"лесная"}, ["кв12", "д5"]),
        ("5-12 лесная", {"лесная"}, ["д5", "12"]),
        ("5 лесная", {"лесная"}, ["5"]),
        ("лесная 5к2 12", {"лесная"}, ["д5", "к2", "кв12"]),
        ("лесная 5 2 12", {"лесная"}, ["д5", "к2", "кв12"]),
        ("8 марта 5", {"марта"}, ["8", "д5"]),
        ("1-я Парковая, 12", {"парковая"}, ["1", "д12"]),
        ("ЁЛКИН  мАриЯ", {"елкин", "мария"}, []),
    ],
)
def test_typed_text_asks_for_words_and_for_numbers_in_their_places(
    typed: str, names: set[str], numbers: list[str]
) -> None:
    wanted = parse_wanted(typed)

    assert set(wanted.names) == names
    assert [each.placed[0] for each in wanted.numbers] == numbers


@pytest.mark.parametrize("typed", ["", "улица", "5 12", "д. 5", "—", "ул. д. кв."])
def test_what_nearly_every_address_has_asks_for_nothing(typed: str) -> None:
    assert parse_wanted(typed) == Wanted()


@pytest.mark.parametrize("typed", ["ивнова", "иваанова", "иванива", "вианова"])
def test_one_slip_leads_back(typed: str) -> None:
    assert "иванова" in slips_of(typed)


@given(st.text(max_size=200))
def test_nothing_typed_breaks_it(typed: str) -> None:
    wanted = parse_wanted(typed)

    assert len(wanted.names) + len(wanted.numbers) <= 8
    assert all(words_of(typed, typed))
