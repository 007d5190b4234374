"""The wizard over HTTP: letters, links, browsers, and the 72 hours."""

from __future__ import annotations

import re

import pytest

from tests.household import (
    EMAIL,
    LOGIN,
    METER,
    OTHER_METER,
    PASSWORD,
    ask_letter,
    letter_link,
    register,
)
from tests.served import Served, Visitor

LETTER_AT = "2025-07-20T14:05"
LAST_MINUTE = "2025-07-23T14:04"
OVER_AT = "2025-07-23T14:05"


def _answer_to(lk: Served, account: str, meter: str) -> tuple[int, str]:
    """Status and page, but for what was typed and for the form's token."""
    who = lk.visitor()
    who.get("/register")
    page = who.post("/register", account_number=account, meter_number=meter)
    return who.status, re.sub(r'value="[^"]*"', "", page)


def test_an_unknown_account_and_a_wrong_meter_get_the_same_answer(lk: Served) -> None:
    unknown_account = _answer_to(lk, "9999999999", METER)
    wrong_meter = _answer_to(lk, "1000000101", "99999999")
    meter_of_the_neighbour = _answer_to(lk, "1000000101", OTHER_METER)

    assert unknown_account[0] == 422
    assert unknown_account == wrong_meter == meter_of_the_neighbour


def test_an_account_that_has_a_cabinet_looks_like_any_other_to_who_knows_its_numbers(lk: Served) -> None:
    register(lk, lk.visitor())
    who = lk.visitor()
    who.get("/register")
    who.post("/register", account_number="1000000101", meter_number=METER)
    who.post("/register/email", email="chuzhoy@example.org")

    assert (who.path, who.status) == ("/register/letter", 200)
    letters = lk.rows("SELECT kind, to_address FROM messages ORDER BY id DESC LIMIT 1")
    assert letters == [{"kind": "registration_attempt", "to_address": EMAIL}]


@pytest.mark.parametrize("typed", ["10000-001-01", "10000 001 01", " 1000000101 "])
def test_the_account_number_may_be_typed_as_it_is_printed(lk: Served, typed: str) -> None:
    ask_letter(lk, lk.visitor(), account=typed, meter="14 195 368")


def test_the_link_works_until_the_last_minute_of_72_hours(lk: Served) -> None:
    who = lk.visitor()
    link = ask_letter(lk, who)
    lk.move_to(LAST_MINUTE)

    who.get(link)
    who.post(link)
    who.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)

    assert re.fullmatch(r"/accounts/[a-z0-9]+/welcome", who.path)


def test_after_72_hours_the_link_is_dead_and_the_way_in_begins_anew(lk: Served) -> None:
    who = lk.visitor()
    link = ask_letter(lk, who)
    lk.move_to(OVER_AT)

    who.get(link)
    assert who.status == 410
    assert "Ссылка больше не действует" in who.page
    who.get("/register")
    assert "Начнём заново" in who.page
    assert re.fullmatch(r"/accounts/[a-z0-9]+", register(lk, who))


def test_a_link_used_in_time_still_wants_the_password_within_the_72_hours(lk: Served) -> None:
    who = lk.visitor()
    link = ask_letter(lk, who)
    lk.move_to(LAST_MINUTE)
    who.get(link)
    who.post(link)
    lk.move_to(OVER_AT)

    who.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)

    assert who.path == "/register"
    assert lk.rows("SELECT id FROM accesses") == []


def test_a_new_letter_kills_the_link_of_the_older_one(lk: Served) -> None:
    who = lk.visitor()
    older = ask_letter(lk, who)
    who.post("/register/letter")
    assert who.status == 422
    lk.move_to("2025-07-20T14:06")
    who.get("/register/letter")
    who.post("/register/letter")
    newer = letter_link(lk, EMAIL)

    assert newer != older
    who.get(older)
    assert who.status == 410
    assert "Вернуться к регистрации" in who.page
    who.get(newer)
    assert (who.status, "Почта подтверждена" in who.page) == (200, True)


def test_a_typo_in_the_address_is_corrected_and_the_wrong_letter_opens_nothing(lk: Served) -> None:
    who = lk.visitor()
    wrong = ask_letter(lk, who, "ivanova@example.com")
    who.get("/register/email")
    who.post("/register/email", email=EMAIL)

    stranger = lk.visitor()
    stranger.get(wrong)
    assert stranger.status == 410
    link = letter_link(lk, EMAIL)
    who.get(link)
    who.post(link)
    assert who.path == "/register/credentials"


def test_another_browser_types_the_two_numbers_as_first_login_and_password(lk: Served) -> None:
    link = ask_letter(lk, lk.visitor())
    other = lk.visitor()
    other.get(link)
    assert 'name="login"' in other.page
    assert METER not in other.page

    other.post(link, login="1000000101", password="99999999")
    assert other.status == 422
    assert "99999999" not in other.page
    other.post(link, login="10000-001-01", password=METER)

    assert other.path == "/register/credentials"


def test_only_the_browser_that_used_the_link_goes_on(lk: Served) -> None:
    first, other = lk.visitor(), lk.visitor()
    link = ask_letter(lk, first)
    other.get(link)
    other.post(link, login="1000000101", password=METER)

    first.get("/register/credentials")
    assert first.path == "/register/letter"
    assert "в другом браузере" in first.page


def test_a_link_used_twice_leads_its_own_browser_on_and_tells_any_other_that_it_is_dead(lk: Served) -> None:
    who, other = lk.visitor(), lk.visitor()
    link = ask_letter(lk, who)
    who.get(link)
    who.post(link)

    who.get(link)
    assert who.path == "/register/credentials"
    other.get(link)
    assert other.status == 410
    _open(who)
    who.get(link)
    other.get(link)
    assert other.status == 410


def _open(who: Visitor) -> None:
    who.get("/register/credentials")
    who.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)
    assert who.path.startswith("/accounts/")


def test_a_poor_password_is_told_beside_its_field_and_never_sent_back(lk: Served) -> None:
    who = lk.visitor()
    link = ask_letter(lk, who)
    who.get(link)
    who.post(link)

    who.post("/register/credentials", new_login=LOGIN, new_password="korotko")

    assert who.status == 422
    assert "korotko" not in who.page
    assert f'value="{LOGIN}"' in who.page
    _open(who)


def test_a_second_flat_joins_the_cabinet_of_who_is_signed_in(lk: Served) -> None:
    who = lk.visitor()
    first = register(lk, who)

    who.get("/register")
    who.post("/register", account_number="10000-001-02", meter_number=OTHER_METER)
    assert who.path == "/register/letter"
    link = letter_link(lk, EMAIL)
    who.get(link)
    who.post(link)

    assert re.fullmatch(r"/accounts/[a-z0-9]+/welcome", who.path)
    assert not who.path.startswith(first)
    assert who.get("/accounts").count("Лицевой счёт") == 2
    assert lk.rows("SELECT count(*) AS n FROM users") == [{"n": 1}]
