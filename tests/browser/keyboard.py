"""A hand without a mouse: Tab, Enter, Space, arrows and letters. Each stop of Tab is looked at as its owner sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from tests.browser.phone import SECONDS, WAIT, Phone
from tests.browser.questions import FOCUSED

MOST_STOPS = 110
"""No page has more places to stop at: one that never comes round is a trap."""


@dataclass
class Keyboard:
    """`presses` counts what its owner pressed, letters left out; `seen` has where Tab stopped last, in order."""

    phone: Phone
    presses: int = 0
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, phone: Phone, width: int, height: int) -> Keyboard:
        phone.page.set_viewport_size({"width": width, "height": height})
        return cls(phone)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += 1
            self.phone.page.keyboard.press(key)

    def stop(self) -> str | None:
        """The name of what has the focus; None for nothing. What is wrong with it is kept for the end."""
        found: dict[str, Any] = self.phone.page.evaluate(FOCUSED)
        self.troubles += [f"{self.phone.path}: «{found['name']}» {trouble}" for trouble in found["troubles"]]
        name = found["name"]
        return None if name is None else str(name).replace("\u00a0", " ")

    def walk(self, key: str = "Tab") -> list[str]:
        """Through the whole page and out of it; the names of all stops."""
        seen: list[str] = []
        for _ in range(MOST_STOPS):
            self.phone.page.keyboard.press(key)
            name = self.stop()
            if name is None:
                return seen
            seen.append(name)
        raise AssertionError(f"{self.phone.path}: Tab never comes out, the last stops are {seen[-6:]}")

    def to(self, name: str, role: str = "", key: str = "Tab") -> None:
        """Tab by Tab to what has this name; a voice calls it so too."""
        seen: list[str | None] = []
        for _ in range(MOST_STOPS):
            self.press(key)
            seen.append(self.stop())
            if (seen[-1] or "").startswith(name) and (not role or self.called().startswith(f"- {role} ")):
                return
        raise AssertionError(f"{self.phone.path}: {key} never comes to «{name}», only to {seen}")

    def called(self) -> str:
        """Role and name, as a screen reader has them."""
        lines = self.phone.page.locator(":focus").aria_snapshot().replace("\u00a0", " ").splitlines()
        return lines[0] if lines else ""

    def type(self, text: str) -> None:
        self.phone.typed.append(text)
        self.phone.page.keyboard.type(text)

    def fill(self, label: str, text: str) -> None:
        self.to(label)
        self.type(text)

    def choose(self, name: str, role: str = "", by: str = "Enter") -> None:
        self.to(name, role)
        self.press(by)

    def arrives(self, path: str) -> None:
        """On a new page, which is walked through once; the next Tab begins it anew."""
        ending = re.compile(re.escape(path).replace(r"\*", "[^/?]*") + r"(\?[^/]*)?$")
        self.phone.page.wait_for_url(ending)
        self.phone.page.wait_for_load_state()
        self.phone.screens.append(self.phone.path)
        self.walk()

    def stands_at(self, selector: str) -> None:
        """After a swap: the focus went to where the news is."""
        there = self.phone.page.locator(selector).first
        expect(there).to_be_visible(timeout=WAIT)
        try:
            expect(there).to_be_focused(timeout=SECONDS)
        except AssertionError:
            raise AssertionError(f"{self.phone.path}: the focus is not at {selector} but at «{self.stop()}»") from None
        assert self.stop() is not None

    def is_told(self, text: str) -> None:
        """A refusal has the focus, is an alert for those who hear the page, and leads to its field."""
        self.stands_at(".errors[role=alert]")
        expect(self.phone.page.locator(".errors")).to_contain_text(text)

    def saw_everything(self) -> None:
        assert not self.troubles, "\n".join(dict.fromkeys(self.troubles))
