"""Files of a small company, and what an import says to them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lk import clock, db
from lk.cycle.actions import run_due
from lk.operations.exports import export
from lk.operations.imports import FileRefused, Report, import_file, import_text
from lk.period import Period

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2025, 7, 20, 12, tzinfo=MOSCOW)
RUN = datetime(2025, 7, 26, 1, tzinfo=MOSCOW)

ACCOUNTS_HEADER = (
    "account_number,holder_name,address,region,tariff_category,residents,power_kw,paper_bill,opened_on,closed_on"
)
METERS_HEADER = (
    "account_number,meter_number,zones,digits,ratio,installed_on,verified_until,removed_on,"
    "initial_t1,initial_t2,initial_t3,final_t1,final_t2,final_t3"
)
READINGS_HEADER = "account_number,meter_number,taken_on,t1,t2,t3,source"
TARIFFS_HEADER = "region,tariff_category,band,zones,register,price,valid_from,legal_act"
BALANCES_HEADER = "account_number,due_on,principal,penalty"
PAYMENTS_HEADER = "external_id,account_number,paid_on,amount,channel"
PURPOSES_HEADER = f"{PAYMENTS_HEADER},purpose"
NORMS_HEADER = "region,tariff_category,residents,kwh_per_person,valid_from"

IVANOVA = '10000-001-01,Иванова Мария,"Москва, Лесная улица, 5, кв. 12",moscow,gas,3,15,yes,2020-01-10,'
PETROV = '1000000102,Петров Иван,"Москва, Лесная улица, 5, кв. 13",moscow,gas,3,15,no,2020-01-10,'
DIAL = "10000-001-01,14195368,2,5,1,2025-06-10,2030-01-01,,4820,2105,,,,"
T1 = "moscow,gas,1,2,T1,9.45,2025-07-01,Приказ ДЭПР Москвы"
T2 = "moscow,gas,1,2,T2,4.08,2025-07-01,Приказ ДЭПР Москвы"
SINGLE = "moscow,gas,1,1,T1,7.87,2025-07-01,Приказ ДЭПР Москвы"
NORM = "moscow,gas,3,45,2012-01-01"

HEADERS = {
    "accounts": ACCOUNTS_HEADER,
    "meters": METERS_HEADER,
    "readings": READINGS_HEADER,
    "tariffs": TARIFFS_HEADER,
    "norms": NORMS_HEADER,
    "balances": BALANCES_HEADER,
    "payments": PAYMENTS_HEADER,
}


def file_of(kind: str, *rows: str) -> str:
    return "\n".join([HEADERS[kind], *rows, ""])


def load(kind: str, *rows: str) -> Report:
    """Rows under the header of this kind."""
    return db.run(import_text(kind, file_of(kind, *rows)))


def refusal(kind: str, source: str | Path) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        db.run(import_file(kind, source) if isinstance(source, Path) else import_text(kind, source))
    return caught.value


def told(kind: str, *rows: str) -> list[tuple[int | None, str | None, str, str]]:
    """Line, column, value and code of each complaint about these rows under a good header."""
    return complaints(refusal(kind, file_of(kind, *rows)))


def complaints(refused: FileRefused) -> list[tuple[int | None, str | None, str, str]]:
    return [(each.line, each.problem.field, each.value, each.problem.code) for each in refused.complaints.shown]


def company() -> None:
    """Tariffs of July 2025, the norm, two accounts and one meter."""
    load("tariffs", T1, T2, SINGLE)
    load("norms", NORM)
    load("accounts", IVANOVA, PETROV)
    load("meters", DIAL)


def bill_july() -> None:
    with clock.fixed_at(RUN):
        db.run(run_due())


def rows(sql: str, *args: object) -> list[dict[str, Any]]:
    return db.run(db.read(sql, *args))


def one(sql: str, *args: object) -> Any:
    (row,) = rows(sql, *args)
    (value,) = row.values()
    return value


def change(sql: str, *args: object) -> None:
    async def changed() -> None:
        async with db.write():
            await db.execute(sql, *args)

    db.run(changed())


def exported_text(kind: str, period: str | None = None) -> str:
    out = io.StringIO(newline="")
    db.run(export(kind, out, Period.parse(period) if period else None))
    return out.getvalue()


def exported(kind: str, period: str | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported_text(kind, period))))
