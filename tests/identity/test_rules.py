"""What a login, a password and an e-mail may be; where a sign-in may lead; what is offered."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

import pytest

from lk.identity.forms import parse_next, shown_again
from lk.identity.passwords import common_passwords
from lk.identity.phrases import offered_phrase, phrase_words
from lk.identity.rules import is_email, judge_login, judge_password, login_key, session_ends_at, totp_step
from lk.language import LANGUAGES, Language, spoken

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def password_codes(password: str, *forbidden: str) -> list[str]:
    return [problem.code for problem in judge_password(password, forbidden=forbidden, common=common_passwords())]


@pytest.mark.parametrize(
    "password", ["лодка сирень чайник", "x9$kLm2!qWe4", "🔑🚪🏠💡🔌🕯️🧯🪜🧰🪛🔩⚙️", " пробелы по краям "]
)
def test_any_characters_make_a_password(password: str) -> None:
    assert password_codes(password) == []


@pytest.mark.parametrize(("length", "codes"), [(11, ["password_short"]), (12, []), (256, []), (257, ["password_long"])])
def test_a_password_has_12_to_256_characters(length: int, codes: list[str]) -> None:
    assert password_codes(("рыбак-и-море" * 22)[:length]) == codes


@pytest.mark.parametrize(
    "password", ["passwordpassword", "Qwertyuiop12", "пароль123456", "111122223333", "aaaaaaaaaaaa"]
)
def test_what_guessers_try_first_is_no_password(password: str) -> None:
    assert password_codes(password) == ["password_common"]


@pytest.mark.parametrize(
    "password", ["manchester1234", "Liverpool2023!!", "gfhjkmgfhjkm", "1qaz2wsx3edc", "iloveyou2024!!"]
)
def test_what_the_worlds_guessers_try_first_is_no_password_either(password: str) -> None:
    assert password_codes(password) == ["password_common"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_that_is_offered_is_refused(language: Language) -> None:
    with spoken(language):
        assert not [phrase for phrase in (offered_phrase() for _ in range(500)) if password_codes(phrase)]


def test_what_others_know_of_the_resident_is_no_password() -> None:
    known = ("1234567890", "12345-678-90", "ivan@mail.example", "Светлый дом")
    assert password_codes("12345-678-90", *known) == ["password_known"]
    assert password_codes("IVAN@mail.example", *known) == ["password_known"]
    assert password_codes("светлый дом12", *known) == ["password_known"]
    assert password_codes("светлый дом у реки", *known) == []


@pytest.mark.parametrize("login", ["ivan", "Иванова-5", "i.v_a", "ivan@mail.example", "IVAN@mail.example"])
def test_a_login_is_any_short_word_or_the_own_address(login: str) -> None:
    assert judge_login(login, own_email="ivan@mail.example") == []


def test_logins_differ_by_more_than_letter_case() -> None:
    assert login_key(" Иванова ") == login_key("ИВАНОВА")


@pytest.mark.parametrize("email", ["ivan@mail.ru", "i.v+lk@sub.mail.example", "иван@почта.рф"])
def test_an_address_a_letter_can_go_to(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email", ["", "ivan", "ivan@mail", "a b@mail.ru", "a@b.ru,c@d.ru", "a@b.ru\r\nBcc: c@d.ru", "<a@b.ru>"]
)
def test_an_address_no_letter_can_go_to(email: str) -> None:
    assert not is_email(email)


@pytest.mark.parametrize("path", ["/accounts/x", "/support?q=1", "/"])
def test_a_path_of_this_site_is_followed_after_sign_in(path: str) -> None:
    assert parse_next(path) == path


@pytest.mark.parametrize(
    "path", ["", "accounts", "//evil.example", "///evil.example", "https://evil.example", "/\\evil.example", "/\nx"]
)
def test_nothing_else_is_followed(path: str) -> None:
    assert parse_next(path) == ""


def test_what_a_page_cannot_hold_is_not_shown_again() -> None:
    assert shown_again("i\x00v\u202ea n") == "iva n"


def test_the_offered_phrase_is_a_good_password_and_never_the_same() -> None:
    phrases = {offered_phrase() for _ in range(200)}

    assert len(phrases) == 200
    assert all(password_codes(phrase) == [] for phrase in phrases)


@pytest.mark.parametrize(("language", "letters"), [("ru", "[а-яё]+"), ("en", "[a-z]+")])
def test_the_offered_phrase_has_forty_random_bits_of_its_readers_letters(language: Language, letters: str) -> None:
    words = phrase_words(language)

    assert len(set(words)) == len(words)
    assert math.log2(len(words)) * 4 + math.log2(90) > 40
    assert all(re.fullmatch(letters, word) for word in words)


def test_a_resident_is_forgotten_after_30_idle_days_and_an_agent_after_30_minutes_or_12_hours() -> None:
    assert session_ends_at(NOON, NOON, False) == NOON + timedelta(days=30)
    assert session_ends_at(NOON, NOON, True) == NOON + timedelta(minutes=30)
    late = NOON + timedelta(hours=11, minutes=45)
    assert session_ends_at(late, NOON, True) == NOON + timedelta(hours=12)


def test_a_code_step_lasts_thirty_seconds() -> None:
    assert totp_step(datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)) == 1
    assert totp_step(datetime(1970, 1, 1, 0, 1, tzinfo=UTC)) == 2
