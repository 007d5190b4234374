"""Settings that make no sense do not start anything."""

from __future__ import annotations

import subprocess
import sys
from os import environ
from pathlib import Path

import pytest

from lk.config import SettingsError, read_settings

PRODUCTION = {
    "LK_ENV": "production",
    "LK_SECRET": "0123456789abcdef0123456789abcdef",
    "LK_PUBLIC_URL": "https://lk.example.org",
    "LK_SMTP_URL": "smtp://user:word@mail.example.org:587",
    "LK_ACQUIRER_URL": "https://api.acquirer.example/v3",
    "LK_ACQUIRER_SHOP_ID": "100500",
    "LK_ACQUIRER_SECRET": "live_secret",
}

NONSENSE = {
    "LK_ENV": "prod",
    "LK_DATABASE_URL": "mysql://host/lk",
    "LK_SECRET": "short",
    "LK_PUBLIC_URL": "localhost:8000",
    "LK_SMTP_URL": "http://mail.example.org",
    "LK_ACQUIRER_URL": "ftp://acquirer.example",
    "LK_TIME_ZONE": "Europe/Moskva",
    "LK_LANGUAGE": "de",
    "LK_COMPANY_FILE": "no/such/file.toml",
    "LK_SECRETT": "a name that is not there",
}


def test_without_any_setting_it_is_a_demonstration() -> None:
    read = read_settings({})
    assert read.is_demo
    assert str(read.sqlite_path) == "var/lk.sqlite3"
    assert read.time_zone.key == "Europe/Moscow"


@pytest.mark.parametrize(("name", "value"), NONSENSE.items())
def test_nonsense_is_refused_with_the_name_of_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_production_starts_with_all_it_needs() -> None:
    assert not read_settings(PRODUCTION).is_demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LK_SECRET", ""),
        ("LK_PUBLIC_URL", "http://lk.example.org"),
        ("LK_SMTP_URL", ""),
        ("LK_ACQUIRER_URL", ""),
        ("LK_ACQUIRER_SECRET", "demo-secret"),
        ("LK_NOW_FILE", "var/now"),
    ],
)
def test_production_refuses_what_only_a_demonstration_may(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({**PRODUCTION, name: value})


def test_a_wrong_setting_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    env = {name: value for name, value in environ.items() if not name.startswith("LK_")} | {"LK_ENV": "prod"}
    done = subprocess.run(
        [sys.executable, "-m", "lk", "migrate"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "lk: LK_ENV='prod': допустимо demo или production\n"
    assert list(tmp_path.iterdir()) == []


def test_a_company_whose_account_does_not_fit_its_bank_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "company.toml"
    path.write_text(
        'name = "АО «Сбыт»"\nshort_name = "Сбыт"\ninn = "9900000000"\nkpp = "990001001"\nbank_name = "Банк"\n'
        'bic = "044525225"\naccount = "40702810138250123018"\ncorrespondent_account = "30101810400000000225"\n'
        'address = "Москва"\nemail = "help@example.org"\nsite = "example.org"\nphones = ["8 (495) 981-98-19"]\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match="account"):
        read_settings({"LK_COMPANY_FILE": str(path)})
