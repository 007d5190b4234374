"""An agent enrols by the link that was printed, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pyotp
import pytest

from tests.served import Served, served

PASSWORD = "stol u okna semnadcat"


@pytest.fixture(scope="module")
def lk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("enrolment")
    with served(folder, f"sqlite:///{folder / 'lk.sqlite3'}", "2026-03-10T12:00") as running:
        yield running


def _path(lk: Served, login: str, role: str = "support") -> str:
    done = lk.run("agent", "add", login, "--role", role)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().removeprefix(lk.url)


def _code(lk: Served, secret: str) -> str:
    instant = lk.now_file.read_text(encoding="ascii")
    return pyotp.TOTP(secret).at(datetime.fromisoformat(instant))


def test_an_agent_chooses_a_password_and_signs_in_with_a_code(lk: Served) -> None:
    path, who = _path(lk, "novikova"), lk.visitor()
    page = who.get(path)
    secret = re.search(r'class="mark">([A-Z2-7]+)<', page)
    assert secret
    who.post(path, new_password=PASSWORD, code="000000")
    assert who.status == 422
    lk.move_to("2026-03-10T12:05")
    who.post(path, new_password=PASSWORD, code=_code(lk, secret[1]))
    assert "Запишите запасные коды" in who.page
    who.get("/sign-in")
    lk.move_to("2026-03-10T12:10")
    who.post("/sign-in", login="novikova", password=PASSWORD)
    assert who.path == "/sign-in/code"
    who.post("/sign-in/code", code=_code(lk, secret[1]))
    assert who.path == "/support"
    assert lk.visitor().get(path)
    again = lk.visitor()
    again.get(path)
    assert again.status == 404


def test_the_link_ends_after_three_days(lk: Served) -> None:
    path, who = _path(lk, "sidorova"), lk.visitor()
    lk.move_to("2026-03-13T12:11")
    who.get(path)
    assert who.status == 404


def test_a_taken_login_is_refused(lk: Served) -> None:
    assert lk.run("agent", "add", "petrova", "--role", "operator").returncode == 0
    done = lk.run("agent", "add", "PETROVA", "--role", "operator")
    assert done.returncode == 1
    assert done.stderr.strip() == "lk: логин PETROVA уже занят или не подходит"


def _enrolled(lk: Served, login: str) -> None:
    path, who = _path(lk, login), lk.visitor()
    secret = re.search(r'class="mark">([A-Z2-7]+)<', who.get(path))
    assert secret
    who.post(path, new_password=PASSWORD, code=_code(lk, secret[1]))
    assert "Запишите запасные коды" in who.page


def test_a_disabled_agent_can_not_sign_in_again(lk: Served) -> None:
    _enrolled(lk, "uvolen")
    done = lk.run("agent", "disable", "Uvolen")
    assert done.returncode == 0, done.stderr
    who = lk.visitor()
    who.get("/sign-in")
    who.post("/sign-in", login="uvolen", password=PASSWORD)
    assert who.status == 422

    assert lk.run("agent", "disable", "uvolen").returncode == 1
    assert lk.run("agent", "renew", "uvolen").returncode == 1


def test_a_renewed_agent_enrols_anew_and_the_old_password_is_dead(lk: Served) -> None:
    _enrolled(lk, "zabyla")
    done = lk.run("agent", "renew", "zabyla")
    assert done.returncode == 0, done.stderr
    who = lk.visitor()
    who.get("/sign-in")
    who.post("/sign-in", login="zabyla", password=PASSWORD)
    assert who.status == 422
    path = done.stdout.strip().removeprefix(lk.url)
    secret = re.search(r'class="mark">([A-Z2-7]+)<', who.get(path))
    assert secret
    who.post(path, new_password="drugoy stol u steny", code=_code(lk, secret[1]))
    assert "Запишите запасные коды" in who.page

    assert lk.run("agent", "renew", "nikto").returncode == 1
