"""What a visitor of the demonstration finds in it, over HTTP: the paper bill, the letters, the codes, the clock."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk.demo.signs import HELPER, OPERATOR, RESIDENT, SENIOR, SUPPORT, Sign
from tests.demo.conftest import NOW
from tests.household import ask_letter, choose_credentials, sign_in
from tests.served import Served, Visitor, served


@pytest.fixture
def lk(town_file: Path, tmp_path: Path) -> Iterator[Served]:
    copy = tmp_path / "lk.sqlite3"
    with sqlite3.connect(town_file) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    with served(tmp_path, f"sqlite:///{copy}", NOW) as running:
        yield running


def test_with_the_paper_bill_a_newcomer_opens_a_cabinet(lk: Served) -> None:
    who = lk.visitor()

    page = who.get("/dev/paper-bill")

    assert re.findall(r'<span class="mark">([^<]+)</span>', page) == ["10000-001-01", "14195368"]
    link = ask_letter(lk, who, "newcomer@example.org")
    assert choose_credentials(who, link, "newcomer").startswith("/accounts/")


@pytest.mark.parametrize("sign", [RESIDENT, HELPER], ids=lambda sign: sign.login)
def test_residents_sign_in_with_what_the_start_page_shows(lk: Served, sign: Sign) -> None:
    who = lk.visitor()
    assert sign.login in who.get("/")

    sign_in(who, sign.login, sign.password)

    assert who.status == 200
    assert who.path.startswith("/accounts")


@pytest.mark.parametrize("sign", [SUPPORT, OPERATOR, SENIOR], ids=lambda sign: sign.login)
def test_agents_sign_in_with_the_code_of_the_demonstrations_page(lk: Served, sign: Sign) -> None:
    who = lk.visitor()
    code = _code(who, sign.login)
    sign_in(who, sign.login, sign.password)

    who.post("/sign-in/code", code=code)

    assert who.status == 200
    assert who.path in ("/support", "/operations")


def test_letters_are_listed_and_open_with_their_button(lk: Served) -> None:
    who = lk.visitor()
    (letter,) = lk.rows("SELECT max(id) AS id FROM messages WHERE kind = 'bill_ready'")
    assert "/dev/mailbox/" in who.get("/dev/mailbox")

    page = who.get(f"/dev/mailbox/{letter['id']}")

    assert re.search(r'<a class="button lamp" href="http://localhost:\d+/accounts/\w+/bills/2026-10"', page)


def test_the_clock_moved_to_the_bill_run_has_the_bills_at_once(lk: Served) -> None:
    who = lk.visitor()
    who.get("/dev/code")

    who.post("/dev/clock", to="bill")

    assert who.status == 200
    (made,) = lk.rows("SELECT count(*) AS bills FROM bills WHERE period = 202611")
    (open_now,) = lk.rows("SELECT count(*) AS accounts FROM accounts WHERE closed_on IS NULL")
    # One waits for the decision on its held reading, one for a price.
    assert made["bills"] == open_now["accounts"] - 2


def test_the_days_between_are_lived_through_so_bills_keep_their_due_day(lk: Served) -> None:
    who = lk.visitor()
    who.get("/dev/code")

    who.post("/dev/clock", to="delivered")

    (due,) = lk.rows("SELECT min(due_on) AS first, max(due_on) AS last FROM bills WHERE period = 202611")
    assert str(due["first"]) == str(due["last"]) == "2026-12-10"


def test_the_clock_set_back_lets_agents_sign_in_again(lk: Served) -> None:
    who = lk.visitor()
    who.get("/dev/code")
    who.post("/dev/clock", to="due")
    code = _code(who, SUPPORT.login)
    sign_in(who, SUPPORT.login, SUPPORT.password)
    who.post("/sign-in/code", code=code)
    assert who.path == "/support"

    other = lk.visitor()
    other.get("/dev/code")
    other.post("/dev/clock", to=NOW)
    code = _code(other, SUPPORT.login)
    sign_in(other, SUPPORT.login, SUPPORT.password)
    other.post("/sign-in/code", code=code)

    assert other.path == "/support"


def test_a_moment_that_is_none_is_refused(lk: Served) -> None:
    who = lk.visitor()
    who.get("/dev/code")

    who.post("/dev/clock", to="yesterday")

    assert who.status == 400
    assert lk.now_file.read_text(encoding="ascii").startswith("2026-11-22T14:05")


def _code(who: Visitor, login: str) -> str:
    found = re.search(rf'<h2>{login}</h2>.*?<p class="mark">(\d{{6}})</p>', who.get("/dev/code"), re.DOTALL)
    assert found
    return found[1]
