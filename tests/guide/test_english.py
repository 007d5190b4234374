"""The instruction in English: nothing is left Russian, its own words are found, it names what pages are called."""

from __future__ import annotations

import re

import pytest

from lk.guide.facts import facts_of
from lk.guide.places import index
from lk.guide.rules import search
from lk.guide.topics import CHAPTERS, TOPICS
from lk.language import folded_language, spoken, translated
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR
from lk.templating import TEMPLATES
from tests.guide.conftest import Reader
from tests.guide.reading import headings_of, words_of
from tests.pages import untranslated

PATHS = ("/", "/guide", "/guide?q=password", "/guide?q=zzzz", *(topic.path for topic in TOPICS))
_MESSAGES = re.compile(r"""_\('((?:[^'\\]|\\.)*)'|{% trans[^%]*%}(.*?){% endtrans %}""", re.DOTALL)
_NAMES = re.compile("«([^»]+)»")
ON_PAPER = {"Код для показаний", "оплата"}
"""Printed on the paper bill, which is Russian whatever its reader speaks."""


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_instruction_is_english(reader: Reader, path: str) -> None:
    page = reader.get(path, "en")

    assert '<html lang="en">' in page
    assert untranslated(page) == []


def test_both_languages_have_the_same_places(reader: Reader) -> None:
    for topic in TOPICS:
        assert headings_of(reader.get(topic.path, "en")) == headings_of(reader.get(topic.path)), topic.slug


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("forgot my password", "/guide/sign-in"),
        ("the email isn't coming", "/guide/letter"),
        ("dacha", "/guide/away"),
        ("going on holiday", "/guide/away"),
        ("meter was replaced", "/guide/new-meter"),
        ("how do I read the meter", "/guide/meter"),
        ("half-peak", "/guide/meter"),
        ("SBP", "/guide/payment"),
        ("switch off autopay", "/guide/autopay"),
        ("neighbour", "/guide/helper"),
        ("sign up", "/guide/register"),
        ("norm", "/guide/days"),
        ("invoice", "/guide/bill"),
        ("scam", "/guide/staff"),
        ("sold the flat", "/guide/moving"),
        ("by phone", "/guide/without-cabinet"),
        ("account number", "/guide/numbers"),
        ("passwrod", "/guide/sign-in"),
    ],
)
def test_people_find_the_page_by_their_own_english_words(typed: str, path: str) -> None:
    with spoken("en"):
        places = search(typed, index(facts_of(DEFAULT_CALENDAR, Period(2026, 10)))).places

    assert path in [each.place.path.partition("#")[0] for each in places][:4]


def test_each_language_searches_its_own_pages(reader: Reader) -> None:
    assert "<mark>нормативу</mark>" in reader.get("/guide?q=норматив")
    assert "<mark>norm</mark>" in reader.get("/guide?q=norm", "en")
    assert "Nothing found" in words_of(reader.get("/guide?q=норматив", "en"))
    assert "Ничего не нашлось" in words_of(reader.get("/guide?q=neighbourhood"))


def test_numbers_of_pictures_are_written_as_each_reader_writes_them(reader: Reader) -> None:
    for language, words in (("ru", "Показание, было 4 820"), ("en", "Reading, was 4,820"), ("ru", "1 701,00 ₽")):
        assert words in words_of(reader.get("/guide/reading", folded_language(language) or "ru"))


def test_days_of_the_month_are_said_as_english_says_them(reader: Reader) -> None:
    assert "from the 15th to the 25th of every month" in words_of(reader.get("/guide/days", "en"))
    assert "Pay by the 10th." in words_of(reader.get("/guide", "en"))
    reader.follow_another_calendar()
    assert "from the 11th to the 19th of every month" in words_of(reader.get("/guide/days", "en"))
    assert "By the 3rd, look at the bill" in words_of(reader.get("/guide", "en"))


def test_what_stands_on_a_button_is_called_the_same_in_the_instruction() -> None:
    """«Передать показания» is told of as “Send readings”, because that is what the button says."""
    with spoken("en"):
        other = {
            (name, translated(name), translated(message))
            for message in _told()
            for name in set(_NAMES.findall(message)) - ON_PAPER
            if translated(name) != name and f"“{translated(name)}”" not in translated(message)
        }
    assert other == set()


def _told() -> list[str]:
    pages = [(TEMPLATES / topic.template).read_text(encoding="utf-8") for topic in TOPICS]
    found = [(quoted or block).strip() for page in pages for quoted, block in _MESSAGES.findall(page)]
    assert len(found) > 200
    return [re.sub(r"{{ (\w+) }}", r"%(\1)s", each) for each in found]


def test_chapters_and_topics_have_english_names() -> None:
    with spoken("en"):
        said = [*(translated(name) for name, _ in CHAPTERS)]
        said += [words for topic in TOPICS for words in (topic.title, topic.told, topic.words)]
    assert not [each for each in said if re.search("[А-Яа-яЁё]", each)]
