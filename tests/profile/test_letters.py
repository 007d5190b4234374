"""Which letters come, in which language, and how one kind of them is called off; on both engines."""

from __future__ import annotations

import pytest

from lk import db
from lk.actor import Actor
from lk.notifications.actions import Outgoing, queue, queue_many
from lk.notifications.letters import off_token
from lk.notifications.rules import OPTIONAL
from lk.profile.preferences import call_off, choose_preferences, letter_by, preferences_of
from lk.profile.rules import Preferences
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import EMAIL, OTHER_METER, OTHER_NUMBER, Newcomer

ALL = frozenset(OPTIONAL)


def user_of(who: Newcomer) -> int:
    return int(who.rows("SELECT id FROM users")[0]["id"])


async def queue_both(user_id: int, kind: str, key: str) -> None:
    """Alone, and among others."""
    async with db.write():
        await queue(kind, EMAIL, key=f"{key} alone", user_id=user_id)
        await queue_many([Outgoing(kind, EMAIL, f"{key} among others", user_id=user_id)])


def count(who: Newcomer, kind: str) -> int:
    return len(who.letters(kind))


def choose(who: Newcomer, *wanted: str) -> None:
    who.at(choose_preferences, user_of(who), Preferences("ru", frozenset(wanted)), Actor(user_of(who)))


@pytest.mark.parametrize("kind", OPTIONAL)
def test_a_letter_that_is_not_wanted_does_not_come_and_comes_again_once_it_is(newcomer: Newcomer, kind: str) -> None:
    newcomer.open_cabinet()
    choose(newcomer, *(ALL - {kind}))
    newcomer.at(queue_both, user_of(newcomer), kind, "unwanted")
    assert count(newcomer, kind) == 0

    choose(newcomer, *ALL)
    newcomer.at(queue_both, user_of(newcomer), kind, "wanted")
    assert count(newcomer, kind) == 2


@pytest.mark.parametrize("kind", ["bill_ready", "new_sign_in", "look_began", "password_changed"])
def test_what_one_must_know_comes_whatever_is_chosen(newcomer: Newcomer, kind: str) -> None:
    newcomer.open_cabinet()
    choose(newcomer)
    newcomer.change("INSERT INTO letter_preferences (user_id, kind, is_wanted) VALUES ({}, {}, {})", 1, kind, False)

    newcomer.at(queue_both, user_of(newcomer), kind, "a must")

    assert count(newcomer, kind) == 2


def test_one_persons_choice_is_nobody_elses(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    choose(newcomer)
    newcomer.browser = None
    newcomer.open_cabinet("petrova", OTHER_NUMBER, OTHER_METER)

    newcomer.at(queue_both, newcomer.rows("SELECT max(id) AS id FROM users")[0]["id"], "payment_due", "another's")

    assert count(newcomer, "payment_due") == 2


def test_the_same_choice_again_is_no_news(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    for _ in range(2):
        choose(newcomer, "payment_due")

    assert newcomer.at(preferences_of, user_of(newcomer)) == Preferences("ru", frozenset({"payment_due"}))
    assert len(newcomer.rows("SELECT id FROM events WHERE kind = 'letters_changed'")) == 1


def test_a_letters_link_calls_off_its_own_kind(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.at(queue_both, user_of(newcomer), "readings_wanted", "first")
    message_id = newcomer.rows("SELECT max(id) AS id FROM messages WHERE kind = 'readings_wanted'")[0]["id"]
    letter = newcomer.at(letter_by, f"{message_id}-{off_token(message_id)}")
    assert letter is not None

    for _ in range(2):
        newcomer.at(call_off, letter, Actor(letter.user_id))

    assert newcomer.at(preferences_of, user_of(newcomer)).wanted == ALL - {"readings_wanted"}
    assert len(newcomer.rows("SELECT id FROM events WHERE kind = 'letters_changed'")) == 1


def test_a_link_that_no_such_letter_carries_calls_nothing_off(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.at(queue_both, user_of(newcomer), "readings_wanted", "first")
    optional = newcomer.rows("SELECT max(id) AS id FROM messages WHERE kind = 'readings_wanted'")[0]["id"]
    must = newcomer.rows("SELECT max(id) AS id FROM messages WHERE kind = 'welcome'")[0]["id"]

    for text in (
        f"{optional}-{off_token(must)}",
        f"{must}-{off_token(must)}",
        f"{optional}-",
        f"{optional}",
        "",
        f"-1-{off_token(-1)}",
        f"{'9' * 40}-{off_token(1)}",
        f"٣-{off_token(3)}",
    ):
        assert newcomer.at(letter_by, text) is None, text


def _off_path(who: Newcomer) -> str:
    who.at(queue_both, user_of(who), "readings_wanted", "first")
    message_id = who.rows("SELECT max(id) AS id FROM messages WHERE kind = 'readings_wanted'")[0]["id"]
    return f"/letters-off/{message_id}-{off_token(message_id)}"


def test_opening_the_link_changes_nothing_and_its_button_does(browser: Browser) -> None:
    open_cabinet(browser)
    path = _off_path(browser.newcomer)
    stranger = another(browser)

    assert "Не присылать такие письма?" in stranger.get(path)
    assert browser.newcomer.at(preferences_of, 1).wanted == ALL
    assert "Больше не пришлём" in stranger.post(path)
    assert browser.newcomer.at(preferences_of, 1).wanted == ALL - {"readings_wanted"}
    stranger.get(path + "x")
    assert stranger.status == 410


def test_the_mailboxs_own_button_needs_no_cookie(browser: Browser) -> None:
    open_cabinet(browser)
    path = _off_path(browser.newcomer)

    another(browser).post(path, **{"List-Unsubscribe": "One-Click"})

    assert browser.newcomer.at(preferences_of, 1).wanted == ALL - {"readings_wanted"}


def test_the_page_of_letters_keeps_what_is_chosen(browser: Browser) -> None:
    open_cabinet(browser)
    page = browser.get("/profile/letters")
    assert page.count(" checked") == len(OPTIONAL) + 1

    browser.post("/profile/letters", payment_due="yes", language="en")
    assert (browser.status, browser.to) == (303, "/profile?done=letters")
    assert browser.newcomer.at(preferences_of, 1) == Preferences("en", frozenset({"payment_due"}))
    browser.get("/profile/letters")
    browser.post("/profile/letters", payment_due="yes", language="fr")
    assert browser.status == 422
    assert browser.newcomer.at(preferences_of, 1).language == "en"
