"""How sums, energy, days and numbers are written for people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from lk import filters, language, templating
from lk.language import spoken
from lk.period import Period

MOSCOW = ZoneInfo("Europe/Moscow")


def shown(template: str, **values: object) -> str:
    environment = Environment(autoescape=True)
    templating.give_words(environment)
    filters.register(environment, MOSCOW, lambda: date(2026, 3, 10))
    return environment.from_string("{{ " + template + " }}").render(values)


@pytest.mark.parametrize(
    ("kopecks", "text"),
    [
        (208860, "2\u00a0088,60\u00a0₽"),
        (-195420, "\u22121\u00a0954,20\u00a0₽"),
        (5, "0,05\u00a0₽"),
        (-5, "\u22120,05\u00a0₽"),
        (0, "0,00\u00a0₽"),
        (123456789012, "1\u00a0234\u00a0567\u00a0890,12\u00a0₽"),
    ],
)
def test_a_sum_has_grouped_rubles_a_comma_and_a_real_minus(kopecks: int, text: str) -> None:
    assert shown("sum|money", sum=kopecks) == text


def test_what_a_template_holds_itself_is_written_for_each_reader_anew() -> None:
    environment = templating.environment()
    page = environment.from_string("{{ 208860|money }}")
    with language.spoken("en"):
        assert page.render() == "2,088.60\u00a0₽"
    assert page.render() == "2\u00a0088,60\u00a0₽"


def test_a_sum_can_stand_without_its_unit() -> None:
    assert shown("208860|money_plain") == "2\u00a0088,60"


@pytest.mark.parametrize(
    ("kopecks", "text"),
    [(208860, "+2\u00a0088,60\u00a0₽"), (-100, "\u22121,00\u00a0₽"), (0, "0,00\u00a0₽")],
)
def test_a_change_of_the_balance_shows_its_sign_and_nothing_has_none(kopecks: int, text: str) -> None:
    assert shown("sum|signed_money", sum=kopecks) == text


def test_a_price_is_rubles_and_kopecks() -> None:
    assert shown("945|price") == "9,45\u00a0₽"


def test_energy_is_whole_and_grouped_with_its_unit() -> None:
    assert shown("1234|kwh") == "1\u00a0234\u00a0кВт·ч"
    assert shown("n|kwh", n=-60) == "\u221260\u00a0кВт·ч"


def test_big_numbers_are_grouped_by_three() -> None:
    assert shown("861204|number") == "861\u00a0204"
    assert shown("999|number") == "999"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (861204, 1_000_000, "86\u00a0%"),
        (999_999, 1_000_000, "99\u00a0%"),
        (1, 1_000_000, "1\u00a0%"),
        (0, 10, "0\u00a0%"),
        (10, 10, "100\u00a0%"),
        (0, 0, "—"),
    ],
)
def test_a_share_is_whole_only_at_the_end_and_nothing_only_at_the_beginning(part: int, whole: int, text: str) -> None:
    assert shown("part|share(whole)", part=part, whole=whole) == text


def test_a_day_is_written_in_words() -> None:
    assert shown("d|day", d=date(2026, 3, 10)) == "10\u00a0марта"
    assert shown("d|day_year", d=date(2026, 5, 1)) == "1\u00a0мая\u00a02026"


def test_the_year_is_said_only_where_it_is_not_this_one() -> None:
    assert shown("d|day_smart", d=date(2026, 12, 31)) == "31\u00a0декабря"
    assert shown("d|day_smart", d=date(2025, 12, 31)) == "31\u00a0декабря\u00a02025"


def test_a_month_has_the_three_forms_that_sentences_need() -> None:
    march = Period(2026, 3)
    assert shown("p|month", p=march) == "март\u00a02026"
    assert shown("p|month_name", p=march) == "март"
    assert shown("p|month_for", p=march) == "за\u00a0март"
    assert shown("p|month_in", p=march) == "в\u00a0марте"


def test_every_month_has_its_own_words() -> None:
    months = [Period(2026, number) for number in range(1, 13)]
    days = [filters.day(month.first_day).split(filters.NO_BREAK_SPACE)[1] for month in months]
    assert " ".join(filters.month_name(month) for month in months) == (
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
    )
    assert " ".join(days) == "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    assert " ".join(filters.month_in(month)[2:] for month in months) == (
        "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"
    )


def test_an_instant_is_shown_on_the_companys_clock() -> None:
    before_midnight_in_london = datetime(2026, 3, 9, 21, 5, tzinfo=UTC)
    assert shown("at|time", at=before_midnight_in_london) == "00:05"
    assert shown("at|moment", at=before_midnight_in_london) == "10\u00a0марта, 00:05"


def test_an_instant_of_another_year_says_the_year() -> None:
    assert shown("at|moment", at=datetime(2025, 2, 3, 11, 5, tzinfo=UTC)) == "3\u00a0февраля\u00a02025, 14:05"


def test_an_instant_fits_a_form_field() -> None:
    assert shown("at|moment_input", at=datetime(2026, 3, 9, 21, 5, tzinfo=UTC)) == "2026-03-10T00:05"


def test_an_account_number_is_shown_as_five_three_two() -> None:
    assert shown("'1234567890'|account_number") == "12345-678-90"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1\u00a0день"),
        (3, "3\u00a0дня"),
        (5, "5\u00a0дней"),
        (11, "11\u00a0дней"),
        (12, "12\u00a0дней"),
        (21, "21\u00a0день"),
        (112, "112\u00a0дней"),
        (0, "0\u00a0дней"),
        (1002, "1\u00a0002\u00a0дня"),
    ],
)
def test_the_word_agrees_with_its_count(count: int, text: str) -> None:
    assert shown("plural(count, 'день', 'дней')", count=count) == text


def test_the_word_alone_agrees_with_its_count() -> None:
    assert shown("'осталось' ~ ' ' ~ ngettext('день', 'дней', 4)") == "осталось дня"


def test_a_masked_address_keeps_one_letter_and_the_domain() -> None:
    assert shown("'ivan@mail.ru'|mask_email") == "i•••@mail.ru"
    assert shown("'nobody'|mask_email") == "•••"


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("8 (495) 981-98-19", "tel:+74959819819"),
        ("8 (800) 55-000-55", "tel:+78005500055"),
        ("+7 495 981-98-19", "tel:+74959819819"),
        ("+375 17 000-00-00", "tel:+375170000000"),
        ("112", "tel:112"),
    ],
)
def test_a_phone_becomes_a_link_that_dials(phone: str, link: str) -> None:
    assert shown("phone|tel", phone=phone) == link


@pytest.mark.parametrize(
    ("month", "text"), [(1, "к\u00a0январю"), (3, "к\u00a0марту"), (8, "к\u00a0августу"), (12, "к\u00a0декабрю")]
)
def test_a_month_by_which_something_will_be(month: int, text: str) -> None:
    assert shown("period|month_by", period=Period(2026, month)) == text


@pytest.mark.parametrize(
    ("kopecks", "text"), [(113451, "1\u00a0100\u00a0₽"), (115000, "1\u00a0200\u00a0₽"), (4250, "43\u00a0₽")]
)
def test_a_forecast_is_no_more_exact_than_it_can_be(kopecks: int, text: str) -> None:
    assert shown("sum|money_about", sum=kopecks) == text


@pytest.mark.parametrize(("kopecks", "text"), [(500000, "5\u00a0000\u00a0₽"), (500001, "5\u00a0000,01\u00a0₽")])
def test_a_sum_that_somebody_chose_is_written_as_they_would(kopecks: int, text: str) -> None:
    assert shown("sum|money_short", sum=kopecks) == text


def test_on_an_english_page_only_the_codes_of_agents_are_marked_as_russian() -> None:
    said = "1 view · staff member А-17, <b>"
    assert shown("said|with_codes", said=said) == "1 view · staff member А-17, &lt;b&gt;"
    with spoken("en"):
        marked = '1 view · staff member <span lang="ru">А-17</span>, &lt;b&gt;'
        assert shown("said|with_codes", said=said) == marked
        assert shown("[said|lang_of, 'Reading'|lang_of]|join(' ')", said=said) == "ru None"
