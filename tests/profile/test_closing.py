"""The cabinet closed, on both engines: everything of it ends at once, and the books stay as they are."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from lk import db
from lk.access import matrix
from lk.accounts import inviting
from lk.accounts.confirming import confirm
from lk.actor import PROGRAM, Actor, Role
from lk.identity.own import change_login
from lk.identity.queries import viewer_of
from lk.notifications.letters import render
from lk.notifications.tables import Message
from lk.outcome import Refused
from lk.profile.closing import close_cabinet
from lk.profile.consents import give_consent
from lk.profile.copies import ask_copy, make_waiting_copies
from lk.profile.rules import CONSENTS
from lk.tokens import derived_token
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import EMAIL, LOGIN, METER, PASSWORD, Newcomer
from tests.profile.lives import (
    HELPER,
    HELPER_EMAIL,
    OTHER_FLAT,
    account,
    books,
    helper_comes_in,
    live_a_month,
    neighbour_moves_in,
    user_of,
)

OF_THE_USER = (
    "passkeys",
    "passkey_challenges",
    "recovery_codes",
    "known_devices",
    "password_resets",
    "email_changes",
    "letter_preferences",
    "data_exports",
)


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    """A year of a cabinet in one moment."""
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()
    live_a_month(newcomer)
    return newcomer


def close(who: Newcomer, user_id: int) -> None:
    who.at(close_cabinet, user_id, Actor(user_id, address=who.address))


async def _furnish(user_id: int, now: Any) -> None:
    """One row of everything that a user may leave behind."""
    rows = {
        "passkeys": (
            "credential_id, public_key, sign_count, transports, name, created_at",
            ["c", "k", 0, "", "n", now],
        ),
        "passkey_challenges": ("challenge_hash, purpose, ends_at", ["h", "add", now]),
        "recovery_codes": ("code_hash", ["r"]),
        "password_resets": ("token_hash, created_at, ends_at", ["p", now, now]),
        "email_changes": (
            "old_email, new_email, created_at, ends_at, is_done",
            [EMAIL, "x@y.example", now, now, False],
        ),
        "letter_preferences": ("kind, is_wanted", ["payment_due", False]),
    }
    async with db.write():
        for table, (columns, values) in rows.items():
            marks = ", ".join("{}" for _ in values)
            await db.execute(f"INSERT INTO {table} (user_id, {columns}) VALUES ({{}}, {marks})", user_id, *values)


def test_everything_of_the_user_is_gone_and_a_row_without_a_name_stays(holder: Newcomer) -> None:
    me = user_of(holder)
    opened = holder.sign_in()
    holder.at(_furnish, me, holder.now)
    holder.at(give_consent, me, "news", CONSENTS["news"].version, Actor(me))
    holder.at(ask_copy, me, Actor(me))
    for table in OF_THE_USER:
        assert holder.rows(f"SELECT id FROM {table} WHERE user_id = {{}}", me), table
    close(holder, me)

    (user,) = holder.rows("SELECT * FROM users WHERE id = {}", me)
    assert {user[name] for name in ("login", "login_key", "email", "password_hash", "language")} == {None}
    assert user["closed_at"] == holder.now
    for table in OF_THE_USER:
        assert holder.rows(f"SELECT id FROM {table} WHERE user_id = {{}}", me) == [], table
    assert holder.rows("SELECT id FROM consents WHERE withdrawn_at IS NULL") == []
    assert holder.rows("SELECT id FROM accesses WHERE ended_at IS NULL") == []
    assert {row["email"] for row in holder.rows("SELECT email FROM registrations")} == {None}
    assert holder.at(viewer_of, opened.token) is None
    assert {row["token_hash"][:6] for row in holder.rows("SELECT token_hash FROM sessions")} == {"ended "}
    with pytest.raises(Refused, match="sign_in_wrong"):
        holder.sign_in()
    assert holder.at(make_waiting_copies) == 0


def test_the_books_stay_as_they_are_and_the_history_is_only_added_to(holder: Newcomer) -> None:
    before, events = books(holder), holder.rows("SELECT * FROM events ORDER BY id")
    close(holder, user_of(holder))

    assert books(holder) == before
    after = holder.rows("SELECT * FROM events ORDER BY id")
    assert after[: len(events)] == events
    added = [(row["kind"], row["account_id"] is None) for row in after[len(events) :]]
    assert added == [("cabinet_closed", True), ("cabinet_closed", False)]


def test_it_is_one_transaction(holder: Newcomer) -> None:
    me = user_of(holder)
    names = ("users", "accesses", "sessions", "messages", "events", "consents", "accounts")
    before = {name: holder.rows(f"SELECT * FROM {name} ORDER BY id") for name in names}

    async def broken_off() -> None:
        async with db.write() as unit:
            await close_cabinet(me, Actor(me))
            await unit.rollback()

    holder.at(broken_off)
    assert {name: holder.rows(f"SELECT * FROM {name} ORDER BY id") for name in names} == before


def test_the_last_letter_goes_to_the_old_address_in_the_language_chosen(holder: Newcomer) -> None:
    me = user_of(holder)
    holder.change("UPDATE users SET language = 'en' WHERE id = {}", me)
    close(holder, me)

    (letter,) = holder.letters("cabinet_closed")
    assert letter["to_address"] == EMAIL
    written = render(Message(**letter), "ru")
    assert written.subject == "Your cabinet is closed"
    assert METER not in written.text
    assert "Autopay and linked cards are gone" in written.text
    russian = render(Message(**{**letter, "params": letter["params"].replace('"en"', '"ru"')}), "ru").text
    assert "Автоплатежа и привязанных карт больше нет: дальше платите сами." in russian


def test_letters_that_have_arrived_forget_whom_they_went_to(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    neighbour = user_of(holder, "sosed")
    holder.change("UPDATE messages SET status = 'sent' WHERE kind <> 'welcome'")
    holder.change("UPDATE messages SET status = 'dead' WHERE kind = 'welcome'")
    close(holder, user_of(holder))

    for letter in holder.rows("SELECT * FROM messages WHERE kind <> 'cabinet_closed'"):
        is_neighbours = letter["user_id"] == neighbour
        assert (letter["to_address"] == EMAIL) is is_neighbours, letter["kind"]
        assert (letter["params"] == "{}") is not is_neighbours, letter["kind"]


def test_helpers_are_out_and_told_and_invitations_are_over(holder: Newcomer) -> None:
    helper_comes_in(holder)
    holder.at(inviting.invite, account(holder), "syn@mail.example", Actor(user_of(holder)))
    close(holder, user_of(holder))

    assert account(holder, HELPER).role is None
    assert [letter["to_address"] for letter in holder.letters("helper_left")] == [HELPER_EMAIL]
    assert holder.rows("SELECT id FROM invitations WHERE finished_at IS NULL") == []
    assert holder.rows("SELECT id FROM events WHERE kind = 'helper_left'")


def test_a_helper_who_closes_their_cabinet_leaves_the_holders_alone(holder: Newcomer) -> None:
    helper_comes_in(holder)
    helper, access = user_of(holder, HELPER), account(holder).access_id
    close(holder, helper)

    assert account(holder).access_id == access
    assert account(holder).seen_since is None
    assert [letter["to_address"] for letter in holder.letters("helper_left")] == [EMAIL]
    assert [letter["to_address"] for letter in holder.letters("cabinet_closed")] == [HELPER_EMAIL]


def test_whoever_opens_the_cabinet_next_sees_nothing_earlier(holder: Newcomer) -> None:
    close(holder, user_of(holder))
    closed_at = holder.now
    holder.later(days=1)
    holder.browser = None
    holder.open_cabinet("novyy")

    found = account(holder, "novyy")
    assert (found.role, found.seen_since, found.has_paper_bill) == ("holder", closed_at, True)


def test_nothing_that_comes_late_opens_a_closed_cabinet(holder: Newcomer) -> None:
    me, token = user_of(holder), holder.sign_in().token
    (before,) = holder.rows("SELECT * FROM sessions ORDER BY id DESC LIMIT 1")
    close(holder, me)
    holder.change("UPDATE users SET password_hash = 'rehashed' WHERE id = {}", me)
    holder.change(
        "UPDATE sessions SET token_hash = {}, ends_at = {} WHERE id = {}",
        *(before["token_hash"], before["ends_at"], before["id"]),
    )

    assert holder.at(viewer_of, token) is None


def test_a_neighbour_feels_nothing_of_it(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(confirm, account(holder, "sosed", OTHER_FLAT).id, PROGRAM)
    close(holder, user_of(holder))

    assert holder.sign_in("sosed").token
    assert account(holder, "sosed", OTHER_FLAT).role == "holder"


def test_two_clicks_at_once_close_it_once(holder: Newcomer) -> None:
    me = user_of(holder)

    async def twice() -> None:
        await asyncio.gather(*(close_cabinet(me, Actor(me)) for _ in range(2)))

    holder.at(twice)
    close(holder, me)
    assert len(holder.letters("cabinet_closed")) == 1
    assert len(holder.rows("SELECT id FROM events WHERE kind = 'cabinet_closed'")) == 2


def test_what_was_on_its_way_while_it_closed_comes_to_nothing(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(confirm, account(holder, "sosed", OTHER_FLAT).id, PROGRAM)
    sosed, me = user_of(holder, "sosed"), user_of(holder)
    holder.at(inviting.invite, account(holder, "sosed", OTHER_FLAT), EMAIL, Actor(sosed))
    token = _invitation(holder)
    viewer = holder.at(viewer_of, holder.sign_in().token)
    close(holder, me)

    with pytest.raises(Refused, match="invitation_gone"):
        holder.at(inviting.accept, token, me, Actor(me))
    with pytest.raises(Refused, match="cabinet_closed"):
        holder.at(give_consent, me, "news", CONSENTS["news"].version, Actor(me))
    with pytest.raises(Refused, match="cabinet_closed"):
        holder.at(ask_copy, me, Actor(me))
    with pytest.raises(Refused, match="session_ended"):
        holder.at(change_login, viewer, "lesnaya-5", address="")
    holder.browser = None
    holder.begin()
    holder.ask_letter()
    with pytest.raises(Refused, match="registration_ended"):
        holder.press(user_id=me)
    assert holder.rows("SELECT id FROM accesses WHERE user_id = {} AND ended_at IS NULL", me) == []


def _invitation(who: Newcomer) -> str:
    return derived_token(*json.loads(who.letters("invitation")[-1]["params"])["link"]["token_of"])


def test_the_page_closes_it_signs_out_and_says_that_it_is_done(browser: Browser) -> None:
    open_cabinet(browser)
    phone = another(browser)
    phone.get("/sign-in")
    phone.post("/sign-in", login=LOGIN, password=PASSWORD)
    phone.get("/profile/closing")
    page = browser.get("/profile/closing")
    assert "Счета и платежи в учёте компании" in page
    assert "Автоплатёж и привязанные карты: дальше платите сами." in page
    browser.get("/closed")
    assert browser.to == "/"

    browser.get("/profile/closing")
    browser.post("/profile/closing")
    assert browser.to == "/closed"
    assert "Кабинет закрыт" in browser.get("/closed")
    assert "lk_session" not in browser.cookies
    assert "lk_device" not in browser.cookies
    phone.post("/profile/closing")
    assert phone.to == "/sign-in"
    phone.get("/profile")
    assert phone.to.startswith("/sign-in")


def test_the_page_wants_the_password_of_the_last_quarter_of_an_hour(browser: Browser) -> None:
    open_cabinet(browser)
    browser.get("/profile/closing")
    browser.newcomer.later(minutes=16)
    browser.post("/profile/closing")

    assert browser.to.startswith("/sign-in/confirm")
    assert user_of(browser.newcomer)


def test_agents_have_no_rights_over_data_of_a_cabinet() -> None:
    own = ("/profile/consents", "/profile/copy", "/profile/closing")
    cells = [cells for (_, path), cells in matrix().items() if path.startswith(own)]

    assert len(cells) == 8
    for role in (Role.LOOKING, Role.SUPPORT, Role.OPERATOR, Role.ADMIN):
        assert {each[role] for each in cells} == {"403"}
