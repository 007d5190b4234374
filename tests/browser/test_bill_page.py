"""A bill on the screen: nothing in it is closed to people who see or hear it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.browser.phone import Phone

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_FINDINGS = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]})
    return found.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ": " + node.target.join(" ")))
}"""


def _bill(phone: Phone) -> None:
    home = phone.open_cabinet()
    phone.lk.move_to("2025-07-26T00:01")
    phone.lk.run_month()
    phone.lk.move_to("2025-07-29T12:00")
    phone.lk.run_month()
    phone.lk.move_to("2025-08-26T00:01")
    phone.lk.run_month()
    phone.go(f"{home}/bills/2025-08")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_bill_with_every_answer_open(phone: Phone, scheme: Literal["light", "dark"]) -> None:
    phone.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    _bill(phone)
    for summary in phone.page.locator("main details > summary").all():
        summary.click()
    phone.look()

    phone.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert phone.page.evaluate(_FINDINGS) == []
