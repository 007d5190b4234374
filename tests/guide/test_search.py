"""Searching the instruction: by any form of a word, with ё or е, with a slip; what is not there says whom to call."""

from __future__ import annotations

import pytest

from lk.guide.facts import facts_of
from lk.guide.places import index
from lk.guide.rules import Index, Place, index_of, likeness, search, wanted_words
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR
from tests.guide.conftest import Reader
from tests.guide.reading import headings_of, words_of

PLACES = index_of(
    (
        Place("/guide/a", "Счётчик", "Спишите цифры со счётчика. Он висит в подъезде.", words="прибор учёта"),
        Place("/guide/a#dark", "Если темно", "Включите фонарик и посмотрите на счётчик ещё раз.", page="Счётчик"),
        Place("/guide/b", "Оплата", "Заплатите картой. Чек придёт на почту.", words="деньги"),
    )
)


@pytest.fixture(scope="module")
def guide() -> Index:
    return index(facts_of(DEFAULT_CALENDAR, Period(2026, 10)))


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("забыл пароль", "/guide/sign-in"),
        ("Забыла пароль!", "/guide/sign-in"),
        ("письмо не приходит", "/guide/letter"),
        ("дача", "/guide/away"),
        ("уехали в отпуск", "/guide/away"),
        ("поменяли счетчик", "/guide/new-meter"),
        ("как снять показания", "/guide/meter"),
        ("полупик", "/guide/meter"),
        ("СБП", "/guide/payment"),
        ("отключить автоплатеж", "/guide/autopay"),
        ("сосед", "/guide/helper"),
        ("регистрация", "/guide/register"),
        ("зарегистрироваться", "/guide/register"),
        ("норматив", "/guide/days"),
        ("квитанция", "/guide/bill"),
        ("мошенники", "/guide/staff"),
        ("продали квартиру", "/guide/moving"),
        ("передать по телефону", "/guide/without-cabinet"),
        ("лицевой", "/guide/numbers"),
    ],
)
def test_people_find_the_page_by_their_own_words(guide: Index, typed: str, path: str) -> None:
    found = [each.place.path.partition("#")[0] for each in search(typed, guide).places]

    assert path in found[:4], found


@pytest.mark.parametrize(
    ("wanted", "word", "alike"),
    [
        ("счетчик", "счетчик", 3),
        ("счетчики", "счетчиков", 2),
        ("показание", "показаниями", 2),
        ("карта", "картой", 2),
        ("регистр", "регистрация", 1),
        ("дом", "дым", 0),
        ("письмо", "писать", 0),
        ("да", "дача", 0),
    ],
)
def test_forms_of_a_word_are_alike(wanted: str, word: str, alike: int) -> None:
    assert likeness(wanted, word) == alike


def test_yo_is_ye_and_small_words_do_not_count() -> None:
    assert wanted_words("Где мой СЧЁТЧИК, и где счетчик?") == ["счетчик"]
    assert wanted_words("как") == ["как"]


def test_all_words_come_before_one_of_them() -> None:
    assert [each.place.path for each in search("счетчик темно", PLACES).places] == ["/guide/a#dark"]
    some = [each.place.path for each in search("счетчик картой луна", PLACES).places]
    assert some == ["/guide/a", "/guide/a#dark", "/guide/b"]


def test_words_of_the_page_help_its_places_and_make_none() -> None:
    places = index_of((Place("/guide/c#how", "Как", "Позвоните.", page="Показание", around="Показание по телефону"),))

    assert [each.place.path for each in search("позвонить по телефону", places).places] == ["/guide/c#how"]
    assert search("телефон", places).places == ()


def test_a_slip_is_forgiven_and_told() -> None:
    found = search("щетчик карточька фанарик", PLACES)

    assert found.instead is not None
    assert "фонарик" in search("фанарик", PLACES).instead.split()  # type: ignore[union-attr]
    assert search("фонарик", PLACES).instead is None


def test_the_found_words_are_marked_where_they_stand() -> None:
    found = search("фонарик", PLACES).places[0]

    assert [text for text, is_found in found.excerpt if is_found] == ["фонарик"]
    assert "".join(text for text, _ in found.excerpt) == found.place.text


@pytest.mark.parametrize(
    "typed", ["", "   ", "кубик рубика", "🙂", "%_'", "а" * 5000, "ё " * 3000, "\u0130\u0130\u0130"]
)
def test_what_nobody_wrote_finds_nothing(guide: Index, typed: str) -> None:
    assert search(typed, guide).places == ()


def test_the_page_of_a_search_leads_to_the_places_and_marks_the_words(reader: Reader) -> None:
    page = reader.get("/guide?q=норматив")

    assert "<mark>нормативу</mark>" in page
    assert 'href="/guide/days#missed"' in page
    assert "missed" in headings_of(reader.get("/guide/days"))
    assert 'value="норматив"' in page


def test_nothing_found_says_whom_to_call(reader: Reader) -> None:
    page = reader.get("/guide?q=<script>кубик</script>")

    assert "Ничего не нашлось" in page
    assert "8 (800) 55-000-55" in words_of(page)
    assert "<script>к" not in page


def test_an_empty_search_is_the_contents(reader: Reader) -> None:
    assert "Инструкция по шагам" in words_of(reader.get("/guide?q=%20"))
