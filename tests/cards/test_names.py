"""Cards that look the same: each is told apart, and none takes the other's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lk.cards.names import alike, card_names
from lk.cards.queries import CardView
from lk.filters import NO_BREAK_SPACE
from lk.period import Period
from tests.payments.cast import NOON, Acquirer, later
from tests.payments.site import CARDS, HOME, Site
from tests.sandbox.shop import wait_until

OLD = CardView("a", "Mir", "4444", Period(2028, 3), NOON, 1)
NEW = replace(OLD, public_id="b", brand="mir", linked_at=NOON + timedelta(days=1), autopays=0)


def names(*cards: CardView) -> list[str]:
    return [name.replace(NO_BREAK_SPACE, " ") for name in card_names(cards)]


def test_cards_called_alike_are_told_apart_by_when_they_were_linked() -> None:
    assert names(OLD) == ["Мир ··4444"]
    first, second, other = names(OLD, NEW, replace(OLD, last_four="5555"))
    assert other == "Мир ··5555"
    assert first.startswith("Мир ··4444, привязана ")
    assert first != second


def test_cards_are_alike_by_brand_digits_and_last_month_together() -> None:
    assert alike([OLD, NEW]) == [True, True]
    for other in (replace(NEW, last_four="5555"), replace(NEW, expires=Period(2029, 3)), replace(NEW, brand="visa")):
        assert alike([OLD, other]) == [False, False]
    assert alike([replace(OLD, last_four=""), replace(NEW, last_four="")]) == [False, False]


def link(site: Site, acquirer: Acquirer) -> str:
    """Where the acquirer's page leads back to."""
    site.payer.get(CARDS)
    linked = len(site.rows("SELECT id FROM cards WHERE status = 'active'"))
    acquirer.pay(site.sends(CARDS).headers["location"])
    wait_until(lambda: len(site.rows("SELECT id FROM cards WHERE status = 'active'")) > linked)
    return f"{CARDS}/{site.rows('SELECT public_id FROM cards ORDER BY id DESC')[0][0]}"


def test_a_card_linked_twice_is_said_to_be_and_both_stay(site: Site, acquirer: Acquirer) -> None:
    assert "В списке уже была карта" not in site.payer.get(link(site, acquirer))
    assert "в списке не одна" not in site.payer.get(CARDS)
    with later(minutes=5):
        page = site.payer.get(link(site, acquirer))
        assert "В списке уже была карта с такими же последними цифрами и сроком" in page
        page = site.payer.get(CARDS)
        assert page.count("Такая карта в списке не одна") == 2
        assert page.count("Отвязать карту ··4444") == 2
        assert site.payer.get(f"{HOME}/payments").count("Мир ··4444, привязана") >= 2
    assert site.rows("SELECT status FROM cards") == [("active",), ("active",)]
