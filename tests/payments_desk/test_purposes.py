"""What a payment of a bank is for: its purpose decides."""

from __future__ import annotations

import pytest

from lk.billing.payment_qr import purpose_of
from lk.ledger.rules import Part
from lk.payments.purpose_rules import part_of, penalty_paid
from lk.period import Period


def test_the_purposes_of_both_codes_of_a_bill_are_known() -> None:
    assert part_of(purpose_of("1000000101", Period(2026, 9), is_penalty=True)) is Part.PENALTY
    assert part_of(purpose_of("1000000101", Period(2026, 9))) is Part.PRINCIPAL


@pytest.mark.parametrize(
    ("purpose", "part"),
    [
        ("ПЕНИ ЗА ЭЛЕКТРОЭНЕРГИЮ, Л/С 10000-001-01, 09.2026", Part.PENALTY),
        ("Оплата пеней за электроэнергию", Part.PENALTY),
        ("«Пеня» 09.2026", Part.PENALTY),
        ("за пени", Part.PENALTY),
        ("", Part.PRINCIPAL),
        ("Оплата электроэнергии и пени", Part.PRINCIPAL),
        ("Оплата электроэнергии без пени", Part.PRINCIPAL),
        ("Пенсионный взнос", Part.PRINCIPAL),
        ("пение", Part.PRINCIPAL),
    ],
)
def test_only_a_purpose_that_begins_with_the_penalty_is_for_it(purpose: str, part: Part) -> None:
    assert part_of(purpose) is part


@pytest.mark.parametrize(("amount", "owed", "paid"), [(572, 572, 572), (600, 572, 572), (500, 572, 500), (500, -9, 0)])
def test_a_payment_for_the_penalty_pays_no_more_than_is_owed_of_it(amount: int, owed: int, paid: int) -> None:
    assert penalty_paid(amount, owed) == paid
