"""The instruction's pages: each can be reached, says what its pictures show, and names the days in force."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lk.guide.controller import ROBOTS
from lk.guide.facts import GuideFacts, facts_of
from lk.guide.topics import TOPICS, Topic
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR, Extension
from lk.templating import TEMPLATES, environment
from tests.guide.conftest import Reader
from tests.guide.reading import headings_of, silent_pictures, told_pictures, words_of

FACTS = facts_of(DEFAULT_CALENDAR, Period(2026, 10))
_STRIP = '<figcaption class="hidden-text">'
NEW_DAYS = {"11", "19", "21", "3", "17"}
_DAYS = re.compile(r"(?:\bс (\d+) по |\b(\d+)[–-])?(\d+)(?: числ|-го|-е\b)")
_OF_A_RULE = re.compile(r"\d+[\s ]*(?:-?го\b|числ|день|дня|дней|час|минут|месяц|знак|₽|руб)")
_HOURS_OF_ZONES = ("с 7 до 23 часов", "с 17 до 21 часа")
"""Whoever sets a meter's clock sets them, no setting of ours."""


def test_every_topic_has_a_page_that_tells_what_it_shows_and_where_to_ask(reader: Reader) -> None:
    contents = reader.get("/guide")
    for topic in TOPICS:
        page = reader.get(topic.path)
        assert f"<h1>{topic.title}</h1>" in page
        assert f"<title>{topic.title} — " in page
        assert f'<meta name="description" content="{topic.told}">' in page
        assert f'href="{topic.path}"' in contents
        assert silent_pictures(page) == []
        assert told_pictures(page) or page.count(_STRIP), topic.slug
        assert "8 (495) 981-98-19" in words_of(page)
        assert 'href="/help"' in page
        assert len(headings_of(page)) >= 3


def test_a_page_leads_on_to_the_next_and_back(reader: Reader) -> None:
    first, last = reader.get(TOPICS[0].path), reader.get(TOPICS[-1].path)

    assert f'href="{TOPICS[1].path}"' in first
    assert f'href="{TOPICS[-2].path}"' in last
    assert 'href="/guide"' in first


def test_what_is_no_topic_is_not_there(reader: Reader) -> None:
    for path in ("/guide/electricity", "/guide/..%2Fstart", "/guide/numbers/1"):
        assert reader.ask(path).status_code == 404


def test_every_link_into_the_instruction_arrives(reader: Reader) -> None:
    wanted = {
        found
        for path in Path(TEMPLATES).rglob("*.html")
        for found in re.findall(r"/guide/[\w-]+(?:#[\w-]+)?", path.read_text(encoding="utf-8"))
    }
    pages = {topic.path: headings_of(reader.get(topic.path)) for topic in TOPICS}

    assert {"/guide/meter#zones-", "/guide/letter", "/guide/bill", "/guide/autopay", "/guide/away"} <= wanted
    for path, _, anchor in (each.partition("#") for each in sorted(wanted - {"/guide/topics"})):
        anchors = [f"{anchor}{zones}" for zones in (1, 2, 3)] if anchor.endswith("-") else [anchor]
        assert not anchor or set(anchors) <= set(pages[path]), (path, anchor)
        assert path in pages


def test_another_calendar_is_followed_by_every_page(reader: Reader) -> None:
    paths = ["/", "/guide", *(topic.path for topic in TOPICS)]
    before = {path: _days_named(reader.get(path)) for path in paths}
    reader.follow_another_calendar()
    after = {path: _days_named(reader.get(path)) for path in paths}

    of_autopay = {str(FACTS.autopay_first_day), str(FACTS.autopay_last_day)}
    assert before["/"] == {"15", "25", "1", "10"}
    assert before["/guide/days"] >= {"15", "25", "26", "1", "10"}
    assert after["/guide/days"] == NEW_DAYS
    for path in paths:
        assert after[path] <= NEW_DAYS | (of_autopay if path == "/guide/autopay" else set()), path
        assert bool(after[path]) == bool(before[path])


def _days_named(page: str) -> set[str]:
    return {number for found in _DAYS.findall(words_of(page)) for number in found if number}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_no_number_of_a_rule_is_written_by_hand(topic: Topic) -> None:
    source = (TEMPLATES / topic.template).read_text(encoding="utf-8")
    words = re.sub(r"(?s)\{\{.*?\}\}|\{%.*?%\}|<[^>]+>", " ", source)
    for hours in _HOURS_OF_ZONES:
        words = words.replace(hours, "")

    assert _OF_A_RULE.findall(words) == []


def test_every_number_that_is_told_is_the_rules_own() -> None:
    numbers = [each.name for each in fields(GuideFacts) if each.type.startswith("int")]
    assert len(numbers) >= 12
    for name in numbers:
        changed: dict[str, Any] = {name: 97_00 if name.endswith("_kopecks") else 97}
        told = _all_words(replace(FACTS, **changed))
        assert name == "month_days" or re.search(r"\b97\b", told), name


def test_dials_are_named_in_the_order_of_the_form() -> None:
    named = tuple((zones, tuple(f"Циферблат {zones}{at}" for at in range(zones))) for zones, _ in FACTS.labels)
    page = environment().get_template("guide/topics/meter.html").render(facts=replace(FACTS, labels=named))

    assert re.findall(r"Циферблат 3\d", page)[-3:] == ["Циферблат 30", "Циферблат 31", "Циферблат 32"]
    assert FACTS.labels[1][1] == ("День, T1", "Ночь, T2")
    assert FACTS.labels[2][1] == ("Пик, T1", "Ночь, T2", "Полупик, T3")


def test_a_window_that_was_extended_says_so() -> None:
    moved = replace(DEFAULT_CALENDAR, extensions={Period(2026, 10).number: Extension(window_days=2)})
    page = environment().get_template("guide/topics/days.html")

    assert "до 27 октября включительно" in words_of(page.render(facts=facts_of(moved, Period(2026, 10))))
    assert "Приём продлён" not in page.render(facts=facts_of(moved, Period(2026, 11)))


def test_who_moves_takes_what_is_theirs_before_the_account_is_closed(reader: Reader) -> None:
    page = reader.get("/guide/moving")
    steps = headings_of(page)

    assert steps.index("data") < steps.index("autopay") < steps.index("call") < steps.index("pay")
    assert "Последний счёт придёт на бумаге." in words_of(page)


def test_the_start_says_what_is_needed_and_has_one_lamp(reader: Reader) -> None:
    page = reader.get("/")

    assert page.count("button lamp") == 1
    for words in ("Бумажный счёт", "Электронная почта", "Около двух минут", "8 (800) 55-000-55"):
        assert words in words_of(page)
    for path in ("/register", "/sign-in", "/guide", "/guide/numbers"):
        assert f'href="{path}"' in page
    assert '<meta name="description"' in page


def test_search_engines_may_read_the_start_and_the_instruction_only(reader: Reader) -> None:
    answer = reader.ask("/robots.txt")

    assert answer.text == ROBOTS
    assert answer.headers["content-type"].startswith("text/plain")
    assert "set-cookie" not in answer.headers
    assert [line for line in ROBOTS.splitlines() if line.startswith("Disallow")] == ["Disallow: /guide?", "Disallow: /"]


def _all_words(facts: GuideFacts) -> str:
    return " ".join(
        words_of(environment().get_template(topic.template).render(facts=facts, topic=topic)) for topic in TOPICS
    )


def test_the_default_month_is_the_one_that_is_told() -> None:
    assert FACTS.calendar.valid_from == date(1970, 1, 1)
    assert "С 15 по 25 число" in _all_words(FACTS)
