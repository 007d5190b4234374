"""The files by which the town is handed over, imported by the same door as any company's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from lk.demo.households import Device, Household
from lk.money import to_rubles
from lk.operations.imports import import_file, import_text

FILES = Path(__file__).parent / "files"

_TARIFFS = ("region", "tariff_category", "band", "zones", "register", "price", "valid_from", "legal_act")
_ACCOUNTS = (
    "account_number",
    "holder_name",
    "address",
    "region",
    "tariff_category",
    "residents",
    "power_kw",
    "paper_bill",
    "opened_on",
    "closed_on",
    "postcode",
    "email",
)
_BALANCES = ("account_number", "due_on", "principal", "penalty")
_METERS = (
    "account_number",
    "meter_number",
    "zones",
    "digits",
    "ratio",
    "installed_on",
    "verified_until",
    "removed_on",
    *(f"{kind}_t{at}" for kind in ("initial", "final") for at in (1, 2, 3)),
)


async def import_prices() -> None:
    for kind in ("tariffs", "norms"):
        await import_file(kind, FILES / f"{kind}.csv")


async def import_tariff(place: tuple[str, str, int], price_kopecks: int, valid_from: date, legal_act: str) -> None:
    """The first register's price of a region, category and number of zones."""
    region, category, zones = place
    row = (region, category, 1, zones, "T1", to_rubles(price_kopecks), valid_from, legal_act)
    await _import("tariffs", _TARIFFS, [row])


async def import_accounts(households: Iterable[Household]) -> None:
    await _import("accounts", _ACCOUNTS, [_account_row(each) for each in households])


async def import_balances(owed: Iterable[tuple[Household, date, int]]) -> None:
    """Principal of a day, kopecks."""
    rows = [(household.number, due_on, to_rubles(kopecks), "0") for household, due_on, kopecks in owed]
    await _import("balances", _BALANCES, rows)


async def import_devices(owned: Iterable[tuple[Household, Device]]) -> None:
    await _import("meters", _METERS, [_meter_row(household, device) for household, device in owned])


async def _import(kind: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    text = StringIO()
    csv.writer(text).writerows([columns, *rows])
    await import_text(kind, text.getvalue())


def _account_row(household: Household) -> tuple[object, ...]:
    return (
        household.number,
        household.holder_name,
        household.address,
        household.situation.region,
        household.situation.tariff_category,
        household.residents,
        household.power_kw,
        "no" if household.login else "yes",
        household.opened_on,
        household.closed_on or "",
        household.postcode,
        household.email,
    )


def _meter_row(household: Household, device: Device) -> tuple[object, ...]:
    return (
        household.number,
        device.serial_number,
        device.zones,
        device.digits,
        device.ratio,
        device.installed_on,
        device.verified_until,
        device.removed_on or "",
        *_three(device.initial),
        *_three(device.final),
    )


def _three(values: Sequence[int]) -> list[object]:
    return [*values, *[""] * (3 - len(values))]
