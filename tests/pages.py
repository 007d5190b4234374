"""What every page owes its reader; the tests' visitor checks each page it gets."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

from lk.language import LANGUAGES

XHTML = "{http://www.w3.org/1999/xhtml}"
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_READ_OUT = ("alt", "aria-label", "aria-description", "placeholder", "title")
_UNTRANSLATED = re.compile(r"\b(?:None|Undefined|True|False)\b|\{\{|\}\}|\{%")


def check_page(html: str, path: str) -> None:
    """Valid HTML, one h1, a title, unique ids, labels, actions, nothing inline, nothing unfinished."""
    parser = html5lib.HTMLParser(strict=False)
    document = parser.parse(html)
    is_page = "<html" in html
    errors = [error for error in parser.errors if is_page or error[1] != "expected-doctype-but-got-start-tag"]
    assert not errors, f"{path}: {errors[:3]}"
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    if is_page:
        _check_head(elements, path)
    _check_ids(elements, path)
    _check_forms(elements, path)
    _check_nothing_inline(elements, path)
    text = " ".join(filter(None, (element.text for element in elements if _name(element) not in ("script", "style"))))
    assert not _UNTRANSLATED.search(text), f"{path}: {_UNTRANSLATED.search(text)}"
    if '<html lang="en"' in html:
        assert untranslated(html) == [], path


def untranslated(html: str) -> list[str]:
    """Russian of an English page that is not marked as Russian: what its reader, or a voice reading it, can't say.

    The page's title names the company, the fields hold what people typed.
    """
    document = html5lib.HTMLParser(strict=False).parse(html)
    found: list[str] = []
    _look_for_russian(document, "en", found)
    return found


def _look_for_russian(element: Element, language: str, found: list[str]) -> None:
    if not isinstance(element.tag, str) or _name(element) in ("script", "style", "title", "textarea"):
        return
    language = element.get("lang") or language
    said = [element.text, *(child.tail for child in element), *(element.get(each) for each in _READ_OUT)]
    if language == "en":
        found += [each.strip() for each in said if each and _CYRILLIC.search(each)]
    for child in element:
        _look_for_russian(child, language, found)


def _check_head(elements: list[Element], path: str) -> None:
    headings = [element for element in elements if _name(element) == "h1"]
    titles = [element for element in elements if _name(element) == "title" and (element.text or "").strip()]
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert titles, f"{path}: no title"
    root = next(element for element in elements if _name(element) == "html")
    assert root.get("lang") in LANGUAGES, f"{path}: no language"


def _check_ids(elements: list[Element], path: str) -> None:
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    doubled = [name for name, count in ids.items() if count > 1]
    assert not doubled, f"{path}: ids twice: {doubled}"
    for element in elements:
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for wanted in (element.get(attribute) or "").split():
                assert wanted in ids, f"{path}: {attribute} names {wanted}, which is not there"


def _check_forms(elements: list[Element], path: str) -> None:
    labelled = {element.get("for") for element in elements if _name(element) == "label"}
    wrapped = {
        id(inner)
        for element in elements
        if _name(element) == "label"
        for inner in element.iter()
        if isinstance(inner.tag, str)
    }
    for element in elements:
        if _name(element) == "form":
            assert element.get("action"), f"{path}: a form without an action"
        if _name(element) in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit"):
            is_named = element.get("id") in labelled or id(element) in wrapped or element.get("aria-label")
            assert is_named, f"{path}: no label for {element.get('name')}"


def _check_nothing_inline(elements: list[Element], path: str) -> None:
    for element in elements:
        assert not element.get("style"), f"{path}: a style attribute"
        assert _name(element) != "style", f"{path}: a style element"
        assert _name(element) != "script" or element.get("src"), f"{path}: a script in the page"
        events = [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118 - an Element is no dict
        assert not events, f"{path}: {events}"


def _name(element: Element) -> str:
    return str(element.tag).removeprefix(XHTML)
