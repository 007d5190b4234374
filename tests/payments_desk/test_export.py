"""What went back stands in the file of payments, below zero."""

from __future__ import annotations

import csv
import io
from datetime import date

from lk.ledger.rules import Part
from lk.operations.exports import export
from lk.payments.correcting import ask_for_correction
from lk.payments.correction_rules import CorrectionKind, WantedCorrection
from lk.payments.refund_decisions import ask_for_refund
from lk.period import Period
from tests.payments_desk.cast import HOME, HOME_NUMBER, OLGA, Desk, run


def exported(desk: Desk, period: Period) -> list[tuple[str, str, str, str]]:
    out = io.StringIO(newline="")
    run(export("payments", out, period))
    rows = csv.DictReader(io.StringIO(out.getvalue()))
    assert all(row["account_number"] == HOME_NUMBER for row in rows)
    rows = csv.DictReader(io.StringIO(out.getvalue()))
    return [(row["channel"], row["amount"], row["status"], row["paid_on"]) for row in rows]


def test_refunds_and_payouts_follow_what_was_paid(desk: Desk) -> None:
    payment = desk.pays(7_000_00)
    run(ask_for_refund(payment.id, 500_00, "Ошибка", desk.actor(OLGA), nonce="23456789abcd"))
    run(ask_for_refund(payment.id, 5_000_00, "Ошибка", desk.actor(OLGA), nonce="bcdefghjkmnp"))
    desk.change("UPDATE accounts SET closed_on = {} WHERE id = {}", date(2026, 10, 1), desk.accounts[HOME])
    payout = WantedCorrection(CorrectionKind.PAYOUT, Part.PRINCIPAL, 300_00, "Заявление")
    run(ask_for_correction(desk.accounts[HOME], payout, desk.actor(OLGA), nonce="cdefghjkmnpq"))

    card, *back = exported(desk, Period(2026, 10))
    assert card == ("card", "7000.00", "succeeded", "2026-10-05")
    assert sorted(back) == [
        ("payout", "-300.00", "succeeded", "2026-10-05"),
        ("refund", "-500.00", "succeeded", "2026-10-05"),
        ("refund", "-5000.00", "waiting", ""),
    ]
    assert exported(desk, Period(2026, 9)) == []
