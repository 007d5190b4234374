"""A payment by card is given back, whole or in part, and whatever happens on the way no kopeck goes twice."""

from __future__ import annotations

import asyncio
import json

import pytest

from lk import clock
from lk.acquirer.answers import Unknown
from lk.acquirer.refunds import RefundCanceled, Refunded, RefundPending, RefundTold
from lk.outcome import Refused
from lk.payments.refund_decisions import approve_refund, ask_for_refund, refuse_refund
from lk.payments.refund_settling import settle_refund
from lk.payments.refunding import ask_open_refunds, take_refund_event
from lk.payments.tables import Payment, Refund
from tests.payments_desk.cast import ALLA, HOME, OLEG, OLGA, PAID, Acquirer, Desk, codes, moment, run

NONCE, OTHER = "23456789abcd", "bcdefghjkmnp"
WORDS = "Заплатили дважды"


async def refunding(
    desk: Desk, payment: Payment, kopecks: int = 500_00, *, who: str = OLGA, nonce: str = NONCE, words: str = WORDS
) -> Refund:
    return await ask_for_refund(payment.id, kopecks, words, desk.actor(who), nonce=nonce)


def status(desk: Desk, refund: Refund) -> str:
    return str(desk.one("SELECT status FROM refunds WHERE id = {}", refund.id))


def is_booked(desk: Desk) -> bool:
    """The ledger has exactly the acquirer's refunds, each once."""
    booked = desk.rows("SELECT key, amount_kopecks FROM ledger_entries WHERE kind = 'refund'")
    there = [(f"refund:{each['id']}", each["amount"]["value"]) for each in desk.acquirer.refunds()]
    ours = [(row["key"], f"{row['amount_kopecks'] / 100:.2f}") for row in booked]
    return sorted(ours) == sorted(there) and len(desk.acquirer.moves("refund")) == len(booked)


def test_a_part_goes_back_to_the_card_and_the_resident_owes_it_again(desk: Desk) -> None:
    payment = desk.pays()
    refund = run(refunding(desk, payment))

    assert refund.status == "succeeded"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]
    assert desk.entries("refund") == [("receivable", "acquirer_clearing", 500_00)]
    assert desk.owes() == -PAID + 500_00
    assert desk.happened() == ["payment_succeeded", "refunded"]
    ((address, told),) = desk.letters("payment_refunded")
    assert (address, told["amount_kopecks"], told["words"], told["card"]) == (
        "anna@mail.example",
        500_00,
        WORDS,
        "4444",
    )
    assert is_booked(desk)


def test_a_whole_payment_needs_no_receipt_and_a_part_of_one_has_its_own(desk: Desk) -> None:
    payment = desk.pays(100_00, owed=70_00)
    run(refunding(desk, payment, 40_00))
    whole = desk.pays(80_00)
    run(refunding(desk, whole, 80_00, nonce=OTHER))

    bodies = [json.loads(row["body"]) for row in desk.rows("SELECT body FROM refunds ORDER BY id")]
    items = bodies[0]["receipt"]["items"]
    assert [(item["payment_mode"], item["amount"]["value"]) for item in items] == [
        ("advance", "30.00"),
        ("full_payment", "10.00"),
    ]
    assert bodies[0]["receipt"]["customer"] == {"email": "anna@mail.example"}
    assert "receipt" not in bodies[1]


def test_no_more_goes_back_than_was_paid(desk: Desk) -> None:
    payment = desk.pays(1000_00)
    run(refunding(desk, payment, 600_00))

    assert codes(refunding(desk, payment, 400_01, nonce=OTHER)) == ["above_what_is_left"]
    run(refunding(desk, payment, 400_00, nonce=OTHER))
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 600_00), (payment.acquirer_id, 400_00)]
    assert codes(refunding(desk, payment, 1_00, nonce="cdefghjkmnpq")) == ["above_what_is_left"]


def test_parts_asked_for_at_once_never_make_more_than_the_whole(desk: Desk) -> None:
    payment = desk.pays(1000_00)
    nonces = [f"23456789abc{letter}" for letter in "defghjkm"]

    async def all_at_once() -> list[object]:
        parts = (refunding(desk, payment, 300_00, who=who, nonce=nonce) for nonce in nonces for who in (OLGA, OLEG))
        return list(await asyncio.gather(*parts, return_exceptions=True))

    run(all_at_once())

    # Whoever comes while one is on its way is refused; whoever comes after it finds what it left.
    parts = desk.one("SELECT count(*) AS n FROM refunds")
    assert 1 <= parts <= 3
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 300_00)] * parts
    assert desk.owes() == -1000_00 + parts * 300_00


def test_while_one_is_on_its_way_unknown_no_second_one_is_begun(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(error_500=1)
    unknown = run(refunding(desk, payment))
    assert unknown.status == "unknown"

    assert codes(refunding(desk, payment, nonce=OTHER)) == ["refund_in_flight"]
    with clock.fixed_at(moment(minutes=1)):
        run(ask_open_refunds())
        assert run(refunding(desk, payment, nonce=OTHER)).status == "succeeded"
    assert is_booked(desk)


def test_a_double_click_gives_the_money_back_once(desk: Desk) -> None:
    payment = desk.pays()

    async def clicks() -> list[Refund]:
        return list(await asyncio.gather(*(refunding(desk, payment) for _ in range(4))))

    assert len({refund.id for refund in run(clicks())}) == 1
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]
    assert is_booked(desk)
    assert codes(refunding(desk, payment, 501_00)) == ["form_stale"]


@pytest.mark.parametrize("way", ["502", "close"])
def test_an_answer_that_is_lost_is_found_and_the_money_went_once(desk: Desk, way: str) -> None:
    payment = desk.pays()
    desk.acquirer.faults(lose_answer=1, lose_answer_by=way)
    refund = run(refunding(desk, payment))
    assert (refund.status, desk.owes()) == ("unknown", -PAID)

    for seconds in (10, 20, 30):
        with clock.fixed_at(moment(seconds=seconds)):
            run(ask_open_refunds())

    assert status(desk, refund) == "succeeded"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]
    assert len(desk.letters("payment_refunded")) == 1
    assert is_booked(desk)


def test_after_a_day_it_is_not_sent_again_but_looked_for(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(lose_answer=1)
    lost = run(refunding(desk, payment))
    with clock.fixed_at(moment(hours=24)):
        run(ask_open_refunds())
    assert status(desk, lost) == "succeeded"

    desk.acquirer.faults(error_500=1)
    with clock.fixed_at(moment(hours=24)):
        never = run(refunding(desk, payment, nonce=OTHER))
    with clock.fixed_at(moment(hours=48)):
        run(ask_open_refunds())
    assert status(desk, never) == "unknown"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]
    assert is_booked(desk)


def test_a_double_click_gives_it_back_once_even_where_keys_are_not_honoured(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(not_idempotent=True)

    async def clicks() -> None:
        await asyncio.gather(*(refunding(desk, payment) for _ in range(4)), ask_open_refunds())

    run(clicks())
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]


def test_a_lost_answer_never_gives_it_back_twice_even_where_keys_are_not_honoured(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(not_idempotent=True, lose_answer=1)
    refund = run(refunding(desk, payment))
    for seconds in (10, 30, 60):
        with clock.fixed_at(moment(seconds=seconds)):
            run(ask_open_refunds())
    assert status(desk, refund) == "succeeded"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 500_00)]


def test_a_process_that_died_before_the_call_leaves_a_refund_that_is_sent_later(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(error_500=1)
    refund = run(refunding(desk, payment))
    desk.change("UPDATE refunds SET status = 'created'")
    with clock.fixed_at(moment(seconds=29)):
        run(ask_open_refunds())
    assert (status(desk, refund), desk.acquirer.moves("refund")) == ("created", [])
    with clock.fixed_at(moment(seconds=31)):
        run(ask_open_refunds())
    assert status(desk, refund) == "succeeded"
    assert is_booked(desk)


def test_a_refund_that_the_bank_takes_its_time_over_counts_when_it_went(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(pending_refunds=1, refund_takes=3600)
    refund = run(refunding(desk, payment))
    assert (refund.status, desk.owes(), desk.letters("payment_refunded")) == ("pending", -PAID, [])
    assert codes(refunding(desk, payment, PAID, nonce=OTHER)) == ["above_what_is_left"]

    with clock.fixed_at(moment(minutes=61)):
        run(ask_open_refunds())
    assert (status(desk, refund), desk.owes()) == ("succeeded", -PAID + 500_00)
    assert is_booked(desk)


def test_a_refund_that_the_bank_refuses_moves_nothing_and_frees_the_sum(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(canceled_refunds=1)
    refund = run(refunding(desk, payment, 2000_00))

    assert refund.status == "canceled"
    assert (desk.owes(), desk.happened(), desk.letters("payment_refunded")) == (-PAID, ["payment_succeeded"], [])
    assert run(refunding(desk, payment, PAID, nonce=OTHER)).status == "succeeded"


def test_many_who_learn_of_it_at_once_enter_it_once_and_it_never_goes_back(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(pending_refunds=1)
    refund = run(refunding(desk, payment))
    told = Refunded(RefundTold(refund.acquirer_id or "", payment.acquirer_id or "", 500_00))

    async def all_at_once() -> None:
        await asyncio.gather(*(settle_refund(refund.id, told) for _ in range(8)))

    run(all_at_once())
    assert len(desk.entries("refund")) == len(desk.letters("payment_refunded")) == 1
    assert desk.happened().count("refunded") == 1


def test_a_refund_never_goes_back(desk: Desk) -> None:
    payment = desk.pays()
    refund = run(refunding(desk, payment))
    told = RefundTold(refund.acquirer_id or "", payment.acquirer_id or "", 500_00)
    for outcome in (Unknown("http_500"), RefundPending(told), RefundCanceled("general_decline", told)):
        run(settle_refund(refund.id, outcome))
    assert (status(desk, refund), desk.owes()) == ("succeeded", -PAID + 500_00)


@pytest.mark.parametrize(
    "told",
    [
        ("another-payment", 500_00),
        (None, 499_00),
    ],
)
def test_another_sum_or_payment_is_not_this_refund(desk: Desk, told: tuple[str | None, int]) -> None:
    payment = desk.pays()
    desk.acquirer.faults(error_500=1)
    refund = run(refunding(desk, payment))

    payment_id, kopecks = told[0] or payment.acquirer_id or "", told[1]
    run(settle_refund(refund.id, Refunded(RefundTold("their-id", payment_id, kopecks))))

    assert status(desk, refund) == "unknown"
    assert desk.entries("refund") == []


def test_what_did_not_go_through_is_not_given_back(desk: Desk) -> None:
    waiting = desk.pays(loses_answer=True)
    assert codes(refunding(desk, waiting)) == ["not_paid"]
    assert desk.acquirer.moves("refund") == []


@pytest.mark.parametrize(
    ("words", "kopecks", "code"),
    [
        (" ", 500_00, "words_wanted"),
        ("д" * 301, 500_00, "words_too_long"),
        ("да\u202eнет", 500_00, "words_odd"),
        (WORDS, 0, "amount_too_small"),
        (WORDS, 99, "amount_too_small"),
    ],
)
def test_a_refund_wants_a_reason_and_a_sum(desk: Desk, words: str, kopecks: int, code: str) -> None:
    payment = desk.pays()
    assert codes(refunding(desk, payment, kopecks, words=words)) == [code]
    assert desk.rows("SELECT id FROM refunds") == []


def test_only_a_live_operator_moves_money(desk: Desk) -> None:
    payment = desk.pays()
    assert codes(refunding(desk, payment, who=ALLA)) == ["not_an_operator"]
    desk.change("UPDATE agents SET is_disabled = {} WHERE id = {}", True, desk.agents[OLGA])
    assert codes(refunding(desk, payment, who=OLGA)) == ["not_an_operator"]
    assert desk.acquirer.moves("refund") == []


# --- a second person above the limit


def test_above_five_thousand_roubles_a_second_person_has_to_agree(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    refund = run(refunding(desk, payment, 5_000_01))
    assert (refund.status, desk.acquirer.moves("refund")) == ("waiting", [])

    assert codes(approve_refund(refund.public_id, desk.actor(OLGA))) == ["same_person"]
    assert codes(refuse_refund(refund.public_id, "Не надо", desk.actor(OLGA))) == ["same_person"]
    assert codes(approve_refund(refund.public_id, desk.actor(ALLA))) == ["not_an_operator"]
    assert desk.acquirer.moves("refund") == []

    approved = run(approve_refund(refund.public_id, desk.actor(OLEG)))
    assert approved.status == "succeeded"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, 5_000_01)]
    assert is_booked(desk)
    assert codes(approve_refund(refund.public_id, desk.actor(OLEG))) == ["decided_already"]


def test_who_asked_who_agreed_and_who_did_not_stands_in_the_history_of_staff(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    refund = run(refunding(desk, payment, 5_000_01))
    assert codes(approve_refund(refund.public_id, desk.actor(OLGA))) == ["same_person"]
    run(approve_refund(refund.public_id, desk.actor(OLEG)))
    another = run(refunding(desk, payment, 6_000_00, nonce="anotherform1"))
    run(refuse_refund(another.public_id, "Не надо", desk.actor(OLEG)))

    told = [
        (row["kind"], row["actor_agent_id"], row["account_id"], row["params"])
        for row in desk.rows("SELECT * FROM events WHERE kind LIKE 'money_%' ORDER BY id")
    ]
    account = desk.accounts[HOME]
    first, second = (f'{{"what":"refund","amount":{each},"account":{account}}}' for each in (5_000_01, 6_000_00))
    assert told == [
        ("money_asked", desk.agents[OLGA], None, first),
        ("money_approved", desk.agents[OLEG], None, first),
        ("money_asked", desk.agents[OLGA], None, second),
        ("money_refused", desk.agents[OLEG], None, second),
    ]


def test_a_whole_payment_goes_back_once_the_second_person_agrees_and_no_other_one_is_on_its_way(desk: Desk) -> None:
    payment = desk.pays(7_000_00)
    waiting = run(refunding(desk, payment, 6_900_00))
    desk.acquirer.faults(error_500=1)
    run(refunding(desk, payment, 100_00, nonce=OTHER))

    assert codes(approve_refund(waiting.public_id, desk.actor(OLEG))) == ["refund_in_flight"]
    with clock.fixed_at(moment(minutes=1)):
        run(ask_open_refunds())
        assert run(approve_refund(waiting.public_id, desk.actor(OLEG))).status == "succeeded"
    assert sum(kopecks for _, kopecks in desk.acquirer.moves("refund")) == 7_000_00
    assert is_booked(desk)


def test_five_thousand_roubles_go_by_one_persons_word(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    assert run(refunding(desk, payment, 5_000_00)).status == "succeeded"


def test_many_small_ones_are_a_large_one(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    assert run(refunding(desk, payment, 3_000_00)).status == "succeeded"
    assert run(refunding(desk, payment, 2_000_01, who=OLEG, nonce=OTHER)).status == "waiting"
    with clock.fixed_at(moment(days=31)):
        assert run(refunding(desk, payment, 3_000_00, nonce="cdefghjkmnpq")).status == "succeeded"


def test_two_who_decide_at_once_decide_once(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    refund = run(refunding(desk, payment, 6_000_00))

    async def both() -> list[object]:
        return list(
            await asyncio.gather(
                *(approve_refund(refund.public_id, desk.actor(OLEG)) for _ in range(3)),
                refuse_refund(refund.public_id, "Не надо", desk.actor(OLEG)),
                return_exceptions=True,
            )
        )

    decided = [each for each in run(both()) if not isinstance(each, Refused)]
    assert len(decided) == 1
    is_approved = decided != [None]
    assert len(desk.acquirer.moves("refund")) == is_approved
    assert status(desk, refund) == ("succeeded" if is_approved else "refused")
    assert is_booked(desk) or not is_approved


def test_a_refused_one_moves_nothing_and_frees_the_sum(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    refund = run(refunding(desk, payment, 20_000_00))
    assert codes(refunding(desk, payment, 1_00, nonce=OTHER)) == ["above_what_is_left"]

    run(refuse_refund(refund.public_id, "Платёж  верный", desk.actor(OLEG)))

    assert desk.rows("SELECT status, reason FROM refunds") == [{"status": "refused", "reason": "Платёж верный"}]
    assert codes(approve_refund(refund.public_id, desk.actor(OLEG))) == ["decided_already"]
    assert run(refunding(desk, payment, 1_00, nonce=OTHER)).status == "succeeded"
    assert len(desk.acquirer.moves("refund")) == 1


def test_one_that_waited_for_days_is_young_when_it_is_sent(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    refund = run(refunding(desk, payment, 6_000_00))
    with clock.fixed_at(moment(days=3)):
        desk.acquirer.faults(lose_answer=1)
        run(approve_refund(refund.public_id, desk.actor(OLEG)))
    with clock.fixed_at(moment(days=3, seconds=10)):
        assert run(ask_open_refunds()) == 1
    assert status(desk, refund) == "succeeded"
    assert len(desk.acquirer.moves("refund")) == 1


# --- notices of the acquirer


def test_a_notice_is_only_a_reason_to_ask(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(pending_refunds=1, refund_takes=3600)
    refund = run(refunding(desk, payment))

    assert run(take_refund_event("refund.succeeded", refund.acquirer_id or ""))
    assert status(desk, refund) == "pending"
    with clock.fixed_at(moment(minutes=61)):
        for _ in range(3):
            assert run(take_refund_event("refund.succeeded", refund.acquirer_id or ""))
    assert status(desk, refund) == "succeeded"
    assert len(desk.letters("payment_refunded")) == 1
    assert is_booked(desk)


def test_a_notice_about_a_refund_whose_answer_was_lost_finds_it(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(lose_answer=1)
    refund = run(refunding(desk, payment))
    with clock.fixed_at(moment(seconds=5)):
        assert run(take_refund_event("refund.succeeded", desk.acquirer.refunds()[0]["id"]))
    assert status(desk, refund) == "succeeded"
    assert is_booked(desk)


@pytest.mark.parametrize("object_id", ["22d6d597-000f-5000-9000-145f6df21d6f", "../payments/1", ""])
def test_a_notice_about_what_nobody_knows_changes_nothing(desk: Desk, object_id: str) -> None:
    desk.pays()
    assert run(take_refund_event("refund.succeeded", object_id))
    assert (desk.owes(), desk.entries("refund")) == (-PAID, [])


def test_a_notice_that_cannot_be_checked_now_is_wanted_again(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(pending_refunds=1, refund_takes=1)
    refund = run(refunding(desk, payment))
    desk.acquirer.faults(down=True)
    with clock.fixed_at(moment(seconds=5)):
        assert not run(take_refund_event("refund.succeeded", refund.acquirer_id or ""))
        desk.acquirer.faults(down=False)
        assert run(take_refund_event("refund.succeeded", refund.acquirer_id or ""))
    assert status(desk, refund) == "succeeded"


def test_the_acquirers_refund_for_the_holder_and_for_whoever_paid(desk: Desk) -> None:
    """A helper's payment: the helper's card is told to the helper alone."""
    payment = desk.pays()
    desk.change("UPDATE payments SET user_id = {}", desk.users["lesnaya5kv13"])
    run(refunding(desk, payment))

    told = {address: (letter["card"], "link" in letter) for address, letter in desk.letters("payment_refunded")}
    assert told == {"anna@mail.example": ("", True), "boris@mail.example": ("4444", False)}
    assert desk.accounts[HOME] == desk.one("SELECT account_id FROM refunds")


def test_the_sandbox_is_never_asked_for_more_than_it_took(acquirer: Acquirer, desk: Desk) -> None:
    """A refund made past lk leaves less: the acquirer's own no is a no, and nothing is booked."""
    payment = desk.pays(1000_00)
    acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 700_00)
    refund = run(refunding(desk, payment, 400_00))
    assert (refund.status, refund.reason) == ("canceled", "request_refused")
    assert desk.entries("refund") == []
