"""What the page of autopay says about the charge that comes: true on that day, whatever is done before it."""

from __future__ import annotations

import re

from lk.autopay.rules import Mode
from tests.autopay.cast import OWED, Payer, at
from tests.pages import untranslated
from tests.payments.site import HOME, Site

AUTOPAY = f"{HOME}/autopay"


def read(site: Site, when: str = "10-04 12:00", path: str = AUTOPAY) -> str:
    with at(when):
        site.payer.get(path)
    assert site.payer.status == 200
    return words(site)


def words(site: Site) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", site.payer.text).split())


def test_a_skipped_charge_is_named_no_more_and_the_next_one_is(site: Site, at_home: Payer) -> None:
    at_home.wishes()
    at_home.tick("10-04 09:00")
    assert "Следующее списание 5 октября" in read(site)
    with at("10-04 12:00"):
        site.payer.post(f"{AUTOPAY}/months/2026-09/skip")
    said = read(site)
    assert "Следующее списание 5 ноября" in said
    assert "5 октября ничего не спишем: этот месяц вы пропустили." in said
    assert "этот месяц вы пропустили" not in read(site, "10-06 12:00")


def test_with_nothing_to_pay_the_next_charge_is_the_next_months(site: Site, at_home: Payer) -> None:
    at_home.wishes()
    at_home.pays_by_hand(OWED, "10-02 12:00")
    at_home.tick("10-04 09:00")
    said = read(site)
    assert "Следующее списание 5 ноября" in said
    assert "5 октября ничего не спишем: платить нечего." in said


def test_settings_changed_after_a_skip_begin_with_the_next_month(site: Site, at_home: Payer) -> None:
    at_home.wishes()
    at_home.tick("10-04 09:00")
    at_home.skips()
    said = rehearse(site, mode="bill", limit="6000", day="7", when="10-04 12:00")
    assert "Первый раз — 7 ноября" in said
    assert "К оплате сейчас 2 088,60 ₽: заплатите сами, иначе спишем вместе с ним." in said


def test_a_payment_by_hand_is_taken_into_what_will_be_taken(site: Site, at_home: Payer) -> None:
    at_home.wishes()
    at_home.tick("10-04 09:00")
    assert "5 октября спишем 2 088,60 ₽. Если до этого заплатите сами, спишем меньше или ничего." in read(site)
    at_home.pays_by_hand(2000_00, "10-04 10:00")
    assert "5 октября спишем 88,60 ₽." in read(site)
    at_home.pays_by_hand(88_60, "10-04 11:00")
    said = read(site)
    assert "5 октября ничего не спишем: платить нечего." in said
    assert "Следующее списание" not in said
    at_home.tick("10-05 10:00")
    assert at_home.captured() == []


def test_the_same_sum_is_taken_though_it_is_paid_by_hand(site: Site, at_home: Payer) -> None:
    at_home.wishes(Mode.FIXED, 1500_00)
    at_home.tick("10-04 09:00")
    at_home.pays_by_hand(OWED, "10-04 10:00")
    said = "5 октября спишем 1 500,00 ₽, даже если до этого заплатите сами: лишнее останется авансом."
    assert said in read(site)
    at_home.tick("10-05 10:00")
    assert at_home.captured() == [1500_00]


def test_above_the_limit_nothing_is_taken_unless_enough_is_paid_by_hand(site: Site, at_home: Payer) -> None:
    at_home.wishes(kopecks=1500_00)
    at_home.tick("10-04 09:00")
    said = read(site)
    assert "К оплате 2 088,60 ₽ — больше вашего предела, поэтому 5 октября ничего не спишем." in said
    assert "если останется не больше 1 500 ₽, спишем" in said
    assert "Следующее списание" not in said
    at_home.pays_by_hand(1000_00, "10-04 10:00")
    assert "5 октября спишем 1 088,60 ₽." in read(site)
    at_home.tick("10-05 10:00")
    assert at_home.captured() == [1088_60]


def test_what_was_added_after_the_letter_is_left_to_the_resident(site: Site, at_home: Payer) -> None:
    at_home.wishes()
    at_home.tick("10-04 09:00")
    at_home.pays_by_hand(-100_00, "10-04 10:00")
    assert "5 октября спишем 2 088,60 ₽: столько назвали в письме. Ещё 100,00 ₽ заплатите сами." in read(site)
    at_home.tick("10-05 10:00")
    assert at_home.captured() == [OWED]


def test_after_a_refusal_the_other_attempt_is_named_while_there_is_something_to_take(
    site: Site, at_home: Payer
) -> None:
    at_home.wishes()
    at_home.card_will("insufficient_funds")
    at_home.tick("10-04 09:00")
    at_home.tick("10-05 10:00")
    assert "Попробуем ещё раз 6 октября, 10:00." in read(site, "10-05 12:00")
    at_home.pays_by_hand(OWED, "10-05 13:00")
    assert "6 октября ничего не спишем: платить нечего." in read(site, "10-05 14:00")


def test_a_rehearsal_promises_what_will_be_taken(site: Site, at_home: Payer) -> None:
    at_home.card()
    said = rehearse(site, mode="bill", limit="5000")
    assert "Первый раз — 5 октября" in said
    assert "Спишем 2 088,60 ₽: столько сейчас к оплате." in said
    said = rehearse(site, mode="bill", limit="2000")
    assert "Обычный счёт, около 2 088,60 ₽, больше вашего предела" in said
    said = rehearse(site, "10-05 12:00", mode="bill", limit="5000")
    assert "Первый раз — 5 ноября" in said
    assert "Спишем сумму следующего счёта, около 2 088,60 ₽. К оплате сейчас 2 088,60 ₽: заплатите сами" in said


def test_a_rehearsal_with_a_debt_above_the_limit_promises_nothing(site: Site, at_home: Payer) -> None:
    at_home.card()
    at_home.pays_by_hand(-3911_40, "10-01 10:00")
    said = rehearse(site, mode="bill", limit="5000")
    assert "К оплате 6 000,00 ₽ — больше вашего предела, мы этого не спишем." in said
    said = rehearse(site, "10-05 12:00", mode="bill", limit="7000")
    assert "К оплате 6 000,00 ₽, вместе со следующим счётом это больше вашего предела." in said


def test_a_rehearsal_with_nothing_to_pay_says_so(site: Site, at_home: Payer) -> None:
    at_home.card()
    at_home.pays_by_hand(OWED, "10-01 10:00")
    assert "Платить в этот день будет нечего, поэтому ничего не спишем." in rehearse(site, mode="bill", limit="5000")
    at_home.pays_by_hand(88_60, "10-01 11:00")
    assert "Спишем сумму следующего счёта, около 2 000,00 ₽." in rehearse(
        site, "10-05 12:00", mode="bill", limit="5000"
    )


def test_a_rehearsal_of_the_same_sum_leaves_what_is_due_before_it_to_the_resident(site: Site, at_home: Payer) -> None:
    at_home.card()
    assert "заплатите сами" not in rehearse(site, mode="fixed", amount="2000")
    said = rehearse(site, "10-05 12:00", mode="fixed", amount="2000")
    assert "Спишем 2 000 ₽. То, что к оплате сейчас, 2 088,60 ₽, заплатите сами." in said


def suspended(payer: Payer) -> None:
    """The bank will never take the first card again."""
    payer.wishes()
    payer.card_will("payment_method_restricted")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")


def test_after_its_only_card_was_refused_a_stopped_autopay_asks_for_another_one(site: Site, at_home: Payer) -> None:
    suspended(at_home)
    said = read(site, "10-05 12:00")
    for sentence in (
        "Привяжите другую карту.",
        "Если банк снова принимает прежнюю, привяжите её заново.",
        "Сначала карта",
    ):
        assert sentence in said
    assert cards_offered(site) == []
    assert "Выключить автоплатёж" in said
    assert sends(site, "first", is_confirmed="yes") == 422
    assert "Банк больше не принимает списания с этой карты." in words(site)
    assert site.rows("SELECT suspended_at IS NULL FROM autopays") == [(0,)]


def test_a_stopped_autopay_is_read_in_english(site: Site, at_home: Payer) -> None:
    suspended(at_home)
    site.payer.http.cookies.set("lk_language", "en")
    said = read(site, "10-05 12:00")
    assert untranslated(site.payer.page) == []
    assert "Link another card. If the bank accepts the old one again, link it anew." in said
    assert "For September" in said


def test_after_one_of_two_cards_was_refused_the_other_one_is_chosen_and_starts_autopay(
    site: Site, at_home: Payer
) -> None:
    at_home.card(public_id="second")
    suspended(at_home)
    said = read(site, "10-05 12:00")
    assert "Выберите другую карту ниже." in said
    assert "Привязать ещё карту" in said
    assert cards_offered(site) == [("second", True)]
    assert sends(site, "second") == 200
    assert sends(site, "second", is_confirmed="yes") == 200
    assert site.rows("SELECT suspended_at IS NULL FROM autopays") == [(1,)]
    read(site, "10-05 12:00")
    assert cards_offered(site) == [("second", True)]


def test_a_card_past_its_term_is_neither_offered_nor_taken(site: Site, at_home: Payer) -> None:
    at_home.card()
    at_home.card(public_id="second", expires=202609)
    read(site, "09-30 12:00")
    assert [card for card, _ in cards_offered(site)] == ["second", "first"]
    read(site, "10-01 12:00")
    assert [card for card, _ in cards_offered(site)] == ["first"]
    for confirmed in ({}, {"is_confirmed": "yes"}):
        assert sends(site, "second", "10-01 12:00", **confirmed) == 422
        assert "Срок этой карты истёк. Выберите другую." in words(site)
    assert site.rows("SELECT id FROM autopays") == []


def cards_offered(site: Site) -> list[tuple[str, bool]]:
    """Of the page seen last: each card, and whether it is chosen already."""
    found = re.findall(r'name="card" type="radio" value="([^"]+)"( checked)?', site.payer.page)
    return [(card, bool(checked)) for card, checked in found]


def sends(site: Site, card: str, when: str = "10-05 12:00", **more: str) -> int:
    with at(when):
        site.payer.post(AUTOPAY, mode="bill", limit="5000", amount="", day="5", card=card, **more)
    return site.payer.status


def rehearse(site: Site, when: str = "10-01 12:00", **wanted: str) -> str:
    read(site, when)
    with at(when):
        site.payer.post(AUTOPAY, card="first", **{"day": "5", "limit": "", "amount": "", **wanted})
    assert "Как будет списываться" in site.payer.text
    return words(site)
