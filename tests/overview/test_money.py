"""What home says of money on its way, late money and a bill that waits: nobody is led to pay twice or left to guess."""

from __future__ import annotations

from datetime import date

import pytest
from litestar.testing import TestClient

from lk import clock, db
from lk.app import create_app
from lk.billing.tables import Bill
from lk.identity.actions import begin_session
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from tests.autopay.cast import Mode, Payer, at
from tests.pages import check_page
from tests.payments.cast import OWED, run

HOME = "/accounts/lesnaya5kv12"
PAY = 'class="button lamp" href="/accounts/lesnaya5kv12/payments"'
"""The lamp button."""


def page(payer: Payer, when: str, path: str = HOME) -> str:
    """With every no-break space as a common one."""
    with at(when), TestClient(create_app(ticks=False), cookies={"lk_session": run(_session(payer))}) as client:
        answer = client.get(path)
    assert answer.status_code == 200
    check_page(answer.text, path)
    return answer.text.replace("\u00a0", " ")


async def _session(payer: Payer) -> str:
    async with db.write():
        return await begin_session(payer.household.user_id, address="127.0.0.1", device="")


def billed(payer: Payer, *, status: str = "issued", total: int = 1000_00) -> None:
    """October, on the 26th."""

    async def stored() -> None:
        async with db.write():
            await Bill(
                account_id=payer.account_id,
                period=202610,
                status=status,
                opening_kopecks=OWED,
                energy_kopecks=total,
                adjustment_kopecks=0,
                total_kopecks=total,
                vat_kopecks=180_33,
                vat_percent=22,
                created_at=clock.now(),
                issued_at=clock.now() if status == "issued" else None,
                due_on=date(2026, 11, 10),
            ).save()
            if status == "issued":
                await _charge(payer, Part.PRINCIPAL, total)

    with at("10-26 09:00"):
        run(stored())


async def _charge(payer: Payer, part: Part, kopecks: int) -> None:
    kind = Kind.CHARGE if part is Part.PRINCIPAL else Kind.PENALTY
    key = f"bill:2:{kind}"
    await post(kind, payer.account_id, kopecks, part=part, effective_on=date(2026, 10, 26), key=key, source="bill:2")


def test_autopay_says_what_it_will_take_and_no_button_leads_to_paying_twice(payer: Payer) -> None:
    payer.wishes()
    told = page(payer, "10-02 12:00")
    assert "Автоплатёж спишет 2 088,60 ₽ сам 5 октября." in told
    assert PAY not in told
    assert ">Пропустить<" not in told
    payer.tick("10-04 09:00")
    assert ">Пропустить<" in page(payer, "10-04 12:00")
    payer.skips()
    skipped = page(payer, "10-04 13:00")
    assert "Автоплатёж спишет" not in skipped
    assert PAY in skipped


def test_a_sum_that_does_not_pay_all_leaves_the_rest_to_its_holder(payer: Payer) -> None:
    payer.wishes(Mode.FIXED, 1000_00)
    told = page(payer, "10-02 12:00")
    assert "Автоплатёж спишет 1 000,00 ₽ сам 5 октября." in told
    assert PAY in told


def test_autopay_that_stopped_is_the_first_thing_said(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("card_expired")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    told = page(payer, "10-05 12:00")
    assert "Автоплатёж остановлен" in told
    assert f'href="{HOME}/autopay"' in told
    assert PAY in told


@pytest.mark.parametrize("path", [HOME, f"{HOME}/bills/2026-09"])
def test_a_payment_that_waits_for_the_bank_takes_the_place_of_the_button(payer: Payer, path: str) -> None:
    payer.card()
    assert PAY in page(payer, "10-05 12:00", path)
    payer.acquirer.faults(lose_answer=1)
    with at("10-05 12:00"):
        assert payer.household.pays_with(payer.household.card("first")).status == "unknown"
    told = page(payer, "10-05 12:01", path)
    assert "ждёт ответа банка" in told
    assert PAY not in told


@pytest.mark.parametrize("path", [HOME, f"{HOME}/bills/2026-10", f"{HOME}/payments"])
def test_a_new_bill_does_not_hide_that_the_old_one_is_late(payer: Payer, path: str) -> None:
    billed(payer)
    told = page(payer, "10-27 12:00", path)
    assert "К оплате до 10 ноября" in told
    assert "3 088,60 ₽" in told
    assert "Из них просрочено 2 088,60 ₽." in told
    all_late = page(payer, "11-11 12:00", path)
    assert "срок был 10 ноября" in all_late or "Срок прошёл 10 ноября" in all_late
    assert "Из них" not in all_late


def test_a_bill_that_waits_for_a_person_is_named_and_not_to_be_paid(payer: Payer) -> None:
    payer.pays_by_hand(OWED)
    billed(payer, status="held")
    told = page(payer, "10-27 12:00")
    assert "Счёт за октябрь на проверке" in told
    assert "Платить по нему пока не нужно" in told
    assert PAY not in told


def test_penalties_lead_to_where_they_are_paid(payer: Payer) -> None:
    async def charged() -> None:
        async with db.write():
            await _charge(payer, Part.PENALTY, 5_72)

    run(charged())
    assert f'href="{HOME}/payments#penalty"' in page(payer, "10-05 12:00")
    assert f'href="{HOME}/bills/2026-09#penalty"' in page(payer, "10-05 12:00", f"{HOME}/payments")
