"""Judges the pages of the tour as they come: axe in both colour schemes and languages; keeps their HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Response

from lk import language
from tests.pages import untranslated

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
_RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]})
    return found.violations.flatMap(each => each.nodes.map(node => [each.id, node.target.join(" "), each.help]))
}"""
_AROUND = '<!DOCTYPE html><html lang="{}"><head><title>part</title></head><body><h1>part</h1>{}</body></html>'


@dataclass(frozen=True)
class Finding:
    """What axe has against a page in a colour scheme."""

    page: str
    scheme: str
    rule: str
    where: str
    help: str


@dataclass
class Auditor:
    """`folder` gets every piece of HTML that was sent, each once; parts of pages between the tags of a whole one."""

    folder: Path
    wanted: str
    looks: int = 0
    findings: list[Finding] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)
    """The file's name by the HTML in it."""
    missed: int = 0
    """Answers that the browser had gone on from before they could be read."""

    def meet(self, page: Page) -> None:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.on("response", self._keep)

    def take(self, page: Page, name: str) -> None:
        if self.wanted not in name:
            return
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self._ask_axe(page, f"{name}, {language.current()}", scheme)
        if language.current() == "en":
            self.findings += [
                Finding(name, "both", "untranslated", words[:60], "Russian on an English page")
                for words in untranslated(page.content())
            ]

    def _ask_axe(self, page: Page, name: str, scheme: str) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[list[Any]] = page.evaluate(_RUN)
        self.findings += [Finding(name, scheme, rule, where, words) for rule, where, words in found]
        self.looks += 1

    def _keep(self, response: Response) -> None:
        """While it is there: the browser forgets what it read once it goes on."""
        is_html = response.headers.get("content-type", "").startswith("text/html")
        if not is_html or "/sandbox/" in response.url or 300 <= response.status < 400:
            return
        try:
            html = response.text()
        except Error:
            self.missed += 1
            return
        if html in self.sent:
            return
        path = re.sub(r"[^\w-]+", "-", response.url.split("/", 3)[3].partition("?")[0]).strip("-") or "start"
        name = f"{len(self.sent):04}-{path[:80]}"
        self.sent[html] = name
        whole = html if html.lstrip().lower().startswith("<!doctype") else _AROUND.format(language.current(), html)
        (self.folder / f"{name}.html").write_text(whole, encoding="utf-8")
