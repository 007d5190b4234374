"""What is typed in the wizard, folded or refused field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lk.outcome import Problem, Refused
from lk.text import fold_account_number, fold_serial_number, has_control_characters, is_account_number

_LONGEST_METER_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Numbers:
    """The two numbers of the paper bill, folded for comparison."""

    account_number: str
    meter_key: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """The resident's own; judged by the action, which knows what is forbidden."""

    login: str
    password: str


def parse_numbers(
    values: Mapping[str, str], *, account_field: str = "account_number", meter_field: str = "meter_number"
) -> Numbers:
    """Raises Refused with a problem for each field."""
    numbers = Numbers(
        fold_account_number(values.get(account_field, "")), fold_serial_number(values.get(meter_field, ""))
    )
    problems = []
    if not is_account_number(numbers.account_number):
        problems.append(_odd_account_number(numbers.account_number, account_field))
    if not _may_be_meter(numbers.meter_key):
        problems.append(Problem("meter_number_shape", field=meter_field))
    if problems:
        raise Refused(problems)
    return numbers


def parse_credentials(values: Mapping[str, str]) -> Credentials:
    return Credentials(values.get("new_login", "").strip(), values.get("new_password", ""))


def _odd_account_number(folded: str, field: str) -> Problem:
    if folded.isascii() and folded.isdigit():
        return Problem("account_number_length", field=field, params={"digits": len(folded)})
    return Problem("account_number_shape", field=field)


def _may_be_meter(key: str) -> bool:
    return 0 < len(key) <= _LONGEST_METER_NUMBER and not has_control_characters(key)
