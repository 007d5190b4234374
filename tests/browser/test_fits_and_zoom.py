"""Pages for thumbs and poor eyes: large enough to touch, whole at 400 %, seen in any colours, still on request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.furnished import Furnished, furnished
from tests.browser.keyboard import Keyboard
from tests.browser.phone import HEIGHT, NARROWEST, WIDTH, Phone
from tests.browser.questions import CUT, DIM, SMALL, SPACED, WITHOUT_EDGE

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
HOME_PAGES = ("", "/readings", "/bills", "/payments", "/cards", "/autopay", "/history", "/access", "/away")
OTHER_PAGES = ("/accounts", "/profile", "/help", "/guide/meter", "/register", "/sign-in/confirm")
_WATCH = """
    window.moved = 0
    for (const kind of ["animationstart", "transitionrun"]) addEventListener(kind, () => (window.moved += 1))"""


@pytest.fixture(scope="module")
def town(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(house, tmp_path_factory.mktemp("fits")) as town:
        yield town


@pytest.fixture(scope="module")
def hand(town: Furnished, browser: Browser) -> Iterator[Phone]:
    with Phone.in_hand(browser, town.lk, has_scripts=True) as phone:
        town.signed_in(phone)
        yield phone


@pytest.fixture
def page(hand: Phone) -> Iterator[Page]:
    yield hand.page
    # A refused form is told in the console too.
    hand.complaints[:] = [each for each in hand.complaints if "422" not in each]
    hand.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    hand.page.emulate_media(
        contrast="no-preference", forced_colors="none", reduced_motion="no-preference", color_scheme="light"
    )


def _asked(page: Page, path: str, *questions: str) -> list[str]:
    """With everything unfolded that is not meant to be seen at once."""
    page.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
    return [f"{path}: {each}" for question in questions for each in page.evaluate(question) or []]


def _finds_nothing(page: Page, town: Furnished, *questions: str) -> None:
    paths = [*(town.home + end for end in HOME_PAGES), *OTHER_PAGES]
    found = [each for path in paths for each in _asked(page, path, *questions)]
    assert not found, "\n".join(found)


def test_whatever_is_touched_is_as_large_as_a_fingertip(page: Page, town: Furnished) -> None:
    _finds_nothing(page, town, SMALL)


def test_at_four_hundred_per_cent_with_wide_spacing_nothing_is_cut_nor_scrolls_sideways(
    page: Page, town: Furnished
) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 256})
    _finds_nothing(page, town, SPACED, CUT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_systems_own_colours_leave_the_ring_of_focus_and_the_edges_of_buttons(
    page: Page, hand: Phone, town: Furnished, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    found = [
        each for end in ("/readings", "/payments", "/autopay") for each in _asked(page, town.home + end, WITHOUT_EDGE)
    ]
    assert not found, "\n".join(found)
    _rings_are_seen(hand, town)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_asks_for_more_contrast_gets_seven_to_one_and_a_ring(
    page: Page, hand: Phone, town: Furnished, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(contrast="more", color_scheme=scheme, reduced_motion="reduce")
    dim = []
    for path in ("", "/readings", "/payments"):
        page.goto(town.home + path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        dim += page.evaluate(DIM)
    assert not dim, "\n".join(dim)
    _rings_are_seen(hand, town)


def _rings_are_seen(hand: Phone, town: Furnished) -> None:
    keyboard = Keyboard(hand)
    for path in ("", "/autopay"):
        hand.page.goto(town.home + path)
        keyboard.walk()
    keyboard.saw_everything()


def _movements(page: Page, town: Furnished) -> int:
    """Of a page that shows its news, and of a swap; a transition counts as well."""
    page.add_init_script(_WATCH)
    page.goto(f"{town.home}/readings")
    page.locator(".dial-input").first.fill("50o0")
    page.get_by_role("button", name="Передать показание").click()
    expect(page.locator(".errors")).to_be_focused()
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')")
    return int(page.evaluate("moved + document.getAnimations().length"))


def test_nothing_moves_for_those_who_asked_for_stillness(page: Page, town: Furnished) -> None:
    page.emulate_media(reduced_motion="reduce")
    assert _movements(page, town) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert _movements(page, town) > 0
