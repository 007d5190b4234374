"""Operators correct an account by hand: an entry more, read by the resident, above a limit by two people."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import date
from typing import Any

import pytest

from lk import clock, db
from lk.billing.debts import debts_of
from lk.billing.penalty import Credit
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import Kind, Part
from lk.payments.correcting import approve_correction, ask_for_correction, refuse_correction
from lk.payments.correction_rules import CorrectionKind, WantedCorrection
from lk.payments.tables import Correction
from lk.period import Period
from tests.payments_desk.cast import ALLA, HOME, NEIGHBOUR, OLEG, OLGA, Desk, codes, moment, run

NONCE, OTHER = "23456789abcd", "bcdefghjkmnp"
WORDS = "Перерасчёт за отсутствие света 3 октября"


async def correcting(
    desk: Desk,
    kopecks: int,
    *,
    part: Part = Part.PRINCIPAL,
    kind: CorrectionKind = CorrectionKind.CORRECTION,
    who: str = OLGA,
    nonce: str = NONCE,
    words: str = WORDS,
    account: str = HOME,
) -> Correction:
    wanted = WantedCorrection(kind, part, kopecks, words)
    return await ask_for_correction(desk.accounts[account], wanted, desk.actor(who), nonce=nonce)


def owe(desk: Desk, kopecks: int, part: Part = Part.PRINCIPAL) -> None:
    """Something is owed before, negative: an advance; as an opening balance leaves it."""

    async def posted() -> None:
        async with db.write():
            entry = Transfer(
                Kind.OPENING, desk.accounts[HOME], kopecks, part, date(2026, 9, 1), f"opening:{part}", "test"
            )
            await post_many([entry])

    run(posted())


def close(desk: Desk, on: date = date(2026, 9, 30)) -> None:
    desk.change("UPDATE accounts SET closed_on = {} WHERE id = {}", on, desk.accounts[HOME])


def test_a_correction_lowers_what_is_owed_and_the_resident_is_told_why(desk: Desk) -> None:
    owe(desk, 1000_00)
    correction = run(correcting(desk, -300_00))

    assert correction.status == "posted"
    assert desk.entries("adjustment") == [("energy_sales", "receivable", 300_00)]
    assert desk.owes() == 700_00
    assert desk.happened() == ["balance_corrected"]
    ((address, told),) = desk.letters("balance_corrected")
    assert (address, told["amount_kopecks"], told["words"]) == ("anna@mail.example", -300_00, WORDS)


def test_a_correction_may_raise_what_is_owed(desk: Desk) -> None:
    run(correcting(desk, 300_00))
    assert (desk.entries("adjustment"), desk.owes()) == ([("receivable", "energy_sales", 300_00)], 300_00)


def test_a_penalty_is_corrected_apart_and_never_below_nothing(desk: Desk) -> None:
    owe(desk, 95_00, Part.PENALTY)
    assert codes(correcting(desk, -95_01, part=Part.PENALTY)) == ["above_the_penalty"]
    run(correcting(desk, -95_00, part=Part.PENALTY))
    assert desk.entries("adjustment") == [("penalties", "receivable", 95_00)]
    assert (desk.owes(), desk.owes(part="penalty")) == (0, 0)


@pytest.mark.parametrize(
    ("kopecks", "words", "code"),
    [(0, WORDS, "amount_zero"), (-300_000_01, WORDS, "amount_too_large"), (-100, "", "words_wanted")],
)
def test_a_correction_wants_a_sum_and_a_reason(desk: Desk, kopecks: int, words: str, code: str) -> None:
    assert codes(correcting(desk, kopecks, words=words)) == [code]
    assert desk.rows("SELECT id FROM corrections") == []


def test_only_a_live_operator_corrects(desk: Desk) -> None:
    assert codes(correcting(desk, -100, who=ALLA)) == ["not_an_operator"]
    assert desk.owes() == 0


def test_the_same_form_twice_corrects_once(desk: Desk) -> None:
    async def clicks() -> list[Correction]:
        return list(await asyncio.gather(*(correcting(desk, -100_00) for _ in range(4))))

    assert len({each.id for each in run(clicks())}) == 1
    assert (desk.owes(), len(desk.letters("balance_corrected"))) == (-100_00, 1)
    assert codes(correcting(desk, -200_00)) == ["form_stale"]


@pytest.mark.parametrize("kopecks", [-5_000_01, 5_000_01])
def test_above_five_thousand_roubles_either_way_a_second_person_has_to_agree(desk: Desk, kopecks: int) -> None:
    correction = run(correcting(desk, kopecks))
    assert (correction.status, desk.owes(), desk.happened()) == ("waiting", 0, [])

    assert codes(approve_correction(correction.public_id, desk.actor(OLGA))) == ["same_person"]
    assert codes(refuse_correction(correction.public_id, "Нет", desk.actor(OLGA))) == ["same_person"]
    assert codes(approve_correction(correction.public_id, desk.actor(ALLA))) == ["not_an_operator"]
    assert desk.owes() == 0

    run(approve_correction(correction.public_id, desk.actor(OLEG)))
    assert (desk.owes(), desk.happened()) == (kopecks, ["balance_corrected"])
    assert codes(approve_correction(correction.public_id, desk.actor(OLEG))) == ["decided_already"]


def test_many_small_ones_are_a_large_one_whichever_way(desk: Desk) -> None:
    assert run(correcting(desk, -3_000_00)).status == "posted"
    assert run(correcting(desk, 2_000_01, who=OLEG, nonce=OTHER)).status == "waiting"
    assert run(correcting(desk, -3_000_00, account=NEIGHBOUR, nonce="cdefghjkmnpq")).status == "posted"
    with clock.fixed_at(moment(days=31)):
        assert run(correcting(desk, -3_000_00, nonce="defghjkmnpqr")).status == "posted"


def test_what_a_second_person_agreed_to_does_not_count_as_moved_alone(desk: Desk) -> None:
    waiting = run(correcting(desk, -6_000_00))
    run(approve_correction(waiting.public_id, desk.actor(OLEG)))
    assert run(correcting(desk, -5_000_00, nonce=OTHER)).status == "posted"


def test_two_who_decide_at_once_decide_once(desk: Desk) -> None:
    correction = run(correcting(desk, -6_000_00))

    async def both() -> list[object]:
        decided = (
            *(approve_correction(correction.public_id, desk.actor(OLEG)) for _ in range(3)),
            refuse_correction(correction.public_id, "Нет", desk.actor(OLEG)),
        )
        return list(await asyncio.gather(*decided, return_exceptions=True))

    assert len([each for each in run(both()) if each is None]) == 1
    posted = desk.one("SELECT status FROM corrections") == "posted"
    assert desk.owes() == (-6_000_00 if posted else 0)
    assert len(desk.entries("adjustment")) == int(posted)


def test_a_refused_one_changes_nothing_and_keeps_why(desk: Desk) -> None:
    correction = run(correcting(desk, -6_000_00))
    run(refuse_correction(correction.public_id, "Света не было час", desk.actor(OLEG)))
    assert (desk.owes(), desk.happened(), desk.letters("balance_corrected")) == (0, [], [])
    assert desk.rows("SELECT status, reason FROM corrections") == [{"status": "refused", "reason": "Света не было час"}]
    assert codes(approve_correction(correction.public_id, desk.actor(OLEG))) == ["decided_already"]


# --- the advance of a closed account


def payout(desk: Desk, kopecks: int, nonce: str = NONCE, who: str = OLGA) -> Coroutine[Any, Any, Correction]:
    return correcting(desk, kopecks, kind=CorrectionKind.PAYOUT, nonce=nonce, who=who, words="Платёжное поручение 14")


def test_a_closed_accounts_advance_goes_out_by_bank_and_never_more_of_it(desk: Desk) -> None:
    owe(desk, -800_00)
    assert codes(payout(desk, 100_00)) == ["account_open"]
    close(desk)
    assert codes(payout(desk, 800_01)) == ["above_the_advance"]
    assert codes(payout(desk, -100_00)) == ["above_the_advance"]

    run(payout(desk, 500_00))
    assert desk.entries("refund") == [("receivable", "bank_clearing", 500_00)]
    assert (desk.owes(), desk.happened()) == (-300_00, ["advance_paid_out"])
    assert codes(payout(desk, 300_01, OTHER)) == ["above_the_advance"]


def test_an_account_that_closes_later_is_open_still(desk: Desk) -> None:
    owe(desk, -800_00)
    close(desk, on=date(2026, 10, 6))
    assert codes(payout(desk, 100_00)) == ["account_open"]


def test_two_payouts_at_once_are_no_more_than_the_advance(desk: Desk) -> None:
    owe(desk, -800_00)
    close(desk)

    async def both() -> list[object]:
        asked = (payout(desk, 600_00, NONCE), payout(desk, 600_00, OTHER, OLEG))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    run(both())
    assert (desk.owes(), len(desk.entries("refund"))) == (-200_00, 1)


def test_an_advance_that_shrank_while_a_payout_waited_is_not_paid_out(desk: Desk) -> None:
    owe(desk, -9_000_00)
    close(desk)
    waiting = run(payout(desk, 9_000_00))
    run(correcting(desk, 100_00, nonce=OTHER))

    assert codes(approve_correction(waiting.public_id, desk.actor(OLEG))) == ["above_the_advance"]
    assert desk.owes() == -8_900_00


# --- penalty for late payment


def test_a_correction_downwards_pays_a_debt_and_one_upwards_is_no_late_payment(desk: Desk) -> None:
    run(correcting(desk, -300_00))
    with clock.fixed_at(moment(days=1)):
        run(correcting(desk, 200_00, nonce=OTHER))
        run(correcting(desk, -50_00, nonce="cdefghjkmnpq", account=NEIGHBOUR))

    found = run(debts_of([desk.accounts[HOME]], Period(2026, 11)))
    assert found[desk.accounts[HOME]].credits == (Credit(date(2026, 10, 5), 300_00),)
