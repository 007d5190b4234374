"""The page of components shows every part that pages are made of."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "src" / "lk" / "templates"
MACRO = re.compile(r"{%-? macro (?P<name>[a-z]\w*)\(")
IS_NO_PICTURE = {"watched"}
"""What asks the server by itself: on a page without one it would only ask."""


def test_every_macro_of_the_components_stands_on_their_page() -> None:
    parts = {path.name: path.read_text(encoding="utf-8") for path in (TEMPLATES / "components").glob("*.html")}
    shown = "".join(
        (TEMPLATES / "dev" / name).read_text(encoding="utf-8") for name in ("components.html", "_more_components.html")
    )
    macros = {name: text for text in parts.values() for name in MACRO.findall(text)}
    inside = {name for name in macros if re.search(rf"\{{\{{ {name}\(", "".join(parts.values()))}
    assert {name for name in macros if not re.search(rf"\b{name}\(", shown)} - inside - IS_NO_PICTURE == set()
