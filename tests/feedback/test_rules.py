"""What may be asked, in what words, and what follows upon what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.feedback.forms import form_key_in, parse_canned, parse_question, parse_text
from lk.feedback.rules import LONGEST_TEXT, LONGEST_TITLE, Status, after_reply, cleaned, has_card_number, place_of
from lk.feedback.views import how_long
from lk.outcome import Refused


def codes(values: dict[str, str], *, wants_email: bool = False) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse_question(values, wants_email=wants_email)
    return [problem.code for problem in refused.value.problems]


def test_a_question_has_a_subject_of_the_list_or_of_ones_own() -> None:
    own = {"subject": "other", "title": "Лампочка \u202e в подъезде", "text": "Не горит"}
    assert parse_question(own, wants_email=False).title == "Лампочка в подъезде"
    assert parse_question({**own, "subject": "bill", "title": ""}, wants_email=False).title == "Счёт и сумма"
    assert codes({**own, "title": " "}) == ["subject_wanted"]
    assert codes({"text": "Не горит"}) == ["subject_wanted"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert codes({"title": "x" * (LONGEST_TITLE + 1)}, wants_email=True) == [
        "subject_wanted",
        "title_long",
        "text_empty",
        "email_empty",
    ]
    assert codes({"subject": "bill", "text": "x" * (LONGEST_TEXT + 1), "email": "a@b"}, wants_email=True) == [
        "text_long",
        "email_shape",
    ]


@pytest.mark.parametrize(
    "number", ["4111111111111111", "2200 0000 0000 0004", "5555-5555-5555-4444", "378282246310005"]
)
def test_the_number_of_a_card_is_not_taken(number: str) -> None:
    with pytest.raises(Refused, match="card_number"):
        parse_text({"text": f"Списали дважды с карты {number}, верните"})


@pytest.mark.parametrize(
    "text",
    [
        "1234567890",
        "счётчик 14195368, показания 4820 и 2105",
        "4111111111111112",
        "40702810138250123017",
        "ОГРН 1027700132195",
    ],
)
def test_other_numbers_are_words_like_any(text: str) -> None:
    assert not has_card_number(text)


def test_text_keeps_its_lines_and_loses_what_only_deceives() -> None:
    assert cleaned(" а\r\nб\x00\u202eв \n\n\n\n г\t") == "а\nбв\n\n г"


@given(st.text(max_size=200))
def test_cleaned_once_it_is_clean(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


def test_another_message_opens_what_was_answered_or_closed() -> None:
    assert [after_reply(each).value for each in Status] == [
        "unconfirmed",
        "new",
        "reopened",
        "reopened",
        "reopened",
        "reopened",
    ]


def test_a_form_that_names_no_good_key_gets_one() -> None:
    assert form_key_in({"form": "abcdefghijkl2345"}) == "abcdefghijkl2345"
    for odd in ("", "short", "x" * 41, "abcdefghijkl 234", "ключключключключ"):
        assert form_key_in({"form": odd}) != odd


def test_half_and_nine_tenths_of_sorted_values() -> None:
    assert [place_of(50, count) for count in (1, 2, 3, 10)] == [0, 0, 1, 4]
    assert [place_of(90, count) for count in (1, 2, 10, 11)] == [0, 1, 8, 9]


def test_how_long_somebody_waited_in_words() -> None:
    words = [how_long(timedelta(minutes=minutes)).replace("\u00a0", " ") for minutes in (0, 25, 89, 120, 4320)]
    assert words == ["1 минута", "25 минут", "89 минут", "2 часа", "3 дня"]
    assert how_long(None) == "—"


def test_a_ready_answer_has_a_name_and_a_text() -> None:
    assert parse_canned({"title": " Про  счёт ", "text": "Здравствуйте"}) == ("Про счёт", "Здравствуйте")
    with pytest.raises(Refused, match="canned_title, text_empty"):
        parse_canned({})
