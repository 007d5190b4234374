"""A file is looked through before anything is written, loaded whole or not at all, and told of as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lk import clock, db
from lk.cycle.retention import clean_up
from lk.operations import import_actions, import_running
from lk.operations.import_actions import ask_load, drop
from lk.operations.import_rules import ImportStatus, shown_name
from lk.operations.import_running import run_waiting_imports
from tests.operations.cast import IVANOVA as IVANOVAS_ROW
from tests.operations.cast import NOON, T1, change, one, rows
from tests.operations.importing import ALLA, IVANOVA, OLEG, OLGA, PETROV, Operators, codes, hire, owes
from tests.payments_desk.cast import Browser

GOOD = {
    "accounts": '10000-001-03,Сидоров Пётр,"Москва, Лесная улица, 5, кв. 14",moscow,gas,1,15,no,2020-01-10,',
    "meters": "10000-001-02,20202020,1,5,1,2025-06-10,2030-01-01,,1000,,,,,",
    "tariffs": "moscow,electric,1,1,T1,5.50,2025-07-01,Приказ",
    "norms": "moscow,gas,4,50,2012-01-01",
    "balances": "10000-001-01,2025-06-30,150.00,0",
    "readings": "10000-001-01,14195368,2025-07-16,5000,2200,,",
    "payments": "a-1,10000-001-01,2025-07-15,300.00,bank",
}
COUNTED = {
    "accounts": "accounts",
    "meters": "meters",
    "tariffs": "rates",
    "norms": "norms",
    "balances": "opening_balances",
    "readings": "readings",
    "payments": "bank_payments",
}


@pytest.fixture
def operators(sqlite: None) -> Operators:
    return hire()


@pytest.fixture
def each_operators(each_engine: None) -> Operators:
    return hire()


def _stored(kind: str) -> int:
    return int(one(f"SELECT count(*) AS n FROM {COUNTED[kind]}"))


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_of_each_kind_is_checked_without_a_trace_and_loaded_when_an_operator_says_so(
    operators: Operators, kind: str
) -> None:
    before = _stored(kind)
    checked = operators.checks(kind, GOOD[kind])
    assert (checked.status, checked.rows, checked.added, checked.problems) == (ImportStatus.CHECKED, 1, 1, 0)
    assert _stored(kind) == before

    operators.does(ask_load(checked.public_id, operators.actors[OLEG]))
    assert _stored(kind) == before
    assert db.run(run_waiting_imports()) == 1
    loaded = operators.sees(checked.public_id)
    assert (loaded.status, loaded.asked_by, loaded.load_asked_by) == (ImportStatus.LOADED, OLGA, OLEG)
    assert _stored(kind) == before + 1
    assert rows("SELECT id FROM import_pieces") == []


def test_what_would_come_of_the_rows_is_told_before(operators: Operators) -> None:
    checked = operators.checks("accounts", IVANOVAS_ROW.replace("gas,3", "gas,4"), GOOD["accounts"])
    assert (checked.added, checked.updated, checked.unchanged) == (1, 1, 0)
    assert operators.loads("accounts", IVANOVAS_ROW).unchanged == 1


def test_what_is_wrong_is_told_by_line_column_value_and_reason_and_nothing_can_be_loaded(operators: Operators) -> None:
    visit = operators.sits()
    visit.get("/operations/imports")
    content = (
        "external_id,account_number,paid_on,amount,channel\na-1,10000-001-01,15.07.2025,300,bank\n=b,1,2025-07-15,x,\n"
    )
    answer = visit.attach("/operations/imports", "реестр.csv", content.encode(), kind="payments")
    page = answer.headers["location"]
    visit.get(page)
    assert "Проверяем" in visit.text
    db.run(run_waiting_imports())
    visit.get(page)
    assert "В файле 5 ошибок Ничего не загружено." in visit.text
    assert "2 нужна дата вида 2026-03-10 paid_on 15.07.2025" in visit.text
    assert "например 9.45 amount x" in visit.text

    found = visit.get(f"{page}/problems").text.splitlines()
    assert found[0] == "line,column,value,reason"
    assert len(found) == 6
    assert '3,external_id,\'=b,"похоже на формулу; текст не может начинаться с =, +, - или @"' in found
    assert visit.post(f"{page}/loading").status_code == 422
    assert "Исправьте их и пришлите файл ещё раз" in visit.text
    assert db.run(run_waiting_imports()) == 0
    assert _stored("payments") == 0


def test_all_the_problems_of_a_file_are_in_its_csv(operators: Operators) -> None:
    visit = operators.sits()
    checked = operators.checks("payments", *(f"a-{at},10000-001-01,2025-07-15,0,bank" for at in range(700)))
    visit.get(f"/operations/imports/{checked.public_id}")
    assert "Здесь первые 50 из 700." in visit.text
    assert len(visit.get(f"/operations/imports/{checked.public_id}/problems").text.splitlines()) == 701


def test_a_file_that_became_wrong_since_it_was_checked_is_not_loaded_at_all(each_operators: Operators) -> None:
    operators = each_operators
    first = operators.checks("payments", GOOD["payments"], "a-2,10000-001-02,2025-07-15,50,bank")
    operators.loads("payments", "a-2,10000-001-02,2025-07-15,70,bank")

    operators.does(ask_load(first.public_id, operators.actors[OLGA]))
    db.run(run_waiting_imports())
    shown = operators.sees(first.public_id)
    assert (shown.status, shown.problems) == (ImportStatus.CHECKED, 1)
    assert (owes(IVANOVA), owes(PETROV)) == (0, -7000)
    assert codes(ask_load(first.public_id, operators.actors[OLGA])) == ["has_problems"]


def test_a_load_that_breaks_leaves_nothing_behind(operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = operators.checks("payments", GOOD["payments"])
    operators.does(ask_load(checked.public_id, operators.actors[OLGA]))

    async def breaks(*_: object) -> None:
        raise RuntimeError("the machine gives way")

    monkeypatch.setattr(import_running, "_loaded", breaks)
    db.run(run_waiting_imports())
    assert operators.sees(checked.public_id).status is ImportStatus.FAILED
    assert (_stored("payments"), owes(IVANOVA)) == (0, 0)


def test_a_process_that_dies_leaves_the_file_for_the_next_one(
    operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = operators.checks("payments", GOOD["payments"])
    operators.does(ask_load(checked.public_id, operators.actors[OLGA]))

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(import_running, "_loaded", dies)
        db.run(run_waiting_imports())
    assert operators.sees(checked.public_id).status is ImportStatus.LOADING
    assert owes(IVANOVA) == 0
    db.run(run_waiting_imports())
    assert owes(IVANOVA) == -30000


def test_two_processes_load_a_file_once(each_operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
    operators = each_operators
    checked = operators.checks("payments", GOOD["payments"])
    operators.does(ask_load(checked.public_id, operators.actors[OLGA]))
    begun: list[object] = []
    stands = import_running._stands

    async def after_the_other(waiting: import_running._Waiting) -> bool:
        """By the time of the lock another process has loaded it."""
        if not begun:
            begun.append(waiting)
            await db.execute("UPDATE imports SET status = 'loaded' WHERE id = {}", waiting.id)
        return await stands(waiting)

    monkeypatch.setattr(import_running, "_stands", after_the_other)
    assert db.run(run_waiting_imports()) == 0
    assert _stored("payments") == 0


def test_the_same_file_twice_is_told(operators: Operators) -> None:
    operators.loads("payments", GOOD["payments"])
    again = operators.checks("payments", GOOD["payments"], who=OLEG)
    assert (again.added, again.unchanged) == (0, 1)
    visit = operators.sits(OLEG)
    visit.get(f"/operations/imports/{again.public_id}")
    assert "Точно такой же файл уже присылали" in visit.text
    assert "О-1: загружен" in visit.text


def test_another_kind_of_file_is_no_twin(operators: Operators) -> None:
    operators.sends_bytes("norms", b"x")
    visit, twin = operators.sits(), operators.sends_bytes("tariffs", b"x")
    db.run(run_waiting_imports())
    visit.get(f"/operations/imports/{twin}")
    assert "Точно такой же" not in visit.text


def test_only_operators_send_load_and_drop(operators: Operators) -> None:
    checked = operators.checks("payments", GOOD["payments"])
    alla = operators.actors[ALLA]
    assert codes(ask_load(checked.public_id, alla)) == ["not_an_operator"]
    assert codes(drop(checked.public_id, alla)) == ["not_an_operator"]
    assert codes(import_actions.send_file("payments", "x", _nothing, alla)) == ["not_an_operator"]
    change("UPDATE agents SET is_disabled = TRUE WHERE code = {}", OLGA)
    assert codes(ask_load(checked.public_id, operators.actors[OLGA])) == ["not_an_operator"]


async def _nothing(_: int) -> bytes:
    return b""


def test_an_empty_file_and_a_kind_that_is_none_are_refused_on_the_page(operators: Operators) -> None:
    visit = operators.sits()
    visit.get("/operations/imports")
    assert visit.attach("/operations/imports", "a.csv", b"", kind="payments").status_code == 422
    assert "Выберите файл." in visit.text
    assert visit.attach("/operations/imports", "a.csv", b"x", kind="secrets").status_code == 422
    assert "Выберите, что в файле." in visit.text
    assert visit.post("/operations/imports", kind="payments").status_code == 422
    assert rows("SELECT id FROM imports") == []


def test_a_file_that_is_too_big_leaves_nothing_behind(operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_actions, "LARGEST_BYTES", 2**20)
    visit = operators.sits()
    visit.get("/operations/imports")
    answer = visit.attach("/operations/imports", "a.csv", b"x" * (2**20 + 1), kind="payments")
    assert (answer.status_code, "Файл больше 1 МБ, он не принят." in visit.text) == (422, True)
    assert rows("SELECT id FROM import_pieces") == []


def test_so_many_files_wait_and_no_more(operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_actions, "MOST_OPEN", 1)
    waiting = operators.sends("payments", GOOD["payments"])
    assert codes(import_actions.send_file("payments", "x", _nothing, operators.actors[OLGA])) == ["too_many_files"]
    operators.does(drop(waiting, operators.actors[OLGA]))
    operators.sends("payments", GOOD["payments"])


def test_a_dropped_file_is_forgotten_and_never_loaded(operators: Operators) -> None:
    visit, checked = operators.sits(), operators.checks("payments", GOOD["payments"])
    page = f"/operations/imports/{checked.public_id}"
    visit.get(page)
    visit.follow(f"{page}/dropping")
    assert "От этого файла отказались" in visit.text
    assert rows("SELECT id FROM import_pieces") == []
    assert codes(ask_load(checked.public_id, operators.actors[OLGA])) == ["import_over"]


def test_a_file_that_waits_for_a_week_is_forgotten(operators: Operators) -> None:
    visit, checked = operators.sits(), operators.checks("payments", GOOD["payments"])
    with clock.fixed_at(NOON + timedelta(days=7, minutes=1)):
        db.run(clean_up())
    visit.get(f"/operations/imports/{checked.public_id}")
    assert "Файл ждал слишком долго и удалён." in visit.text
    assert codes(ask_load(checked.public_id, operators.actors[OLGA])) == ["file_gone"]


def test_the_first_rows_are_shown_and_those_that_are_wrong_are_marked(operators: Operators) -> None:
    visit = operators.sits()
    checked = operators.checks("payments", GOOD["payments"], "<b>,10000-001-02,2025-07-15,-5,bank")
    page = visit.get(f"/operations/imports/{checked.public_id}").text
    assert "Строка external_id account_number paid_on amount channel 2 a-1 10000-001-01" in visit.text
    assert "3 ошибка" in visit.text
    assert "&lt;b&gt;" in page


def test_every_act_is_in_the_history_of_what_staff_did(operators: Operators) -> None:
    operators.loads("payments", GOOD["payments"])
    dropped = operators.checks("tariffs", T1)
    operators.does(drop(dropped.public_id, operators.actors[OLGA]))
    told = rows("SELECT kind, actor_kind FROM events WHERE kind LIKE 'import%' ORDER BY id")
    assert [(each["kind"], each["actor_kind"]) for each in told] == [
        ("import_sent", "agent"),
        ("import_load_asked", "agent"),
        ("import_loaded", "program"),
        ("import_sent", "agent"),
        ("import_dropped", "agent"),
    ]


def test_the_history_of_imports_names_who_when_what_and_how_it_ended(operators: Operators) -> None:
    visit = operators.sits()
    operators.loads("payments", GOOD["payments"])
    operators.checks("norms", "moscow,gas,x,45,2012-01-01")
    visit.get("/operations/imports")
    assert "file.csv с ошибками Нормативы 1 1 ошибка О-1, 20 июля" in visit.text
    assert "file.csv загружен Платежи банков 1 +1, изменено 0 О-1, 20 июля" in visit.text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("C:\\реестры\\июль.csv", "июль.csv"),
        ("", "без имени"),
        ("a\nb\x00\u202e.csv", "a b.csv"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_files_name_is_shown_on_one_line(told: str, shown: str) -> None:
    assert shown_name(told) == shown


def test_a_large_form_of_somebody_who_may_not_send_it_is_not_read(operators: Operators) -> None:
    visit, alla, stranger = operators.sits(), operators.sits(ALLA), Browser("nobody")
    for each in (visit, alla, stranger):
        each.get("/sign-in")
    large = b"external_id\n" + b"x" * 100_000
    assert stranger.attach("/operations/imports", "a.csv", large, kind="payments").status_code == 403
    assert alla.attach("/operations/imports", "a.csv", large, kind="payments").status_code == 403
    visit.get("/operations/imports")
    assert visit.attach("/operations/imports", "a.csv", large, kind="payments").status_code == 303
