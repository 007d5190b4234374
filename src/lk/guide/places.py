"""The places of the instruction that a search can lead to: each heading with the words below it."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser

from lk.guide.facts import GuideFacts
from lk.guide.rules import Index, Place, index_of
from lk.guide.topics import TOPICS, Topic
from lk.language import Language, current, spoken
from lk.templating import environment

_HEADINGS = ("h2", "h3")
_BLOCKS = ("p", "li", "dt", "dd", "figcaption")
_DRAWN = "svg"


def index(facts: GuideFacts) -> Index:
    """Of all topics, as they read with these numbers in the current language."""
    return _index(facts, current())


@lru_cache(maxsize=8)
def _index(facts: GuideFacts, language: Language) -> Index:
    with spoken(language):
        return index_of(place for topic in TOPICS for place in _places_of(topic, facts))


def _places_of(topic: Topic, facts: GuideFacts) -> list[Place]:
    reader = _Reader()
    reader.feed(environment().get_template(topic.template).render(facts=facts, topic=topic))
    beginning = Place(topic.path, topic.title, f"{topic.told} {reader.text_of('')}".strip(), words=topic.words)
    around = f"{topic.title} {topic.words}"
    parts = [
        Place(f"{topic.path}#{anchor}", heading, reader.text_of(anchor), page=topic.title, around=around)
        for anchor, heading in reader.headings.items()
    ]
    return [beginning, *parts]


class _Reader(HTMLParser):
    """Headings by their ids, and the texts below them; what a picture shows is told beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {"": []}
        self._anchor = ""
        self._is_in_heading = False
        self._is_drawn = False

    def text_of(self, anchor: str) -> str:
        return " ".join("".join(self._texts[anchor]).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id")
        if tag in _HEADINGS and anchor:
            self._anchor, self._is_in_heading = anchor, True
            self.headings[anchor], self._texts[anchor] = "", []
        self._is_drawn = self._is_drawn or tag == _DRAWN

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._is_in_heading = False
        if tag == _DRAWN:
            self._is_drawn = False
        if tag in _BLOCKS:
            self._texts[self._anchor].append(" ")

    def handle_data(self, data: str) -> None:
        if self._is_drawn:
            return
        if self._is_in_heading:
            self.headings[self._anchor] = f"{self.headings[self._anchor]}{data}"
        else:
            self._texts[self._anchor].append(data)
