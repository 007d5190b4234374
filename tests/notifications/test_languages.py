"""Every letter is written in both languages, says the same in each, and tells no secret."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from jinja2 import meta

from lk.config import settings
from lk.language import LANGUAGES, Language, _, spoken
from lk.metering.decisions import ASKED_AGAIN
from lk.notifications.letters import render
from lk.notifications.messages import KINDS, trouble_words
from lk.notifications.tables import Message
from lk.support.rules import REASONS
from lk.templating import TEMPLATES, environment

EMAILS = TEMPLATES / "emails"
LETTERS = sorted(path.stem for path in EMAILS.glob("*.txt") if not path.stem.endswith(".en"))
BUTTON = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
PARAMS = {
    "account_number": "1000000101",
    "address": "203.0.113.7",
    "agent": "А-17",
    "amount_kopecks": 208860,
    "at": "2026-03-10T11:05:00+00:00",
    "autopays": 1,
    "balance_kopecks": -100,
    "card": "4477",
    "charge_on": "2026-04-05",
    "day": 5,
    "device": "iPhone, Safari",
    "due_on": "2026-04-10",
    "ends_at": "2026-03-13T11:05:00+00:00",
    "final": [45210],
    "initial": [2],
    "is_added": False,
    "is_held": True,
    "is_new": True,
    "is_provisional": True,
    "is_tried_again": False,
    "limit_kopecks": 500000,
    "login": "ivan",
    "mode": "bill",
    "new_number": "30017001",
    "number_end": "001-01",
    "old_number": "14195368",
    "owed_kopecks": 208860,
    "part": "principal",
    "period": "2026-03",
    "place": "Лесная, 5",
    "reason": "bill",
    "replaced_on": "2026-03-15",
    "state": "waiting",
    "sum_kopecks": 500000,
    "text": "Please read your meter.",
    "title": "Meter",
    "to_pay_kopecks": 208860,
    "total_kopecks": 208860,
    "until": "2026-03-25",
    "values": [5000, 2200],
    "why": "unclear",
    "words": "Call us",
}


def letter(kind: str, **params: object) -> Message:
    link = {"link": {"path": "/somewhere/{token}", "token_of": ["purpose", 7]}}
    at = datetime(2026, 3, 10, 11, 5, tzinfo=UTC)
    return Message(
        id=7,
        key="k",
        kind=kind,
        to_address="a@b.example",
        params=json.dumps(PARAMS | link | params),
        created_at=at,
        next_at=at,
    )


def source(kind: str, language: Language) -> str:
    return (EMAILS / f"{kind}{'.en' if language == 'en' else ''}.txt").read_text(encoding="utf-8")


def test_there_are_letters() -> None:
    assert len(LETTERS) > 20


@pytest.mark.parametrize("kind", LETTERS)
def test_both_languages_say_the_same_things_and_lead_to_the_same_places(kind: str) -> None:
    jinja = environment()
    names = [meta.find_undeclared_variables(jinja.parse(source(kind, language))) for language in LANGUAGES]
    buttons = [BUTTON.findall(source(kind, language)) for language in LANGUAGES]
    assert names[0] == names[1]
    assert buttons[0] == buttons[1]
    assert kind in KINDS


def test_every_kind_that_has_a_name_has_a_letter() -> None:
    assert set(KINDS) == set(LETTERS)


@pytest.mark.parametrize("kind", LETTERS)
def test_an_english_letter_is_english(kind: str) -> None:
    written = render(letter(kind, place="Lesnaya 5", agent="A-17"), "en")
    said = (written.subject + written.text).replace(settings().company.name, "")
    assert not re.search("[А-Яа-яЁё]", said)
    assert '<html lang="en">' in written.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_a_look_has_its_words(reason: str, language: Language) -> None:
    assert render(letter("look_began", reason=reason), language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", ASKED_AGAIN)
def test_every_reason_to_ask_for_a_reading_again_has_its_words(why: str, language: Language) -> None:
    assert "Call us" in render(letter("reading_asked_again", why=why), language).text


@pytest.mark.parametrize("kind", ["readings_wanted", "reading_asked_again"])
def test_who_is_asked_for_a_reading_is_promised_no_average_that_may_be_the_norm(kind: str) -> None:
    assert "по вашему среднему или по нормативу" in render(letter(kind), "ru").text
    assert "by your average or by the norm" in render(letter(kind), "en").text


@pytest.mark.parametrize("kind", LETTERS)
def test_no_letter_has_a_place_for_a_meter_number_or_a_password(kind: str) -> None:
    names = meta.find_undeclared_variables(environment().parse(source(kind, "ru")))

    assert not [name for name in names if re.search("meter|serial|password|code|token", name)]


def test_sums_and_days_are_written_as_the_language_writes_them() -> None:
    russian, english = (render(letter("bill_ready"), language) for language in LANGUAGES)

    assert _spaced(russian.subject) == "Счёт за март: 2 088,60 ₽"
    assert "до 10 апреля" in _spaced(russian.text)
    assert _spaced(english.subject) == "Your bill for March: 2,088.60 ₽"
    assert "by 10 April" in _spaced(english.text)


@pytest.mark.parametrize("kind", ["reading_by_agent", "reading_asked_again"])
def test_digits_of_a_meter_are_grouped_as_on_its_page(kind: str) -> None:
    russian, english = (render(letter(kind, values=[45210, 1234]), language).text for language in LANGUAGES)

    assert "45 210 / 1 234" in _spaced(russian)
    assert "45,210 / 1,234" in english


@pytest.mark.parametrize(
    ("part", "kopecks", "told"),
    [
        ("principal", 50_00, "You owe 50.00 ₽ more"),
        ("principal", -50_00, "You owe 50.00 ₽ less"),
        ("penalty", 50_00, "Your late fee is 50.00 ₽ higher"),
        ("penalty", -50_00, "Your late fee is 50.00 ₽ lower"),
    ],
)
def test_a_correction_is_told_in_the_words_of_the_bill(part: str, kopecks: int, told: str) -> None:
    written = render(letter("balance_corrected", part=part, amount_kopecks=kopecks), "en")

    assert _spaced(written.subject) == told
    assert told.rpartition(" ")[2] + ".\n" in written.text


def test_a_button_is_named_as_on_its_page() -> None:
    for language in LANGUAGES:
        with spoken(language):
            assert _("Это не я, не менять") in render(letter("email_change_old"), language).text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("autopay_notice", "you will have credit of 2,900.00 ₽"),
        ("autopay_set", "on the 5th of every month"),
        ("bill_ready", "you have credit of 1.00 ₽"),
        ("payment_received", "You have credit of 1.00 ₽"),
    ],
)
def test_english_letters_say_it_as_their_pages_do(kind: str, told: str) -> None:
    params = {"mode": "fixed", "amount_kopecks": 498_860} if kind == "autopay_notice" else {}
    assert told in _spaced(render(letter(kind, to_pay_kopecks=-100, **params), "en").text)


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_letter_with_a_language_of_its_own_is_written_in_it() -> None:
    assert render(letter("invitation", language="en"), "ru").subject == "You are invited to help with electricity"


def test_a_kind_that_one_may_do_without_says_how() -> None:
    optional, must = render(letter("payment_due"), "ru"), render(letter("bill_ready"), "ru")

    assert optional.off_url is not None
    assert optional.off_url in optional.text
    assert optional.off_url in optional.html
    assert (must.off_url, "letters-off" in must.text + must.html) == (None, False)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", ""),
        ("smtp_550", "такого ящика нет"),
        ("smtp_471", "ответ почтового сервера 471"),
        ("smtp_SMTPConnectError", "почтовый сервер недоступен"),
    ],
)
def test_what_became_of_a_letter_is_said_in_words(error: str, words: str) -> None:
    assert trouble_words(error) == words
