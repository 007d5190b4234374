"""From the two numbers to one's own cabinet, on a real database."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from lk.identity.queries import viewer_of
from lk.notifications.actions import send_due
from lk.onboarding.actions import end_expired
from lk.onboarding.rules import Step
from lk.outcome import Refused
from tests.onboarding.newcomer import (
    EMAIL,
    LOGIN,
    METER,
    NUMBER,
    ON_RECORD,
    OTHER_METER,
    OTHER_NUMBER,
    PASSWORD,
    Newcomer,
)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def refused(code: str, act: Any, *args: Any, **values: Any) -> None:
    with pytest.raises(Refused) as refusal:
        act(*args, **values)
    assert codes(refusal) == [code]


def test_the_way_in_has_its_steps_in_order_and_ends_in_the_cabinet(newcomer: Newcomer) -> None:
    steps = [newcomer.place().step]
    newcomer.begin()
    steps.append(newcomer.place().step)
    newcomer.ask_letter()
    steps.append(newcomer.place().step)
    newcomer.press()
    steps.append(newcomer.place().step)
    opened = newcomer.choose()

    assert steps == [Step.NUMBERS, Step.EMAIL, Step.LETTER, Step.CREDENTIALS]
    assert newcomer.place().step is Step.CABINET
    viewer = newcomer.at(viewer_of, opened.session)
    assert viewer is not None
    assert viewer.login == LOGIN
    (access,) = newcomer.rows("SELECT role, user_id, ended_at FROM accesses")
    assert access == {"role": "holder", "user_id": viewer.user_id, "ended_at": None}
    assert newcomer.sign_in().user_id == viewer.user_id


def test_neither_number_is_a_password_afterwards(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()

    refused("sign_in_wrong", newcomer.sign_in, NUMBER, METER)


def test_the_letter_is_sent_and_carries_the_link_but_no_meter_number(newcomer: Newcomer, tmp_path: Any) -> None:
    newcomer.begin()
    newcomer.ask_letter()

    (letter,) = newcomer.letters("first_sign_in")

    assert letter["to_address"] == EMAIL
    assert METER not in letter["params"]
    assert NUMBER not in letter["params"]
    assert newcomer.link() not in letter["params"]
    ends_at = datetime.fromisoformat(json.loads(letter["params"])["ends_at"])
    assert ends_at == newcomer.now + timedelta(hours=72)
    assert newcomer.at(send_due) == 1


@pytest.mark.parametrize(
    ("number", "meter"),
    [(NUMBER, "99999999"), ("9999999999", METER), (NUMBER, OTHER_METER)],
    ids=["another meter", "an unknown account", "a neighbour's meter"],
)
def test_a_wrong_pair_is_refused_in_the_same_words_whichever_is_wrong(
    newcomer: Newcomer, number: str, meter: str
) -> None:
    with pytest.raises(Refused) as refusal:
        newcomer.begin(number, meter)

    (problem,) = refusal.value.problems
    assert (problem.code, problem.field, dict(problem.params)) == ("numbers_wrong", "account_number", {})
    assert newcomer.counts()["registrations"] == 0


def test_a_removed_meter_and_a_closed_account_open_nothing(newcomer: Newcomer) -> None:
    newcomer.change("UPDATE meters SET removed_on = '2026-01-01' WHERE serial_key = {}", METER)
    newcomer.change("UPDATE accounts SET closed_on = '2026-01-01' WHERE number = {}", OTHER_NUMBER)

    refused("numbers_wrong", newcomer.begin)
    refused("numbers_wrong", newcomer.begin, OTHER_NUMBER, OTHER_METER)


def test_ten_tries_an_hour_for_an_account_even_if_the_eleventh_is_right(newcomer: Newcomer) -> None:
    for _ in range(10):
        refused("numbers_wrong", newcomer.begin, NUMBER, "99999999")

    refused("too_many_tries", newcomer.begin)
    newcomer.later(minutes=61)
    newcomer.begin()
    assert newcomer.place().step is Step.EMAIL


def test_twenty_tries_from_an_address_in_a_quarter_of_an_hour(newcomer: Newcomer) -> None:
    for number in range(20):
        refused("numbers_wrong", newcomer.begin, str(9000000000 + number), METER)

    refused("too_many_tries", newcomer.begin)
    newcomer.address = "203.0.113.8"
    newcomer.begin()
    assert newcomer.place().step is Step.EMAIL


def test_the_same_numbers_in_the_same_browser_go_on_where_they_were(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    newcomer.begin()

    assert newcomer.place().step is Step.LETTER
    assert newcomer.counts()["registrations"] == 1


@pytest.mark.parametrize(("seconds", "step"), [(-1, Step.CREDENTIALS), (0, Step.ENDED), (1, Step.ENDED)])
def test_credentials_are_chosen_within_seventy_two_hours_of_the_letter(
    newcomer: Newcomer, seconds: int, step: Step
) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    newcomer.later(hours=1)
    newcomer.press()
    newcomer.later(hours=71, seconds=seconds)

    assert newcomer.place().step is step
    if step is Step.ENDED:
        refused("registration_ended", newcomer.choose)
        assert newcomer.counts()["users"] == 0
    else:
        newcomer.choose()
        assert newcomer.counts()["accesses"] == 1


@pytest.mark.parametrize("seconds", [-1, 0])
def test_the_link_opens_within_seventy_two_hours_of_the_letter(newcomer: Newcomer, seconds: int) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    link = newcomer.link()
    newcomer.later(hours=72, seconds=seconds)

    if seconds < 0:
        newcomer.press(link)
        assert newcomer.place().step is Step.CREDENTIALS
    else:
        refused("link_ended", newcomer.press, link)


@pytest.mark.parametrize("seen_by", ["the resident", "the schedule"])
def test_a_clock_set_back_revives_no_link_whose_end_was_seen(newcomer: Newcomer, seen_by: str) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    link = newcomer.link()
    newcomer.later(hours=73)
    if seen_by == "the resident":
        assert newcomer.place(link).step is Step.ENDED
    else:
        assert newcomer.at(end_expired) == 1
    newcomer.later(hours=-48)

    refused("link_ended", newcomer.press, link)
    assert newcomer.place().step is Step.ENDED


def test_after_the_end_registration_begins_again(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    newcomer.later(hours=80)
    newcomer.open_cabinet()

    assert newcomer.sign_in().token


def test_a_used_link_opens_nothing_in_another_browser(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    link = newcomer.link()
    newcomer.press(link)
    newcomer.browser = None

    refused("link_ended", newcomer.press, link, numbers=(NUMBER, METER))


def test_another_browser_types_the_two_numbers_and_alone_goes_on(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    first = newcomer.browser
    newcomer.browser = None
    link = newcomer.link()

    assert newcomer.place(link).step is Step.NUMBERS_AGAIN
    refused("first_sign_in_wrong", newcomer.press, link, numbers=None)
    newcomer.press(link, numbers=(NUMBER, METER))

    assert newcomer.place().step is Step.CREDENTIALS
    newcomer.browser = first
    assert newcomer.place().step is Step.ELSEWHERE
    refused("registration_ended", newcomer.choose)


def test_the_two_numbers_of_the_link_are_tried_five_times_an_hour(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    link, newcomer.browser = newcomer.link(), None
    for _ in range(5):
        refused("first_sign_in_wrong", newcomer.press, link, numbers=(NUMBER, "99999999"))

    refused("first_sign_in_limit", newcomer.press, link, numbers=(NUMBER, METER))
    newcomer.later(minutes=61)
    newcomer.press(link, numbers=(NUMBER, METER))
    assert newcomer.place().step is Step.CREDENTIALS


def test_a_letter_sent_again_kills_the_older_link(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    older = newcomer.link()
    newcomer.later(seconds=60)
    newcomer.ask_letter(None)

    refused("link_ended", newcomer.press, older)
    newcomer.press()
    assert newcomer.place().step is Step.CREDENTIALS


def test_a_letter_goes_again_after_a_minute_and_five_times_a_day(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    newcomer.later(seconds=59)
    refused("letter_too_soon", newcomer.ask_letter, None)
    for _ in range(4):
        newcomer.later(seconds=60)
        newcomer.ask_letter(None)
    newcomer.later(seconds=60)

    refused("too_many_letters", newcomer.ask_letter, None)
    newcomer.later(hours=24)
    newcomer.ask_letter(None)
    assert len(newcomer.letters("first_sign_in")) == 6


def test_the_same_address_twice_in_a_minute_is_one_letter(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter()
    newcomer.ask_letter()

    assert len(newcomer.letters("first_sign_in")) == 1


def test_a_corrected_address_gets_the_letter_and_the_wrong_one_a_dead_link(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter("ivna@mail.example")
    mistyped = newcomer.link()
    newcomer.ask_letter()

    assert [letter["to_address"] for letter in newcomer.letters("first_sign_in")] == ["ivna@mail.example", EMAIL]
    newcomer.browser, kept = None, newcomer.browser
    refused("link_ended", newcomer.press, mistyped, numbers=(NUMBER, METER))
    newcomer.browser = kept
    newcomer.press()
    refused("registration_ended", newcomer.ask_letter, "late@mail.example")


def test_one_address_gets_ten_letters_a_day_from_all_registrations(newcomer: Newcomer) -> None:
    for _ in range(2):
        newcomer.browser = None
        newcomer.begin()
        for _ in range(5):
            newcomer.ask_letter()
            newcomer.later(seconds=60)
    newcomer.browser = None
    newcomer.begin()

    refused("too_many_letters", newcomer.ask_letter)


def test_an_account_with_a_cabinet_looks_the_same_and_only_its_holder_gets_a_letter(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.browser = None
    newcomer.begin()
    newcomer.ask_letter("stranger@mail.example")

    assert newcomer.place().step is Step.LETTER
    assert newcomer.rows("SELECT id FROM messages WHERE to_address = 'stranger@mail.example'") == []
    (warning,) = newcomer.letters("registration_attempt")
    assert warning["to_address"] == EMAIL
    newcomer.later(seconds=60)
    newcomer.ask_letter(None)
    assert len(newcomer.letters("registration_attempt")) == 1
    assert len(newcomer.rows("SELECT id FROM events WHERE kind = 'registration_attempted'")) == 1


def test_two_registrations_of_one_account_end_with_the_first_that_finishes(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.ask_letter("slow@mail.example")
    newcomer.press()
    slow, newcomer.browser = newcomer.browser, None
    newcomer.open_cabinet()
    newcomer.browser = slow

    assert newcomer.place().step is Step.ENDED
    refused("registration_ended", newcomer.choose, "another-login")
    assert newcomer.counts()["users"] == 1


def test_a_cabinet_with_the_address_on_record_is_full_and_tells_nobody_else(newcomer: Newcomer) -> None:
    newcomer.put_on_record(EMAIL.upper())
    newcomer.open_cabinet()

    assert newcomer.rows("SELECT is_provisional FROM accesses") == [{"is_provisional": False}]
    assert newcomer.letters("cabinet_opened") == []
    assert len(newcomer.letters("welcome")) == 1


def test_a_cabinet_with_another_address_is_provisional_and_the_one_on_record_is_told(newcomer: Newcomer) -> None:
    newcomer.put_on_record(ON_RECORD)
    newcomer.open_cabinet()

    assert newcomer.rows("SELECT is_provisional FROM accesses") == [{"is_provisional": True}]
    assert [letter["to_address"] for letter in newcomer.letters("cabinet_opened")] == [ON_RECORD]
    (event,) = newcomer.rows("SELECT kind, params FROM events WHERE account_id IS NOT NULL")
    assert event == {"kind": "cabinet_opened", "params": '{"is_provisional":true}'}


def second_flat_with(newcomer: Newcomer, on_record: str | None) -> None:
    newcomer.open_cabinet()
    if on_record:
        newcomer.put_on_record(on_record, OTHER_NUMBER)
    newcomer.browser = None
    (user,) = newcomer.rows("SELECT id FROM users")
    newcomer.begin(OTHER_NUMBER, OTHER_METER, user_id=user["id"])


def test_a_second_flat_is_written_about_to_the_address_on_record(newcomer: Newcomer) -> None:
    second_flat_with(newcomer, ON_RECORD)

    assert newcomer.place().step is Step.LETTER
    assert newcomer.letters("first_sign_in")[-1]["to_address"] == ON_RECORD
    newcomer.press(user_id=newcomer.rows("SELECT id FROM users")[0]["id"])
    assert newcomer.rows("SELECT is_provisional FROM accesses ORDER BY id")[-1] == {"is_provisional": False}


def test_a_second_flat_without_an_address_on_record_is_written_about_to_ones_own(newcomer: Newcomer) -> None:
    second_flat_with(newcomer, None)

    assert newcomer.place().step is Step.LETTER
    assert newcomer.letters("first_sign_in")[-1]["to_address"] == EMAIL


def test_guessing_the_address_on_record_looks_like_any_other_address(newcomer: Newcomer) -> None:
    second_flat_with(newcomer, ON_RECORD)
    newcomer.ask_letter(ON_RECORD)

    place = newcomer.place()
    assert place.registration is not None
    assert (place.registration.email, place.registration.is_to_record) == (ON_RECORD, False)
    assert len(newcomer.letters("first_sign_in")) == 3


def test_a_second_flat_joins_the_cabinet_of_who_is_signed_in(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    user_id = newcomer.sign_in().user_id
    newcomer.browser = None
    newcomer.begin(OTHER_NUMBER, OTHER_METER, user_id=user_id)
    newcomer.ask_letter()
    used = newcomer.press(user_id=user_id)

    assert used.is_opened
    rows = newcomer.rows("SELECT user_id FROM accesses WHERE role = 'holder' AND ended_at IS NULL")
    assert rows == [{"user_id": user_id}] * 2
    assert newcomer.counts()["users"] == 1
    refused("already_yours", newcomer.begin, user_id=user_id)


@pytest.mark.parametrize(
    ("login", "password", "code"),
    [
        ("iv", PASSWORD, "login_length"),
        ("ivan lesnaya", PASSWORD, "login_length"),
        ("ivan\u200blesnaya", PASSWORD, "login_has_odd_characters"),
        ("12345-678-90", PASSWORD, "login_is_account_number"),
        ("someone@mail.example", PASSWORD, "login_is_other_email"),
        (LOGIN, "лодка-чайни", "password_short"),
        (LOGIN, "я" * 257, "password_long"),
        (LOGIN, "qwertyqwerty1", "password_common"),
        (LOGIN, "abababababab", "password_common"),
        (LOGIN, "12345-678-90", "password_known"),
        (LOGIN, "ab1234567890", "password_known"),
        (LOGIN, EMAIL, "password_known"),
        (LOGIN, LOGIN + "1", "password_known"),
    ],
)
def test_a_poor_login_or_password_is_refused_and_nothing_is_spent(
    on_sqlite: Newcomer, login: str, password: str, code: str
) -> None:
    on_sqlite.begin()
    on_sqlite.ask_letter()
    on_sqlite.press()

    refused(code, on_sqlite.choose, login, password)
    assert on_sqlite.place().step is Step.CREDENTIALS
    on_sqlite.choose()


def test_a_taken_login_is_refused_and_nothing_is_left_half_done(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.browser = None
    newcomer.begin(OTHER_NUMBER, OTHER_METER)
    newcomer.ask_letter()
    newcomer.press()
    before = newcomer.counts()

    refused("login_taken", newcomer.choose, LOGIN.upper())
    assert newcomer.counts() == before
    newcomer.choose(EMAIL)
    assert newcomer.sign_in(EMAIL.upper()).token


def test_every_letter_of_the_way_in_can_be_written(on_sqlite: Newcomer) -> None:
    on_sqlite.put_on_record(ON_RECORD)
    on_sqlite.open_cabinet()
    on_sqlite.browser = None
    on_sqlite.begin()
    on_sqlite.ask_letter()

    assert {row["kind"] for row in on_sqlite.rows("SELECT kind FROM messages")} == {
        "first_sign_in",
        "welcome",
        "cabinet_opened",
        "registration_attempt",
    }
    assert on_sqlite.at(send_due) == 4
