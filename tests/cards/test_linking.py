"""Cards linked on the page of a real sandbox acquirer: only what it says is believed, and each is linked once."""

from __future__ import annotations

import asyncio

import pytest

from lk import clock, db
from lk.acquirer.answers import SavedCard, Unknown
from lk.acquirer.methods import Linked, LinkPending
from lk.cards.actions import ask_link, ask_open_links, take_method_event
from lk.cards.settling import keep_card, settle
from lk.cards.tables import Card
from lk.outcome import Refused
from lk.period import Period
from tests.payments.cast import NONCE, Acquirer, Household, later, run

OTHER_NONCE = "zzzzzzzzzzzz"


def methods(acquirer: Acquirer) -> list[str]:
    """Statuses of the acquirer's payment methods, newest first."""
    return [record.status for record in acquirer.sandbox.till.store.newest("payment_method", [], 100)]


def test_a_card_is_linked_and_its_owner_is_told(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    assert (begun.status, household.cards()) == ("pending", [])
    acquirer.pay(begun.confirmation_url or "")
    run(ask_link(household.user_id, begun.public_id))

    card = household.card(begun.public_id)
    assert (card.status, card.brand, card.last_four, card.expires) == ("active", "Mir", "4444", 203412)
    assert card.confirmation_url is None
    assert household.told() == ["card_linked"]
    assert household.letters() == [("card_linked", "anna@mail.example")]
    assert acquirer.captures() == []


def test_nobody_else_who_reaches_the_account_reads_of_it(household: Household, acquirer: Acquirer) -> None:
    household.links(acquirer)
    assert household.happened() == []


@pytest.mark.parametrize(("answer", "status"), [("confirm", "active"), ("refuse", "refused")])
def test_the_bank_may_ask_the_owner(household: Household, acquirer: Acquirer, answer: str, status: str) -> None:
    begun = household.starts_link()
    acquirer.pay(begun.confirmation_url or "", card="bank_check")
    run(ask_link(household.user_id, begun.public_id))
    assert household.card(begun.public_id).status == "pending"

    acquirer.answer_bank(begun.confirmation_url or "", answer)
    with later(seconds=10):
        run(ask_open_links())
    assert household.card(begun.public_id).status == status


def test_a_card_that_the_bank_refuses_is_not_linked(household: Household, acquirer: Acquirer) -> None:
    refused = household.links(acquirer, card="expired")
    assert refused.status == "refused"
    assert (household.cards(), household.told(), household.letters()) == ([], [], [])


def test_an_abandoned_page_is_over_after_an_hour_by_the_acquirers_own_word(
    household: Household, acquirer: Acquirer
) -> None:
    begun = household.starts_link()
    with later(minutes=59):
        run(ask_open_links())
        assert household.card(begun.public_id).status == "pending"
    with later(hours=1, minutes=10):
        run(ask_open_links())
    assert household.card(begun.public_id).status == "refused"


@pytest.mark.parametrize("way", ["502", "close"])
def test_a_lost_answer_is_asked_for_again_and_the_page_is_found(
    household: Household, acquirer: Acquirer, way: str
) -> None:
    acquirer.faults(lose_answer=1, lose_answer_by=way)
    begun = household.starts_link()
    assert begun.status == "created"
    assert begun.confirmation_url is None
    with later(seconds=10):
        assert run(ask_open_links()) == 1
    found = household.card(begun.public_id)
    assert (found.status, found.confirmation_url is not None, len(methods(acquirer))) == ("pending", True, 1)


def test_what_no_answer_came_to_in_an_hour_is_given_up(household: Household, acquirer: Acquirer) -> None:
    acquirer.faults(down=True)
    begun = household.starts_link()
    with later(hours=1):
        run(ask_open_links())
    assert household.card(begun.public_id).status == "refused"


def test_questions_become_rarer_as_a_link_grows_old(household: Household, acquirer: Acquirer) -> None:
    household.starts_link()

    def asked(**at: float) -> int:
        with later(**at):
            return run(ask_open_links())

    assert [asked(seconds=9), asked(seconds=10), asked(seconds=19), asked(seconds=20)] == [0, 1, 0, 1]
    assert [asked(minutes=11), asked(minutes=20), asked(minutes=21)] == [1, 0, 1]


def test_a_double_click_makes_one_link(household: Household, acquirer: Acquirer) -> None:
    async def clicks() -> list[Card]:
        return list(await asyncio.gather(*(household.start_link() for _ in range(4))))

    cards = run(clicks())
    assert {card.id for card in cards} == {cards[0].id}
    assert len({card.confirmation_url for card in cards}) == 1
    assert methods(acquirer) == ["pending"]


def test_an_event_is_only_a_reason_to_ask(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    assert run(take_method_event(begun.acquirer_id or ""))
    assert household.card(begun.public_id).status == "pending"

    acquirer.pay(begun.confirmation_url or "")
    assert run(take_method_event(begun.acquirer_id or ""))
    assert household.card(begun.public_id).status == "active"


def test_an_event_that_cannot_be_checked_now_is_wanted_again(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    acquirer.pay(begun.confirmation_url or "")
    acquirer.faults(down=True)
    assert not run(take_method_event(begun.acquirer_id or ""))
    acquirer.faults(down=False)
    assert run(take_method_event(begun.acquirer_id or ""))
    assert household.cards() == ["4444"]


@pytest.mark.parametrize("object_id", ["22d6d597-000f-5000-9000-145f6df21d6f", "../refunds/1", ""])
def test_an_event_of_nothing_that_we_know_is_taken_and_forgotten(
    household: Household, acquirer: Acquirer, object_id: str
) -> None:
    household.starts_link()
    assert run(take_method_event(object_id))
    assert household.cards() == []


def test_events_and_questions_at_once_link_it_once(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    acquirer.pay(begun.confirmation_url or "")

    async def storm() -> None:
        events = [take_method_event(begun.acquirer_id or "") for _ in range(5)]
        await asyncio.gather(*events, ask_link(household.user_id, begun.public_id), ask_open_links())

    run(storm())
    assert household.told() == ["card_linked"]
    assert len(household.letters()) == 1


def test_an_unlinked_card_never_comes_back(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    run(_execute("UPDATE cards SET status = 'unlinked', unlinked_at = linked_at"))
    for outcome in (_linked(card), LinkPending(card.acquirer_id or "", "https://pay.example"), Unknown("http_500")):
        run(settle(card.id, outcome))
    assert (household.card(card.public_id).status, household.cards()) == ("unlinked", [])


def test_another_cards_answer_links_nothing(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    run(settle(begun.id, Linked(SavedCard("somebody-elses", "4444", "Mir", None))))
    assert household.card(begun.public_id).status == "pending"


def test_a_cabinet_closed_meanwhile_links_nothing(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    acquirer.pay(begun.confirmation_url or "")
    run(_execute("UPDATE users SET closed_at = created_at"))
    run(ask_link(household.user_id, begun.public_id))
    assert (household.card(begun.public_id).status, household.letters()) == ("refused", [])


@pytest.mark.parametrize("change", ["SET ended_at = created_at", "SET role = 'helper'"])
def test_who_holds_the_account_is_asked_again_when_a_card_is_meant(
    household: Household, acquirer: Acquirer, change: str
) -> None:
    run(_execute(f"UPDATE accesses {change}"))
    with pytest.raises(Refused, match="no_access"):
        household.starts_link()
    assert methods(acquirer) == []


def test_ten_links_a_day_are_enough_for_anybody(household: Household, acquirer: Acquirer) -> None:
    for number in range(10):
        household.starts_link(f"{NONCE[:-2]}{number:02}")
    with pytest.raises(Refused, match="too_many_links"):
        household.starts_link(OTHER_NONCE)
    assert household.starts_link(f"{NONCE[:-2]}09").status == "pending"
    with later(days=1, seconds=1):
        assert household.starts_link(OTHER_NONCE).status == "pending"


def test_the_same_physical_method_is_one_row(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)

    async def kept(key: str) -> None:
        async with db.write():
            saved = SavedCard(card.acquirer_id or "", "4444", "Mir", Period(2034, 12))
            await keep_card(saved, user_id=household.user_id, account_id=household.account.id, key=key)

    for key in ("payment:1", "payment:1", "payment:2"):
        run(kept(key))
    assert household.cards() == ["4444"]
    assert len(household.letters()) == 1


def test_asking_about_somebody_elses_link_does_nothing(household: Household, acquirer: Acquirer) -> None:
    begun = household.starts_link()
    acquirer.pay(begun.confirmation_url or "")
    run(ask_link(household.user_id + 1, begun.public_id))
    assert household.card(begun.public_id).status == "pending"


def test_a_card_is_known_by_four_digits_and_nothing_more(household: Household, acquirer: Acquirer) -> None:
    household.links(acquirer)
    (row,) = run(db.read("SELECT * FROM cards"))
    assert "220000" not in " ".join(str(value) for name, value in row.items() if name not in ("acquirer_id", "key"))
    assert row["linked_at"] == clock.now()


def _linked(card: Card) -> Linked:
    return Linked(SavedCard(card.acquirer_id or "", "4444", "Mir", Period(2034, 12)))


async def _execute(sql: str) -> None:
    async with db.write():
        await db.execute(sql)
