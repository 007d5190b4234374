"""After a household's month: what names, logs, the database and exports must not hold or do."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.household import AGENT_PASSWORD, hire, letter_link, served_house, sign_in
from tests.journeys.steps import pay_by_card, send_reading
from tests.served import Served

NAME = "Иванов <script>alert(1)</script> {0} %(x)s & сын"
ADDRESS = "Москва, Лесная улица, 5, кв. <img src=x onerror=alert(2)>"
ACCOUNT, METER = "1000000177", "77123456"
EMAIL = "naughty+{0}@example.org"
PASSWORD = "ochen tihaya fraza dlya vhoda"
REQUEST = {
    "event", "level", "timestamp", "request_id", "method", "route", "status", "ms", "role", "user_id"
}  # fmt: skip
HEADER = "account_number,holder_name,address,region,tariff_category,residents,power_kw,paper_bill,opened_on,closed_on\n"


@dataclass(frozen=True)
class Month:
    """A served month, everything it showed, and the secrets that went through it."""

    lk: Served
    pages: dict[str, str]
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def month(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("leaks")
    with served_house(house, folder) as lk:
        _move_in(lk)
        yield _lived(lk)


def _import(lk: Served, kind: str, text: str) -> str:
    path = lk.folder / f"{kind}-more.csv"
    path.write_text(text, encoding="utf-8")
    done = lk.run("import", kind, str(path))
    return f"{done.returncode} {done.stderr}"


def _move_in(lk: Served) -> None:
    row = f'{ACCOUNT},"{NAME}","{ADDRESS}",moscow,gas,3,7,yes,2020-02-01,\n'
    assert _import(lk, "accounts", HEADER + row).startswith("0")
    meters = (lk.folder.parent / "meters.csv", "account_number,meter_number,zones,digits,ratio,installed_on,")
    columns = meters[1] + "verified_until,removed_on,initial_t1,initial_t2,initial_t3,final_t1,final_t2,final_t3\n"
    assert _import(lk, "meters", f"{columns}{ACCOUNT},{METER},1,5,1,2025-06-01,2035-06-01,,100,,,,,\n").startswith("0")


def _lived(lk: Served) -> Month:
    who, pages, secrets = lk.visitor(), {}, {"password": PASSWORD, "e-mail": EMAIL, "meter": METER, "name": "Иванов"}
    who.get("/register")
    who.post("/register", account_number=ACCOUNT, meter_number=METER)
    pages["letter page"] = who.post("/register/email", email=EMAIL)
    link = letter_link(lk, EMAIL)
    secrets["link"] = link.rpartition("/")[2]
    pages["first sign-in"] = who.get(link)
    who.post(link)
    pages["welcome"] = who.post("/register/credentials", new_login="naughty", new_password=PASSWORD)
    home = who.path.removesuffix("/welcome")
    lk.change("UPDATE accesses SET is_provisional = {}", False)
    secrets["session"] = who.http.cookies["lk_session"]
    send_reading(who, home, t1="350")
    lk.move_to("2025-07-29T12:00")
    lk.run_month()
    pay_by_card(who, home, "500")
    for page in ("", "/readings", "/bills", "/bills/2025-07", "/payments", "/history"):
        pages[page] = who.get(home + page)
    pages["profile"] = who.get("/profile")
    for row in lk.rows("SELECT id, kind FROM messages WHERE to_address = {}", EMAIL):
        pages[row["kind"]] = lk.visitor().get(f"/dev/mailbox/{row['id']}")
    _look(lk, home, pages, secrets)
    who.get("/sign-in")
    return Month(lk, pages, secrets)


def _look(lk: Served, home: str, pages: dict[str, str], secrets: dict[str, str]) -> None:
    employee = hire(lk)
    lk.move_to("2025-07-29T12:10")
    agent = lk.visitor()
    sign_in(agent, employee.login, AGENT_PASSWORD)
    secrets["code"] = employee.code(lk)
    secrets["agent's secret"] = employee.secret
    secrets["agent's password"] = AGENT_PASSWORD
    agent.post("/sign-in/code", code=secrets["code"])
    agent.get("/support")
    pages["desk"] = agent.post("/support", q="Лесная")
    pages["customer"] = agent.get(f"/support{home}")
    agent.post(f"/support{home}/look", reason="other")
    pages["look"] = agent.get(home + "/bills/2025-07")


def test_what_people_are_called_is_text_in_every_page_and_letter(month: Month) -> None:
    for name, page in month.pages.items():
        assert "<script>alert" not in page, name
        assert "<img src=x" not in page, name
    everything = "".join(month.pages.values())
    assert "&lt;img src=x onerror=alert(2)&gt;" in everything
    assert len(month.pages) > 12


def test_the_log_names_nobody_and_holds_no_secret(month: Month) -> None:
    # Times and codes hold any digits.
    log = re.sub(r'"(timestamp|request_id)": "[^"]+"', "", (month.lk.folder / "serve.log").read_text())
    assert "step_done" in log
    for what, secret in month.secrets.items():
        assert secret not in log, what
    for what in (ACCOUNT, "10000-001-77", "Лесная", "%D0%9B", "naughty", "4444"):
        assert what not in log, what
    assert "Traceback" not in log
    assert "?" not in log, "a query"


def test_the_log_tells_each_request_by_its_template_with_a_code_and_a_role(month: Month) -> None:
    lines = [json.loads(line) for line in (month.lk.folder / "serve.log").read_text().splitlines() if line[:1] == "{"]
    requests = [line for line in lines if line["event"] == "request"]
    routes = {line["route"] for line in requests}
    assert {"/register/first-sign-in/{token}", "/accounts/{account_id}/bills/{period}", "/support"} <= routes
    assert {line.get("role") for line in requests} == {None, "resident", "support", "looking"}
    assert len({line["request_id"] for line in requests}) == len(requests)
    assert all("user_id" in line for line in requests if line["method"] == "POST" and line.get("role"))
    assert all(set(line) <= REQUEST for line in requests)
    begun = [line for line in lines if line["event"] == "session_begun"]
    assert {line["is_agent"] for line in begun} == {True, False}
    assert all(line["request_id"] and line["address"] == "127.0.0.1" for line in begun)


def test_the_database_holds_no_password_link_or_session_of_anybody(month: Month) -> None:
    stored = _stored(month.lk.folder / "lk.sqlite3")
    for what in ("password", "link", "session", "agent's password"):
        assert month.secrets[what] not in stored, what
    assert month.secrets["e-mail"] in stored


def test_the_history_holds_ids_and_codes_only(month: Month) -> None:
    for row in month.lk.rows("SELECT kind, params FROM events"):
        for what in ("e-mail", "meter", "name", "password", "link"):
            assert month.secrets[what] not in row["params"], (row["kind"], what)
        assert not re.search("[а-яё]", row["params"], re.IGNORECASE), row


def test_no_card_number_is_anywhere(month: Month) -> None:
    """P6: 13 to 19 digits in a row as on a bank card: first digit 2 to 6, a true check digit (ISO/IEC 7812)."""
    everything = {"log": (month.lk.folder / "serve.log").read_text()}
    for path in month.lk.folder.glob("*.sqlite3"):
        everything[path.name] = _stored(path)
    assert len(everything) == 3
    for where, text in everything.items():
        found = [
            digits for digits in re.findall(r"(?<![0-9A-Za-z])[2-6]\d{12,18}(?![0-9A-Za-z])", text) if _is_luhn(digits)
        ]
        assert found == [], where


def test_the_cards_check_digit_is_the_one_of_the_standard() -> None:
    assert _is_luhn("4111111111111111")
    assert not _is_luhn("4111111111111112")


def test_a_name_that_a_spreadsheet_would_run_is_refused_and_an_export_runs_nothing(month: Month) -> None:
    row = f'1000000188,"=cmd|calc","{ADDRESS}",moscow,gas,3,7,yes,2020-02-01,\n'
    assert _import(month.lk, "accounts", HEADER + row).startswith("1 ")
    for kind in ("accounts", "messages", "readings", "bills", "ledger", "payments"):
        exported = month.lk.run("export", kind)
        assert exported.returncode == 0, exported.stderr
        cells = [cell for line in csv.reader(io.StringIO(exported.stdout)) for cell in line]
        assert cells
        runs = [cell for cell in cells if cell[:1] in ("=", "@", "+", "\t") or re.match(r"-[^\d]", cell)]
        assert runs == []


def _stored(path: Path) -> str:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    return dump


def _is_luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + at % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
