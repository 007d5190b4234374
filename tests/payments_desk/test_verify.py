"""`lk verify` on money that came by card: silent on sound books, and every planted breach is found."""

from __future__ import annotations

import pytest

from lk import clock, db
from lk.cycle.verify import verify
from lk.ledger.rules import Part
from lk.payments.correcting import ask_for_correction
from lk.payments.correction_rules import CorrectionKind, WantedCorrection
from lk.payments.found_refunds import enter_found_refund
from lk.payments.reconciling import reconcile_due
from lk.payments.refund_decisions import ask_for_refund
from lk.payments.tasks import open_tasks_of_the_old
from tests.payments_desk.cast import HOME, NEIGHBOUR, OLGA, PAID, Desk, moment, run


def found(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Breaches of what is known of money by card."""
    return {each.id: each.breaches for each in run(verify(full=True)) if each.breaches}


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """A payment of autopay, one by hand of which a part went back, a refund past lk, a correction, a payout."""
    key = f"autopay:{desk.accounts[NEIGHBOUR]}:2026-09:1"
    run(desk.charge(run(desk.intend(NEIGHBOUR, 700_00, 700_00, key=key))))
    desk.change(
        "UPDATE payments SET kind = 'autopay', period = 202609, attempt = 1 WHERE account_id = {}",
        desk.accounts[NEIGHBOUR],
    )
    payment = desk.pays()
    run(ask_for_refund(payment.id, 500_00, "Ошибка", desk.actor(OLGA), nonce="23456789abcd"))
    desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 100_00)
    with clock.fixed_at(moment(hours=15)):
        run(reconcile_due())
        run(enter_found_refund(desk.one("SELECT id FROM money_tasks"), "Вернули", desk.actor(OLGA)))
    correction = WantedCorrection(CorrectionKind.CORRECTION, Part.PRINCIPAL, -100_00, "Ошибка")
    run(ask_for_correction(desk.accounts[HOME], correction, desk.actor(OLGA), nonce="bcdefghjkmnp"))
    assert found(desk) == {}
    return desk


def unguard(desk: Desk) -> None:
    if db.engine().engine_type == "sqlite":
        desk.change("DROP TRIGGER ledger_entries_no_update")
    else:
        desk.change("ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only")


BREACHES = {
    "a payment that the ledger does not hold": (
        "платежа нет в книге",
        "UPDATE ledger_entries SET key = 'else' WHERE key LIKE 'payment:%' AND amount_kopecks = 208860",
    ),
    "a payment of another sum": (
        "платежа нет в книге",
        "UPDATE ledger_entries SET amount_kopecks = amount_kopecks + 1 WHERE key LIKE 'payment:%'",
    ),
    "a payment on another account": (
        "платежа нет в книге",
        "UPDATE ledger_entries SET account_id = (SELECT id FROM accounts WHERE number = '1000000102') "
        "WHERE key LIKE 'payment:%'",
    ),
    "money of a card that nobody paid": (
        "деньги с карты, а платежа нет",
        "UPDATE payments SET status = 'canceled' WHERE amount_kopecks = 208860",
    ),
    "a refund that the ledger does not hold": (
        "возврата нет в книге",
        "UPDATE ledger_entries SET amount_kopecks = 1 WHERE key LIKE 'refund:%' AND amount_kopecks = 50000",
    ),
    "a refund of the ledger that nobody made": (
        "возврат на карту, а возврата нет",
        "UPDATE refunds SET status = 'canceled' WHERE amount_kopecks = 50000",
    ),
    "more given back than paid": (
        "возвращено больше",
        "UPDATE payments SET amount_kopecks = 59999 WHERE kind = 'one_off'",
    ),
    "autopay twice for one bill": (
        "прошёл дважды",
        "UPDATE payments SET kind = 'autopay', period = 202609, attempt = 2, "
        "account_id = (SELECT id FROM accounts WHERE number = '1000000102') WHERE kind = 'one_off'",
    ),
    "a correction that the ledger does not hold": (
        "поправки нет в книге",
        "UPDATE corrections SET amount_kopecks = 10000",
    ),
    "a correction posted before anybody agreed": (
        "поправки нет в книге",
        "UPDATE corrections SET status = 'waiting'",
    ),
    "a correction of the ledger that nobody made": (
        "поправка, которой нет",
        "UPDATE ledger_entries SET key = 'correction:else' WHERE kind = 'adjustment'",
    ),
    "another attempt while one is unknown": (
        "начат другой за тот же счёт",
        "UPDATE payments SET kind = 'autopay', period = 202609, attempt = 2, status = 'created', "
        "account_id = (SELECT id FROM accounts WHERE number = '1000000102') WHERE kind = 'one_off'",
    ),
    "another refund while one is unknown": (
        "начат другой того же платежа",
        "UPDATE refunds SET status = 'unknown'",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_found(lived: Desk, name: str) -> None:
    words, statement = BREACHES[name]
    unguard(lived)
    lived.change(statement)

    breaches = found(lived)

    assert any(words in breach for invariant in ("I4", "I5") for breach in breaches.get(invariant, ())), breaches


def test_what_is_unknown_for_two_days_without_a_person_is_found_and_with_one_is_not(lived: Desk) -> None:
    lost = run(lived.intend(HOME, PAID, PAID))
    with clock.fixed_at(moment(hours=47.9)):
        assert found(lived) == {}
    with clock.fixed_at(moment(hours=48)):
        assert list(found(lived)) == ["I5"]
        assert f"платёж {lost.id}" in found(lived)["I5"][0]
        run(open_tasks_of_the_old())
        assert found(lived) == {}
        lived.change("UPDATE money_tasks SET closed_at = {}", moment(hours=48))
        assert list(found(lived)) == ["I5"]


def test_a_refund_that_is_unknown_for_two_days_is_found_too(lived: Desk) -> None:
    lived.acquirer.faults(error_500=1)
    payment = lived.one("SELECT id FROM payments WHERE kind = 'one_off'")
    run(ask_for_refund(payment, 1_00, "Ошибка", lived.actor(OLGA), nonce="cdefghjkmnpq"))
    with clock.fixed_at(moment(hours=48)):
        assert "возврат" in found(lived)["I5"][0]
        run(open_tasks_of_the_old())
        assert found(lived) == {}
