"""Pages of imports, exports, prices and dated settings have no Russian for a reader of English."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lk import db
from lk.operations.import_actions import drop
from lk.operations.import_rules import NAMELESS
from lk.operations.import_running import run_waiting_imports
from lk.operations.print_runs import make_waiting_print_runs
from tests.database import Database
from tests.operations.cast import change, rows
from tests.operations.importing import OLGA, Operators, hire
from tests.operations.month import Month, begin_month
from tests.operations.test_new_prices import ACT, GAS, LATER, bill_july, sets, wanted
from tests.pages import untranslated
from tests.payments_desk.cast import Browser

TARIFFS = "/operations/tariffs"
EXPORTS = "/operations/exports"
IMPORTS = "/operations/imports"
GOOD = ("readings", "10000-001-01,14195368,2025-07-16,5000,2200,,")
ODD = ("readings", "10000-001-01,14195368,2025-07-16,200,2200,,")
BANK = ("payments", "a-1,10000-001-01,2025-07-15,300.00,bank")
NOBODYS = ("payments", "a-2,10000-009-99,2025-07-15,300.00,bank")
WRONG = (
    ("accounts", "1,,x,x,x,x,x,x,x,x"),
    ("balances", "10000-001-01,2027-06-30,x,x"),
    ("meters", "10000-001-01,1,4,x,x,x,x,x,x,,,,,"),
    ("norms", "x,x,x,x,x"),
    ("payments", "=a,10000-001-01,2025-08-15,0,bank"),
    ("readings", "10000-009-01,14195368,2025-07-16,1,,,"),
    ("tariffs", "moscow,electric,1,1,T2,0,2025-07-01,Приказ"),
)


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    """July is billed, August has a price of its own."""
    month = begin_month(sqlite_database)
    bill_july(month)
    assert sets(month, wanted(day=1000)) == []
    return month


@pytest.fixture
def operators(sqlite: None) -> Operators:
    return hire()


def _reads_english(browser: Browser) -> Browser:
    browser.cookies["lk_language"] = "en"
    return browser


@pytest.mark.parametrize(
    "path",
    [
        TARIFFS,
        f"{TARIFFS}/changes",
        f"{TARIFFS}/bands",
        f"{TARIFFS}/bands?done=set",
        f"{TARIFFS}/penalty-rate?done=withdrawn",
        GAS,
        f"{GAS}?done=set",
        f"{TARIFFS}/moscow/gas/norms?done=withdrawn",
        EXPORTS,
    ],
)
def test_pages_of_prices_and_exports(month: Month, path: str) -> None:
    visit = month.sits(at=LATER)
    _reads_english(visit.browser)
    assert untranslated(visit.get(path).text) == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (GAS, {"since": "2025-08", "legal_act": ACT, "price_2_T1_1": "11", "price_1_T1_1": "8"}),
        (GAS, {"since": "2025-08", "legal_act": "", "price_2_T1_1": "11"}),
        (GAS, {"since": "2025-07", "legal_act": ACT, "price_2_T1_1": "11"}),
        (GAS, {"since": "2025-08", "legal_act": ACT, "price_2_T1_1": "x"}),
        (GAS, {"since": "soon"}),
        (f"{TARIFFS}/moscow/gas/norms", {"since": "2025-08", "norm_3": "50"}),
        (f"{TARIFFS}/moscow/gas/norms", {"since": "2025-07", "norm_3": "50"}),
        (f"{TARIFFS}/moscow/gas/norms", {"since": "2025-08", "norm_3": "x"}),
        (f"{TARIFFS}/bands", {"since": "2025-08", "limit_1": "100", "limit_2": "200"}),
        (f"{TARIFFS}/bands", {"since": "2025-07", "limit_1": "100", "limit_2": "50"}),
        (f"{TARIFFS}/penalty-rate", {"valid_from": "2025-08-01", "rate": "12"}),
        (f"{TARIFFS}/penalty-rate", {"valid_from": "2025-07-01", "rate": "101"}),
        (f"{TARIFFS}/penalty-rate", {"valid_from": "2025-07-01", "rate": "9"}),
        (f"{EXPORTS}/print-runs", {"period": "2025-01"}),
        (f"{EXPORTS}/print-runs", {"period": "soon"}),
    ],
)
def test_answers_to_what_was_set_or_asked_for(month: Month, path: str, fields: dict[str, str]) -> None:
    visit = month.sits(at=LATER)
    _reads_english(visit.browser)
    visit.get(TARIFFS if path != f"{EXPORTS}/print-runs" else EXPORTS)
    answer = visit.post(path, **fields)
    assert answer.status_code in (200, 422)
    assert untranslated(answer.text) == []


def test_print_runs_from_the_click_to_the_file(month: Month) -> None:
    visit = month.sits(at=LATER)
    _reads_english(visit.browser)
    visit.get(EXPORTS)
    visit.post(f"{EXPORTS}/print-runs", period="2025-07")
    assert untranslated(visit.get(f"{EXPORTS}/progress").text) == []
    assert "begins soon" in visit.text
    month.run(make_waiting_print_runs(), LATER)
    assert untranslated(visit.get(EXPORTS).text) == []
    assert "Done: 3 bills, 1 MB. Kept until 4 August 2025." in visit.text


def _checking(operators: Operators) -> str:
    return operators.sends(*BANK)


def _dropped(operators: Operators) -> str:
    found = operators.checks(*BANK)
    operators.does(drop(found.public_id, operators.actors[OLGA]))
    return found.public_id


def _wrong(operators: Operators) -> str:
    return operators.checks("payments", *(f"a-{at},10000-001-01,2025-07-15,0,bank" for at in range(60))).public_id


def _undone(operators: Operators) -> str:
    found = operators.loads(*BANK)
    operators.undoes(found.public_id)
    return found.public_id


def _waiting(operators: Operators) -> str:
    found = operators.loads("payments", "a-1,10000-001-01,2025-07-15,900000.00,bank")
    operators.undoes(found.public_id)
    return found.public_id


@pytest.mark.parametrize(
    "reaches",
    [
        _checking,
        lambda operators: operators.checks(*GOOD).public_id,
        lambda operators: operators.checks(*ODD).public_id,
        lambda operators: operators.checks(*NOBODYS).public_id,
        lambda operators: operators.loads(*GOOD).public_id,
        lambda operators: operators.loads(*BANK).public_id,
        lambda operators: operators.loads("norms", "moscow,gas,4,50,2012-01-01").public_id,
        _dropped,
        _wrong,
        _undone,
        _waiting,
    ],
)
def test_pages_of_a_file(operators: Operators, reaches: Callable[[Operators], str]) -> None:
    page = f"{IMPORTS}/{reaches(operators)}"
    visit = _reads_english(operators.sits())
    assert untranslated(visit.get(page).text) == []
    assert untranslated(visit.get(IMPORTS).text) == []
    visit.post(f"{page}/undo", words="")
    assert untranslated(visit.page) == []


@pytest.mark.parametrize(("kind", "row"), WRONG)
def test_what_is_wrong_with_a_file(operators: Operators, kind: str, row: str) -> None:
    found = operators.checks(kind, row)
    visit = _reads_english(operators.sits())
    assert found.problems
    assert untranslated(visit.get(f"{IMPORTS}/{found.public_id}").text) == []


def test_a_file_that_is_not_taken(operators: Operators) -> None:
    visit = _reads_english(operators.sits())
    visit.get(IMPORTS)
    for content, kind in ((b"", "payments"), (b"x", "secrets")):
        assert untranslated(visit.attach(IMPORTS, "", content, kind=kind).text) == []


def test_what_people_wrote_is_marked_as_russian(operators: Operators) -> None:
    name = operators.sends(*BANK, name="реестр.csv")
    nameless = operators.sends(*BANK, name="")
    db.run(run_waiting_imports())
    visit = _reads_english(operators.sits())
    assert (
        '<span lang="ru">реестр.csv</span>. Sent by <span lang="ru">О-1</span>' in visit.get(f"{IMPORTS}/{name}").text
    )
    assert "no name. Sent by" in visit.get(f"{IMPORTS}/{nameless}").text.replace("<span", " <span")
    assert [each["name"] for each in rows("SELECT name FROM imports ORDER BY id")] == ["реестр.csv", NAMELESS]


def test_one_report_is_read_in_either_language(operators: Operators) -> None:
    """Whoever sent the file, whoever reads."""
    found = operators.loads(*NOBODYS)
    (kept,) = rows("SELECT notes FROM imports")
    assert {tuple(each) for each in json.loads(kept["notes"])} == {("ru", "en")}
    russian, english = operators.sits(), _reads_english(operators.sits())
    page = f"{IMPORTS}/{found.public_id}"
    russian.get(page)
    assert "Таких лицевых счетов нет, ждут разбора: 1 платёж на 300,00 ₽." in russian.text
    english.get(page)
    assert "300.00 ₽" in english.text


def test_a_report_of_an_earlier_version_is_read_as_it_was_written(operators: Operators) -> None:
    found = operators.loads(*GOOD)
    change("UPDATE imports SET notes = {}", json.dumps(["на проверку 1"], ensure_ascii=False))
    page = f"{IMPORTS}/{found.public_id}"
    assert '<span lang="ru">На проверку 1.</span>' in _reads_english(operators.sits()).get(page).text
    assert '<p class="note">На проверку 1.</p>' in operators.sits().get(page).text
