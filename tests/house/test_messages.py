"""The catalogs' judge sees what a reader would stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages import Catalog

from tools import messages


def english(message: str | tuple[str, str], said: str | tuple[str, ...]) -> list[str]:
    catalog = Catalog(locale="en")
    catalog.add(message, said)
    return list(messages.amiss(catalog))


def test_a_whole_translation_is_let_be() -> None:
    assert english("Счёт за %(month)s", "Bill for %(month)s") == []
    assert english(("%(num)s день", "%(num)s дней"), ("one day", "%(num)s days")) == []


@pytest.mark.parametrize(
    ("message", "said", "trouble"),
    [
        ("Счёт", "", "is not translated"),
        (("день", "дней"), ("day", ""), "is not translated"),
        ("Счёт", "Счёт", "by Russian words"),
        ("Счёт за %(month)s", "Bill for %(mont)s", "other places"),
        ("Счёт за %(month)s", "Bill", "other places"),
        ("Кнопка «Далее»", 'The button "Next"', "straight"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(
    message: str | tuple[str, str], said: str | tuple[str, ...], trouble: str
) -> None:
    (told,) = english(message, said)
    assert trouble in told


def test_what_is_said_nowhere_any_more_is_told() -> None:
    catalog = Catalog(locale="en")
    catalog.add("Счёт", "Bill")
    catalog.update(Catalog(), no_fuzzy_matching=True)
    assert list(messages.amiss(catalog)) == ["en: 'Счёт' is said nowhere"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.html", "<p>{{ _('Счёт') }}</p>\n<p>Без перевода</p>", "2: '<p>Без перевода</p>'"),
        ("page.html", "{% trans %}Счёт{% endtrans %}{{ lamp('Оплатить') }}", "1: 'Оплатить'"),
        (
            "words.py",
            'def said(n: int) -> str:\n    """Слово."""\n    return f"{_(\'Счёт\')} номер {n}"\n',
            "3: 'номер'",
        ),
    ],
)
def test_russian_that_is_no_message_is_found_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, words: str
) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    (told,) = messages.bare([tmp_path / name])
    assert told == f"{name}:{words} is no message"


def test_a_call_inside_of_an_f_string_is_a_message_too() -> None:
    found = {str(each.id) for each in messages.messages() if each.id}
    assert {"кВт·ч", "Передать показания"} <= found
