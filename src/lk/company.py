"""The company's details, as bills and pages show them; the bank key is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

_WEIGHTS = (7, 1, 3)


class CompanyError(Exception):
    """A detail is missing or wrong; the message names it."""


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    short_name: str
    inn: str
    kpp: str
    bank_name: str
    bic: str
    account: str
    correspondent_account: str
    address: str
    email: str
    site: str
    phones: tuple[str, ...]


def company_from(details: Mapping[str, object]) -> Company:
    """Company from a TOML table. Raises CompanyError."""
    values: dict[str, object] = {}
    for field in fields(Company):
        value = details.get(field.name)
        if field.name == "phones":
            if not isinstance(value, list) or not value or not all(isinstance(phone, str) for phone in value):
                raise CompanyError("phones: нужен список телефонов")
            values[field.name] = tuple(value)
            continue
        if not isinstance(value, str) or not value.strip():
            raise CompanyError(f"{field.name}: нет значения")
        values[field.name] = value.strip()
    unknown = sorted(set(details) - set(values))
    if unknown:
        raise CompanyError(f"{unknown[0]}: неизвестное поле")
    company = Company(**values)  # type: ignore[arg-type]
    _check_digits(company)
    if not is_account_of_bank(company.account, company.bic):
        raise CompanyError("account: контрольный ключ счёта не сходится с БИК")
    if not is_correspondent_account(company.correspondent_account, company.bic):
        raise CompanyError("correspondent_account: контрольный ключ не сходится с БИК")
    return company


def is_account_of_bank(account: str, bic: str) -> bool:
    """The bank's key over a settlement account (Bank of Russia, rules of account numbering)."""
    return _is_zero_key(bic[6:9] + account)


def is_correspondent_account(account: str, bic: str) -> bool:
    return _is_zero_key("0" + bic[4:6] + account)


def _is_zero_key(digits: str) -> bool:
    return sum(_WEIGHTS[at % 3] * int(digit) % 10 for at, digit in enumerate(digits)) % 10 == 0


def _check_digits(company: Company) -> None:
    lengths = {"inn": (10, 12), "kpp": (9,), "bic": (9,), "account": (20,), "correspondent_account": (20,)}
    for name, allowed in lengths.items():
        value = getattr(company, name)
        if not re.fullmatch(r"[0-9]+", value) or len(value) not in allowed:
            raise CompanyError(f"{name}: нужно цифр: {' или '.join(map(str, allowed))}")


DEMO_COMPANY = company_from(
    {
        "name": "АО «Энергосбыт-Демо»",
        "short_name": "Мосты",
        "inn": "9900000000",
        "kpp": "990001001",
        "bank_name": "ПАО Сбербанк",
        "bic": "044525225",
        "account": "40702810138250123017",
        "correspondent_account": "30101810400000000225",
        "address": "101000, Москва, Лесная улица, 1",
        "email": "help@energosbyt-demo.example",
        "site": "energosbyt-demo.example",
        "phones": ["8 (495) 981-98-19", "8 (800) 55-000-55"],
    }
)
