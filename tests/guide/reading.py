"""What stands on a page of the instruction, taken apart."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

import html5lib

_SVG = "{http://www.w3.org/2000/svg}"


def words_of(page: str) -> str:
    """Its text, no-break spaces as spaces."""
    body = re.sub(r"(?s)^.*<main.*?>|</main>.*$", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def headings_of(page: str) -> list[str]:
    """The ids of those that can be led to."""
    return re.findall(r'<h[23] id="([^"]+)"', page)


def silent_pictures(page: str) -> list[str]:
    """The beginnings of pictures that neither say what they show nor say that they are mere decoration."""
    drawn = [each for each in html5lib.parse(page).iter() if each.tag == f"{_SVG}svg"]
    return [str(each.attrib)[:80] for each in drawn if not (_is_decoration(each) or _has_words(each))]


def told_pictures(page: str) -> int:
    return sum(_has_words(each) for each in html5lib.parse(page).iter() if each.tag == f"{_SVG}svg")


def _is_decoration(drawn: Element) -> bool:
    return drawn.get("aria-hidden") == "true"


def _has_words(drawn: Element) -> bool:
    if drawn.get("role") != "img":
        return False
    own = [drawn.findtext(f"{_SVG}{name}", "").strip() for name in ("title", "desc")]
    return all(own) or bool((drawn.get("aria-label") or "").strip())
