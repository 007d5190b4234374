"""The household of the worked example: Moscow, gas, two zones, 4820 and 2105 on its dials before the month."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyotp

from lk.identity.agents import add_agent, enrol, enrolment_of
from tests.served import Served, Visitor, served

MOMENT = "2025-07-20T14:05"
ACCOUNT = "1000000101"
METER = "14195368"
LOGIN = "ivanova"
PASSWORD = "lampa v podezde pyatom"
EMAIL = "ivanova@example.org"
OTHER_ACCOUNT = "1000000102"
OTHER_METER = "20202020"
OTHER_EMAIL = "petrov@example.org"
OTHER_LOGIN = "petrov"
AGENT_PASSWORD = "stol u okna semnadtsat"

TARIFFS = """region,tariff_category,band,zones,register,price,valid_from,legal_act
moscow,gas,1,1,T1,7.87,2025-07-01,Приказ ДЭПР Москвы
moscow,gas,1,2,T1,9.45,2025-07-01,Приказ ДЭПР Москвы
moscow,gas,1,2,T2,4.08,2025-07-01,Приказ ДЭПР Москвы
"""
NORMS = """region,tariff_category,residents,kwh_per_person,valid_from
moscow,gas,3,45,2020-01-01
"""
ACCOUNTS = """account_number,holder_name,address,region,tariff_category,residents,power_kw,paper_bill,opened_on,closed_on
10000-001-01,Иванова Мария Петровна,"Москва, Лесная улица, 5, кв. 12",moscow,gas,3,7,yes,2020-02-01,
10000-001-02,Петров Иван Ильич,"Москва, Лесная улица, 5, кв. 13",moscow,gas,3,7,yes,2020-02-01,
10000-001-03,Сидорова Анна Львовна,"Москва, Лесная улица, 5, кв. 14",moscow,gas,3,7,yes,2020-02-01,
"""  # noqa: E501 - the header of the file
METERS = """account_number,meter_number,zones,digits,ratio,installed_on,verified_until,removed_on,initial_t1,initial_t2,initial_t3,final_t1,final_t2,final_t3
10000-001-01,14195368,2,5,1,2025-06-01,2035-06-01,,4820,2105,,,,
10000-001-02,20202020,1,5,1,2025-06-01,2035-06-01,,1000,,,,,
10000-001-03,30303030,1,5,1,2025-06-01,2035-06-01,,700,,,,,
"""  # noqa: E501 - the header of the file


def move_in(lk: Served) -> None:
    """By the files that a utility would load."""
    for kind, text in (("tariffs", TARIFFS), ("norms", NORMS), ("accounts", ACCOUNTS), ("meters", METERS)):
        path = lk.folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        done = lk.run("import", kind, str(path))
        assert done.returncode == 0, done.stderr


def build_house(folder: Path) -> Path:
    """An embedded database with the household in it; every test gets a copy."""
    path = folder / "house.sqlite3"
    lk = Served(folder, f"sqlite:///{path}")
    lk.move_to(MOMENT)
    migrated = lk.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    move_in(lk)
    return path


@contextmanager
def served_house(house: Path, folder: Path) -> Iterator[Served]:
    """A running lk with a copy of the house of its own."""
    path = folder / "lk.sqlite3"
    shutil.copy(house, path)
    with served(folder, f"sqlite:///{path}", MOMENT) as lk:
        yield lk


def register(lk: Served, who: Visitor) -> str:
    """From the paper bill to the cabinet, each page as a browser without JavaScript meets it; the account's path."""
    return choose_credentials(who, ask_letter(lk, who), LOGIN)


def register_neighbour(lk: Served, who: Visitor) -> str:
    return choose_credentials(who, ask_letter(lk, who, OTHER_EMAIL, OTHER_ACCOUNT, OTHER_METER), OTHER_LOGIN)


def choose_credentials(who: Visitor, link: str, login: str) -> str:
    """From the letter's link to the page that says what to do first; the account's path."""
    who.get(link)
    who.post(link)
    assert who.path == "/register/credentials", (who.path, who.status)
    who.post("/register/credentials", new_login=login, new_password=PASSWORD)
    assert who.path.endswith("/welcome"), who.path
    return who.path.removesuffix("/welcome")


def ask_letter(lk: Served, who: Visitor, email: str = EMAIL, account: str = "10000-001-01", meter: str = METER) -> str:
    """The wizard up to its letter; the letter's link."""
    who.get("/register")
    who.post("/register", account_number=account, meter_number=meter)
    assert who.path == "/register/email", (who.path, who.status)
    who.post("/register/email", email=email)
    assert who.path == "/register/letter", (who.path, who.status)
    return letter_link(lk, email)


def letter_link(lk: Served, email: str) -> str:
    """The path of the link in the newest letter to this address, read from the demonstration's mailbox."""
    rows = lk.rows("SELECT id FROM messages WHERE to_address = {} ORDER BY id DESC LIMIT 1", email)
    assert rows, f"no letter to {email}"
    page = lk.visitor().get(f"/dev/mailbox/{rows[0]['id']}")
    found = re.search(r'href="(?:http://localhost:\d+)?(/register/first-sign-in/[^"]+)"', page)
    assert found, page
    return found[1]


def newest_link(lk: Served, kind: str, to_address: str) -> str:
    """The path of the link in the newest letter of this kind, read from the demonstration's mailbox."""
    sql = "SELECT max(id) AS id FROM messages WHERE kind = {} AND to_address = {}"
    letter = lk.visitor().get(f"/dev/mailbox/{lk.rows(sql, kind, to_address)[0]['id']}")
    found = re.search(r'href="(?:http://localhost:\d+)?(/[a-z-]+/[\w-]{43,72})"', letter)
    assert found, letter
    return found[1]


def sign_in(who: Visitor, login: str = LOGIN, password: str = PASSWORD) -> None:
    who.get("/sign-in")
    who.post("/sign-in", login=login, password=password)


@dataclass(frozen=True)
class Employee:
    """An agent with the phone that shows the codes."""

    login: str
    secret: str

    def code(self, lk: Served) -> str:
        return pyotp.TOTP(self.secret).at(lk.now)


def hire(lk: Served, login: str = "podderzhka", role: str = "support") -> Employee:
    """By the command line and the one-time link. The link's own code is spent: the next one comes a minute later."""

    async def hired() -> Employee:
        token = (await add_agent(login, role)).rpartition("/")[2]
        found = await enrolment_of(token)
        assert found
        await enrol(token, AGENT_PASSWORD, pyotp.TOTP(found.secret).at(lk.now))
        return Employee(login, found.secret)

    return lk.ask(hired())
