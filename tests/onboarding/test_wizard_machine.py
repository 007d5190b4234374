"""The wizard in any order: browsers, links, letters, clocks forwards and back. I11 holds, and nobody is ever stuck."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lk import db
from lk.onboarding import actions, beginning
from lk.onboarding.queries import Place
from lk.onboarding.rules import Step
from lk.onboarding.views import PATHS
from lk.outcome import Refused
from lk.tokens import derived_token
from tests.onboarding.newcomer import METER, NUMBER, OTHER_METER, OTHER_NUMBER, PASSWORD, Newcomer

FREE, TAKEN = (NUMBER, METER), (OTHER_NUMBER, OTHER_METER)
OWNER = "owner@mail.example"
TYPED = ("first@mail.example", "second@mail.example")
BY_LINK = {Step.BUTTON, Step.NUMBERS_AGAIN}
HOURS_72 = timedelta(hours=72)
browsers = st.integers(0, 2)


@dataclass
class Link:
    """What is known of a letter's link from outside: `ends_at`, and why it may open nothing any more."""

    token: str
    registration: int
    ends_at: datetime
    is_over: bool = False
    used_by: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Seen:
    """What each browser and each link would come to now, and what is stored."""

    holders: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    by_cookie: list[Place]
    by_link: list[Place]


class Wizard(RuleBasedStateMachine):
    """In `flats` the owner of the taken one has a cabinet."""

    flats: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "lk.sqlite3"
        shutil.copy(self.flats, path)
        self.who = Newcomer(db.SqliteEngine(path, patience=5))
        self.cookies: list[str | None] = [None, None, None]
        self.links: list[Link] = []
        self.pressed: set[str] = set()
        self.refusals: set[str] = set()
        """Of the right numbers: only too many tries may be."""

    def teardown(self) -> None:
        db.use(None)
        self.folder.cleanup()

    @rule(browser=browsers, flat=st.sampled_from([FREE, FREE, TAKEN]), is_right=st.sampled_from([True, True, False]))
    def type_the_numbers(self, browser: int, flat: tuple[str, str], is_right: bool) -> None:
        try:
            self.cookies[browser] = self.who.at(
                beginning.begin,
                flat[0],
                flat[1] if is_right else "99999999",
                browser=self.cookies[browser],
                user_id=None,
                address=f"203.0.113.{browser}",
            )
            assert is_right
        except Refused as refusal:
            if is_right:
                self.refusals.add(refusal.problems[0].code)

    @rule(browser=browsers, email=st.sampled_from([*TYPED, None]))
    def ask_for_the_letter(self, browser: int, email: str | None) -> None:
        try:
            self.who.at(actions.send_letter, self.cookies[browser], email)
        except Refused:
            return
        for letter in self.who.letters("first_sign_in")[len(self.links) + 1 :]:
            token_of = json.loads(letter["params"])["link"]["token_of"]
            for older in self.links:
                older.is_over |= older.registration == token_of[1]
            self.links.append(Link(derived_token(*token_of), token_of[1], self.who.now + HOURS_72))

    @precondition(lambda self: self.links)
    @rule(data=st.data(), browser=browsers, numbers=st.sampled_from([FREE, FREE, FREE, TAKEN, None]))
    def press_the_button(self, data: st.DataObject, browser: int, numbers: tuple[str, str] | None) -> None:
        link = data.draw(st.sampled_from(self.links))
        cookie, now = self.cookies[browser], self.who.now
        try:
            used = self.who.at(
                actions.use_link, link.token, cookie, numbers=numbers, user_id=None, address=f"203.0.113.{browser}"
            )
        except Refused:
            link.is_over |= now >= link.ends_at
            return
        assert not link.is_over
        assert now < link.ends_at
        assert not link.used_by or link.used_by == {cookie}
        self.cookies[browser] = used.browser
        link.used_by.add(used.browser)
        self.pressed.add(used.browser)

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def a_mail_scanner_opens_the_link(self, data: st.DataObject) -> None:
        link = data.draw(st.sampled_from(self.links))
        before = self.who.counts()
        self.who.at(actions.place_now, None, link.token)
        link.is_over |= self.who.now >= link.ends_at
        assert self.who.counts() == before

    @rule(browser=browsers, login=st.sampled_from(["anna", "boris"]))
    def choose_own_credentials(self, browser: int, login: str) -> None:
        cookie = self.cookies[browser]
        try:
            self.who.at(actions.open_cabinet, cookie, login, PASSWORD, address="", device="")
        except Refused:
            return
        assert cookie in self.pressed
        link = next(each for each in self.links if cookie in each.used_by)
        assert self.who.now < link.ends_at
        for each in self.links:
            each.is_over = True

    @rule(much=st.sampled_from([61, 3600, 24 * 3600, 71 * 3600, -3600]))
    def the_clock_moves(self, much: int) -> None:
        self.who.later(seconds=much)

    @rule()
    def three_days_pass_and_the_clock_is_set_back(self) -> None:
        self.who.later(hours=73)
        self.one_holder_letters_to_the_right_people_and_a_next_step_for_everybody()
        self.who.later(hours=-73)

    @rule(flat=st.sampled_from([FREE, TAKEN]))
    def the_two_numbers_are_never_a_password(self, flat: tuple[str, str]) -> None:
        with pytest.raises(Refused):
            self.who.sign_in(*flat)

    @invariant()
    def the_right_numbers_are_taken(self) -> None:
        assert self.refusals <= {"too_many_tries", "too_many_everywhere"}

    @invariant()
    def one_holder_letters_to_the_right_people_and_a_next_step_for_everybody(self) -> None:
        seen = self.who.at(self._seen)
        assert len(seen.holders) == len({row["account_id"] for row in seen.holders})
        for letter in seen.letters:
            assert letter["to_address"] in (*TYPED, OWNER)
            assert letter["kind"] != "registration_attempt" or letter["to_address"] == OWNER
        for place in seen.by_cookie:
            assert place.step in PATHS
            assert place.registration is None or place.registration.progress is not None
        for link, place in zip(self.links, seen.by_link, strict=True):
            assert place.step in BY_LINK | {Step.ENDED}
            link.is_over |= self.who.now >= link.ends_at

    async def _seen(self) -> Seen:
        return Seen(
            await db.read("SELECT account_id FROM accesses WHERE role = 'holder' AND ended_at IS NULL"),
            await db.read("SELECT kind, to_address FROM messages"),
            [await actions.place_now(cookie) for cookie in self.cookies],
            [await actions.place_now(None, link.token) for link in self.links],
        )


@pytest.fixture
def owned_flats(sqlite_flats: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lk.sqlite3"
    shutil.copy(sqlite_flats, path)
    owner = Newcomer(db.SqliteEngine(path))
    owner.put_on_record(OWNER, TAKEN[0])
    owner.begin(*TAKEN)
    owner.ask_letter(OWNER)
    owner.press()
    owner.choose("owner")
    db.use(None)
    return path


def test_whatever_the_order_of_steps_clocks_and_browsers(owned_flats: Path) -> None:
    Wizard.flats = owned_flats
    run_state_machine_as_test(
        Wizard,
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
