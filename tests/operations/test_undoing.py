"""What was loaded by mistake is taken back: money by entries against it, readings as far as no bill counts them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from lk import clock, db
from lk.billing.moves import MoveKind, moves_after, moves_of
from lk.billing.payment_qr import purpose_of
from lk.cycle.verify import findings
from lk.ledger.queries import Balance, balance
from lk.operations.exports import export
from lk.operations.import_actions import ask_load
from lk.operations.import_rules import UndoStatus
from lk.operations.import_running import run_waiting_imports
from lk.operations.import_undoing import approve_undo, ask_undo, refuse_undo
from lk.payments.bank_returns import ask_for_bank_return, refuse_bank_return
from lk.payments.queries import _receipts
from lk.payments.unmatched import assign
from lk.period import Period
from lk.tokens import new_public_id
from tests.operations.cast import PURPOSES_HEADER, RUN, bill_july, change, load, one, rows
from tests.operations.importing import ALLA, IVANOVA, OLEG, OLGA, PETROV, Operators, codes, hire, owes

SMALL = ("a-1,10000-001-01,2025-07-15,300.00,bank", "a-2,10000-001-02,2025-07-16,50.00,bank")
LARGE = ("b-1,10000-001-01,2025-07-15,5000.00,bank", "b-2,10000-001-02,2025-07-16,0.01,bank")
WHY = "Реестр чужой"


@pytest.fixture
def operators(sqlite: None) -> Operators:
    return hire()


@pytest.fixture
def each_operators(each_engine: None) -> Operators:
    return hire()


def _breaches() -> list[str]:
    async def found() -> list[str]:
        return [each.id async for each in findings(full=True) if each.breached]

    return db.run(found())


def _entries(number: str = IVANOVA) -> list[tuple[str, str, int, str]]:
    found = rows(
        "SELECT e.kind, e.debit, e.amount_kopecks, e.key FROM ledger_entries e JOIN accounts a ON a.id = e.account_id "
        "WHERE a.number = {} ORDER BY e.id",
        number,
    )
    return [(each["kind"], each["debit"], each["amount_kopecks"], each["key"]) for each in found]


def test_each_payment_of_a_wrong_registry_gets_an_entry_against_it(each_operators: Operators) -> None:
    operators = each_operators
    loaded = operators.loads("payments", *SMALL, "a-3,9999999999,2025-07-16,10.00,bank")
    assert (owes(IVANOVA), owes(PETROV)) == (-30000, -5000)

    assert operators.undoes(loaded.public_id) is UndoStatus.DONE
    assert (owes(IVANOVA), owes(PETROV)) == (0, 0)
    assert _entries() == [
        ("payment", "bank_clearing", 30000, "bank:a-1"),
        ("refund", "receivable", 30000, "undone:bank:a-1"),
    ]
    assert rows("SELECT id FROM bank_payments") == []
    assert _breaches() == []
    assert [each["kind"] for each in rows("SELECT kind FROM events WHERE account_id IS NOT NULL ORDER BY id")] == [
        "payment_succeeded",
        "payment_succeeded",
        "bank_payment_undone",
        "bank_payment_undone",
    ]


def test_the_bank_may_send_what_was_undone_again_and_again(each_operators: Operators) -> None:
    operators = each_operators
    for _ in range(2):
        operators.undoes(operators.loads("payments", *SMALL).public_id)
    loaded = operators.loads("payments", SMALL[0].replace("300.00", "310.00"), SMALL[1])
    assert (loaded.added, owes(IVANOVA), owes(PETROV)) == (2, -31000, -5000)
    assert [key for *_, key in _entries()] == [
        "bank:a-1",
        "undone:bank:a-1",
        "bank~1:a-1",
        "undone:bank~1:a-1",
        "bank~2:a-1",
    ]
    assert _breaches() == []
    # And once more it is known, by the console too.
    assert load("payments", SMALL[0].replace("300.00", "310.00")).unchanged == 1


def test_a_payment_without_an_account_that_was_undone_reaches_one_when_it_comes_again(operators: Operators) -> None:
    lost = "a-3,9999999999,2025-07-16,10.00,bank"
    operators.undoes(operators.loads("payments", lost, SMALL[0]).public_id)
    operators.loads("payments", lost)
    payment = one("SELECT id FROM bank_payments WHERE external_id = 'a-3'")
    operators.does(assign(payment, PETROV, operators.actors[OLGA]))
    assert owes(PETROV) == -1000
    assert _breaches() == []


def test_what_an_operator_assigned_by_hand_is_taken_back_as_well(operators: Operators) -> None:
    loaded = operators.loads("payments", "a-3,9999999999,2025-07-16,10.00,bank")
    operators.does(assign(one("SELECT id FROM bank_payments"), PETROV, operators.actors[OLGA]))
    operators.undoes(loaded.public_id)
    assert owes(PETROV) == 0
    assert _breaches() == []


def test_above_the_limit_another_operator_has_to_agree(each_operators: Operators) -> None:
    operators = each_operators
    loaded = operators.loads("payments", *LARGE)
    assert operators.undoes(loaded.public_id) is UndoStatus.WAITING
    assert owes(IVANOVA) == -500000
    undo = one("SELECT public_id FROM import_undos")
    assert codes(approve_undo(undo, operators.actors[OLGA])) == ["same_person"]
    assert codes(approve_undo(undo, operators.actors[ALLA])) == ["not_an_operator"]
    assert owes(IVANOVA) == -500000

    operators.does(approve_undo(undo, operators.actors[OLEG]))
    assert (owes(IVANOVA), owes(PETROV)) == (0, 0)
    assert codes(approve_undo(undo, operators.actors[OLEG])) == ["decided_already"]
    assert _breaches() == []


def test_small_registries_make_no_large_one(operators: Operators) -> None:
    first = operators.loads("payments", "c-1,10000-001-01,2025-07-15,3000.00,bank")
    second = operators.loads("payments", "c-2,10000-001-01,2025-07-15,3000.00,bank")
    assert operators.undoes(first.public_id) is UndoStatus.DONE
    assert operators.undoes(second.public_id) is UndoStatus.WAITING
    assert owes(IVANOVA) == -300000


def test_the_second_operator_refuses_and_everything_stays(operators: Operators) -> None:
    loaded = operators.loads("payments", *LARGE)
    operators.undoes(loaded.public_id)
    undo = one("SELECT public_id FROM import_undos")
    assert codes(refuse_undo(undo, "", operators.actors[OLEG])) == ["words_wanted"]
    operators.does(refuse_undo(undo, "Реестр наш", operators.actors[OLEG]))
    assert owes(IVANOVA) == -500000
    # And it may be asked for again.
    assert operators.undoes(loaded.public_id) is UndoStatus.WAITING


def test_a_form_sent_twice_undoes_once_and_an_undone_import_is_undone_for_good(operators: Operators) -> None:
    loaded, nonce, olga = operators.loads("payments", *SMALL), new_public_id(), operators.actors[OLGA]
    for _ in range(2):
        operators.does(ask_undo(loaded.public_id, WHY, olga, nonce=nonce))
    assert owes(IVANOVA) == 0
    assert codes(ask_undo(loaded.public_id, WHY, olga, nonce=new_public_id())) == ["undone_already"]
    other = operators.loads("payments", *SMALL)
    assert codes(ask_undo(other.public_id, WHY, olga, nonce=nonce)) == ["form_stale"]
    assert owes(IVANOVA) == -30000


def test_what_goes_back_to_its_sender_stays_as_it_was_decided(operators: Operators) -> None:
    loaded = operators.loads("payments", SMALL[0], "a-3,9999999999,2025-07-16,10.00,bank")
    payment = one("SELECT id FROM bank_payments WHERE external_id = 'a-3'")
    operators.does(ask_for_bank_return(payment, "ПП 7", operators.actors[OLGA], nonce=new_public_id()))
    operators.undoes(loaded.public_id)
    assert [each["external_id"] for each in rows("SELECT external_id FROM bank_payments")] == ["a-3"]
    assert one("SELECT kept FROM import_undos") == 1
    assert one("SELECT external_id FROM undone_bank_payments") == "a-1"
    assert _breaches() == []


def test_what_reached_an_account_after_its_return_was_refused_stays_there(operators: Operators) -> None:
    loaded = operators.loads("payments", SMALL[0], "a-3,9999999999,2025-07-16,6000.00,bank")
    payment = one("SELECT id FROM bank_payments WHERE external_id = 'a-3'")
    back = operators.does(ask_for_bank_return(payment, "ПП 7", operators.actors[OLGA], nonce=new_public_id()))
    operators.does(refuse_bank_return(back.public_id, "Плательщик нашёлся", operators.actors[OLEG]))
    operators.does(assign(payment, PETROV, operators.actors[OLGA]))
    operators.undoes(loaded.public_id)
    assert (owes(IVANOVA), owes(PETROV)) == (0, -600000)
    assert _breaches() == []


PENALTY = purpose_of(IVANOVA, Period(2025, 6), is_penalty=True)
FOR_PENALTY = ("c-1,10000-001-01,2025-07-15,5.00,bank", "c-2,10000-001-01,2025-07-16,10.00,bank")


def _loads_for_penalty(operators: Operators, *lines: str) -> str:
    text = "\n".join([PURPOSES_HEADER, *(f'{line},"{PENALTY}"' for line in lines), ""])
    public_id = operators.sends_bytes("payments", text.encode())
    operators.does(run_waiting_imports())
    operators.does(ask_load(public_id, operators.actors[OLGA]))
    operators.does(run_waiting_imports())
    return public_id


def _owed() -> Balance:
    return db.run(balance(one("SELECT id FROM accounts WHERE number = {}", IVANOVA)))


def test_an_undone_payment_for_the_penalty_is_owed_again_and_may_come_again(each_operators: Operators) -> None:
    operators = each_operators
    load("balances", "10000-001-01,2025-04-10,100.00,5.72")
    for _ in range(2):
        loaded = _loads_for_penalty(operators, *FOR_PENALTY)
        assert _owed() == Balance(principal=100_00 - 9_28, penalty=0)
        operators.undoes(loaded)
        assert _owed() == Balance(principal=100_00, penalty=5_72)
        assert _breaches() == []
    undone = [key for *_, key in _entries() if key.startswith("undone:")]
    assert sorted(undone) == [
        "undone:bank-penalty:c-1",
        "undone:bank-penalty:c-2",
        "undone:bank-penalty~1:c-1",
        "undone:bank-penalty~1:c-2",
        "undone:bank:c-2",
        "undone:bank~1:c-2",
    ]


def test_a_payment_for_the_penalty_that_waited_for_its_account_is_undone_alike(operators: Operators) -> None:
    load("balances", "10000-001-01,2025-04-10,100.00,5.72")
    loaded = _loads_for_penalty(operators, FOR_PENALTY[1].replace("10000-001-01", "9999999999"))
    assert _owed() == Balance(principal=100_00, penalty=5_72)
    operators.does(assign(one("SELECT id FROM bank_payments"), IVANOVA, operators.actors[OLGA]))
    assert _owed() == Balance(principal=100_00 - 4_28, penalty=0)
    assert _breaches() == []
    operators.undoes(loaded)
    assert _owed() == Balance(principal=100_00, penalty=5_72)
    assert _breaches() == []


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE bank_payments SET penalty_kopecks = 571 WHERE external_id = 'c-2'",
        "UPDATE bank_payments SET penalty_kopecks = 0 WHERE external_id = 'c-2'",
        "UPDATE undone_bank_payments SET penalty_kopecks = 0 WHERE external_id = 'c-2'",
        "UPDATE undone_bank_payments SET penalty_kopecks = 1000 WHERE external_id = 'c-2'",
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT account_id, debit, credit, 7, part, kind, effective_on, posted_at, 'bank-penalty:zz', "
        "source FROM ledger_entries WHERE key = 'bank-penalty:c-2'",
    ],
    ids=["another part", "all energy", "undone as energy", "undone as penalty", "of no registry"],
)
def test_a_planted_breach_of_what_paid_the_penalty_is_found(operators: Operators, breach: str) -> None:
    load("balances", "10000-001-01,2025-04-10,100.00,5.72")
    for is_undone in (True, False):
        loaded = _loads_for_penalty(operators, FOR_PENALTY[1])
        if is_undone:
            operators.undoes(loaded)
    assert _breaches() == []
    change(breach)
    assert _breaches() == ["I3"]


def test_only_operators_undo_and_only_what_can_be_undone(operators: Operators) -> None:
    loaded = operators.loads("payments", *SMALL)
    assert codes(ask_undo(loaded.public_id, WHY, operators.actors[ALLA], nonce=new_public_id())) == ["not_an_operator"]
    assert codes(ask_undo(loaded.public_id, "", operators.actors[OLGA], nonce=new_public_id())) == ["words_wanted"]
    for shown in (
        operators.loads("norms", "moscow,gas,4,50,2012-01-01"),
        operators.checks("payments", "d-1,10000-001-01,2025-07-15,1,bank"),
    ):
        asked = ask_undo(shown.public_id, WHY, operators.actors[OLGA], nonce=new_public_id())
        assert codes(asked) == ["not_undoable"]
    assert owes(IVANOVA) == -30000


def test_the_page_says_what_an_undo_takes_and_the_approvals_lead_to_it(operators: Operators) -> None:
    visit, loaded = operators.sits(), operators.loads("payments", *LARGE)
    page = f"/operations/imports/{loaded.public_id}"
    visit.get(page)
    assert "Снимем 2 платежа на 5 000,01 ₽" in visit.text
    visit.follow(f"{page}/undo", nonce=visit.nonce, words=WHY)
    assert "Отмена ждёт второго сотрудника." in visit.text
    second = operators.sits(OLEG)
    second.get("/operations/refunds")
    assert "снять со счетов 2 платежа 5 000,01 ₽" in second.text.replace("Снять", "снять")
    undo = one("SELECT public_id FROM import_undos")
    second.follow(f"/operations/import-undos/{undo}/approval")
    assert "загрузка отменена" in second.text
    visit.get(page)
    assert "Загрузка отменена" in visit.text
    assert "отменено · О-1, О-2 · «Реестр чужой»" in visit.text


def test_other_kinds_say_plainly_that_they_stay(operators: Operators) -> None:
    visit, loaded = operators.sits(), operators.loads("norms", "moscow,gas,4,50,2012-01-01")
    visit.get(f"/operations/imports/{loaded.public_id}")
    assert "Нормативы не отменить, но можно уточнить" in visit.text


def test_nobody_reads_of_an_undone_payment_as_if_it_had_come(each_operators: Operators) -> None:
    operators = each_operators
    load("readings", "10000-001-01,14195368,2025-07-16,5000,2200,,")
    bill_july()
    with clock.fixed_at(RUN + timedelta(hours=1)):
        loaded = operators.loads("payments", SMALL[0])
        account_id = one("SELECT id FROM accounts WHERE number = {}", IVANOVA)
        assert len(db.run(_receipts(account_id, None))) == 1
        operators.undoes(loaded.public_id)
        assert db.run(_receipts(account_id, None)) == []
    bill = one("SELECT id FROM bills WHERE account_id = {}", account_id)
    moved = moves_of(db.run(moves_after(bill)), "principal", None)
    assert [(each.kind, each.kopecks) for each in moved] == [(MoveKind.PAYMENT, -30000), (MoveKind.UNDONE, 30000)]
    out = io.StringIO(newline="")
    db.run(export("payments", out, None))
    assert [each["status"] for each in csv.DictReader(io.StringIO(out.getvalue()))] == ["undone"]


READ = "10000-001-01,14195368,2025-07-16,5000,2200,,"


def _readings() -> list[tuple[int, str]]:
    found = rows("SELECT t1_kwh, status FROM readings WHERE kind = 'regular' ORDER BY id")
    return [(each["t1_kwh"], each["status"]) for each in found]


def test_readings_are_taken_back_and_may_come_again(each_operators: Operators) -> None:
    operators = each_operators
    change(
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at) "
        "SELECT u.id, a.id, 'holder', FALSE, u.created_at FROM users u, accounts a "
        "WHERE u.login = {} AND a.number = {}",
        ALLA,
        IVANOVA,
    )
    loaded = operators.loads("readings", READ)
    assert _readings() == [(5000, "accepted")]
    assert operators.undoes(loaded.public_id, words="Файл за другой дом") is UndoStatus.DONE
    assert _readings() == [(5000, "rejected")]
    assert one("SELECT params FROM events WHERE kind = 'reading_undone'").startswith('{"meter":')
    assert operators.loads("readings", READ).added == 1
    assert _readings() == [(5000, "rejected"), (5000, "accepted")]


def test_what_a_file_displaced_stands_again(each_operators: Operators) -> None:
    operators = each_operators
    load("readings", READ)
    loaded = operators.loads("readings", "10000-001-01,14195368,2025-07-17,5050,2210,,")
    assert _readings() == [(5000, "superseded"), (5050, "accepted")]
    operators.undoes(loaded.public_id)
    assert _readings() == [(5000, "accepted"), (5050, "rejected")]


def test_what_came_after_the_file_stays_as_it_is(operators: Operators) -> None:
    load("readings", READ)
    loaded = operators.loads("readings", "10000-001-01,14195368,2025-07-17,5050,2210,,")
    load("readings", "10000-001-01,14195368,2025-07-18,5060,2220,,")
    assert codes(ask_undo(loaded.public_id, WHY, operators.actors[OLGA], nonce=new_public_id())) == ["nothing_to_undo"]
    assert _readings() == [(5000, "superseded"), (5050, "superseded"), (5060, "accepted")]


def test_readings_that_a_bill_counts_stay(each_operators: Operators) -> None:
    operators = each_operators
    load("meters", "10000-001-02,20202020,1,5,1,2025-06-10,2030-01-01,,1000,,,,,")
    loaded = operators.loads("readings", READ, "10000-001-02,20202020,2025-07-16,1100,,,")
    bill_july()
    change("DELETE FROM penalty_lines")
    change(
        "UPDATE bills SET status = 'reversed' WHERE account_id = (SELECT id FROM accounts WHERE number = {})", PETROV
    )
    with clock.fixed_at(RUN):
        operators.undoes(loaded.public_id)
    assert _readings() == [(5000, "accepted"), (1100, "rejected")]
    assert (one("SELECT rows FROM import_undos"), one("SELECT kept FROM import_undos")) == (1, 1)


@pytest.mark.parametrize(
    "breach",
    [
        "DELETE FROM undone_bank_payments WHERE external_id = 'a-1'",
        "UPDATE undone_bank_payments SET amount_kopecks = 1 WHERE external_id = 'a-1'",
        "UPDATE undone_bank_payments SET entry_key = 'bank:x' WHERE external_id = 'a-1'",
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT account_id, debit, credit, 7, part, kind, effective_on, posted_at, 'undone:bank:zz', "
        "source FROM ledger_entries WHERE key = 'undone:bank:a-1'",
        "UPDATE bank_payments SET times_undone = 2 WHERE external_id = 'a-1'",
    ],
    ids=["forgotten", "another sum", "another entry", "undone by nobody", "under another key"],
)
def test_a_planted_breach_of_what_was_undone_is_found(operators: Operators, breach: str) -> None:
    operators.undoes(operators.loads("payments", *SMALL).public_id)
    operators.loads("payments", SMALL[0])
    assert _breaches() == []
    change(breach)
    assert _breaches() == ["I3"]
