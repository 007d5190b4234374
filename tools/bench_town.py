"""A town of any size made by SQL alone: half a year of readings, three billed months, one month to be billed.

60 % of the meters have one zone, 30 % two, 10 % three. In the month to be billed 15 % of the accounts are not read,
5 % are read again after a month without, 2 % got another meter; one in twenty owes for months; 40 % have a cabinet.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

PERIODS = (202509, 202510, 202511, 202512, 202601, 202602)
BILLED = (202512, 202601, 202602)
OPEN = 202603

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
_ZONES = "CASE WHEN i % 10 < 6 THEN 1 WHEN i % 10 < 9 THEN 2 ELSE 3 END"
IS_UNREAD = "i / 10 % 20 < 3"
IS_SETTLED = "i / 10 % 20 = 3"
IS_REPLACED = "i / 10 % 50 = 4"
IS_IN_DEBT = "i / 10 % 20 = 5"
SLICE = 50_000


def make_town(path: Path, accounts: int) -> None:
    """Fills the migrated and otherwise empty SQLite database; prices are there already."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")
    for statements in _one_after_another(accounts):
        for first in range(1, accounts + 1, SLICE):
            numbers = _NUMBERS.format(first=first, last=min(accounts, first + SLICE - 1))
            connection.execute("BEGIN")
            for statement in statements:
                connection.execute(numbers.join(_before_select(statement)))
            connection.execute("COMMIT")
    connection.execute("UPDATE settings SET value = '2026-03' WHERE name = 'first_period'")
    connection.execute("ANALYZE")
    connection.close()


def _before_select(statement: str) -> tuple[str, str]:
    head, _, tail = statement.partition("SELECT")
    return head, f"SELECT{tail}"


def _one_after_another(accounts: int) -> list[list[str]]:
    """Who lives there, then month by month what came: ids grow with time, as they do in life."""
    bills = [_bill(period, accounts) for period in BILLED]
    return [_people(), *([each] for each in _past_readings()), *bills, _open_month()]


def _people() -> list[str]:
    """Each is an INSERT … SELECT over the numbers `i` of a slice of accounts."""
    return [
        "INSERT INTO premises (id, address, address_key, postcode, region, route) "
        "SELECT i, 'Москва, улица ' || i / 200 || ', дом ' || i / 20 || ', кв. ' || i % 20, 'k' || i, "
        "109000 + i / 5000 % 500, 'moscow', 'М-' || i / 20000 FROM n",
        "INSERT INTO accounts (id, public_id, number, premises_id, holder_name, tariff_category, residents, power_kw, "
        "has_paper_bill, email, opened_on, closed_on) "
        f"SELECT i, 'acc' || i, 1000000000 + i, i, 'Житель ' || i, {_category()}, 1 + i % 4, 15, i % 5 = 0, NULL, "
        "'2019-02-01', NULL FROM n",
        "INSERT INTO users (id, login, login_key, email, password_hash, created_at) "
        "SELECT i, 'u' || i, 'u' || i, 'u' || i || '@example.org', 'none', '2025-01-01 00:00:00+00:00' FROM n "
        "WHERE i % 5 < 2",
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at, ended_at) "
        "SELECT i, i, 'holder', 0, '2025-01-01 00:00:00+00:00', NULL FROM n WHERE i % 5 < 2",
        "INSERT INTO meters (id, account_id, serial_number, serial_key, zones, digits, ratio, installed_on, "
        "verified_until, removed_on) "
        f"SELECT 2 * i, i, 'N' || i, 'N' || i, {_ZONES}, 6, 1, '2019-02-01', '2033-02-01', "
        f"CASE WHEN {IS_REPLACED} THEN '2026-03-10' END FROM n",
        "INSERT INTO meters (id, account_id, serial_number, serial_key, zones, digits, ratio, installed_on, "
        "verified_until, removed_on) "
        f"SELECT 2 * i + 1, i, 'R' || i, 'R' || i, {_ZONES}, 6, 1, '2026-03-10', '2042-02-01', NULL FROM n "
        f"WHERE {IS_REPLACED}",
    ]


def _past_readings() -> list[str]:
    return [
        _reading("2 * i", 202509 if at == 0 else period, at, "initial" if at == 0 else "regular",
                 f"NOT ({period} = 202602 AND {IS_SETTLED})")
        for at, period in enumerate(PERIODS)
    ]  # fmt: skip


def _open_month() -> list[str]:
    return [
        _reading("2 * i", OPEN, 6, "regular", f"NOT ({IS_UNREAD}) AND NOT ({IS_REPLACED})"),
        _reading("2 * i", OPEN, 6, "final", IS_REPLACED),
        _reading("2 * i + 1", OPEN, 0, "initial", IS_REPLACED),
        _reading("2 * i + 1", OPEN, 0, "regular", f"{IS_REPLACED} AND NOT ({IS_UNREAD})", extra=7),
    ]


def _category() -> str:
    """Moscow's prices are complete for gas with any zones, and for electric stoves with one and three."""
    return f"CASE WHEN i % 3 = 0 AND {_ZONES} <> 2 THEN 'electric' ELSE 'gas' END"


def _kwh(register: int) -> str:
    """A month's kWh of a register."""
    return f"({(0, 90, 40, 60)[register]} + i * {(0, 7919, 104729, 1299709)[register]} % {(1, 150, 60, 70)[register]})"


def usual_value(register: int, months: int, extra: int = 0) -> str:
    """What account `i`'s dial shows after so many months, as SQL."""
    return f"(1000 + i % 5000 + {months} * {_kwh(register)} + {extra})"


def _reading(meter: str, period: int, months: int, kind: str, where: str, extra: int = 0) -> str:
    day = f"{period // 100}-{period % 100:02}-{10 if kind != 'regular' else 20}"
    return (
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, "
        "t2_kwh, t3_kwh, problems) "
        f"SELECT i, {meter}, '{kind}', {period}, '{day}', '{day} 09:00:00+00:00', 'resident', 'accepted', "
        f"{usual_value(1, months, extra)}, CASE WHEN {_ZONES} > 1 THEN {usual_value(2, months, extra)} END, "
        f"CASE WHEN {_ZONES} > 2 THEN {usual_value(3, months, extra)} END, '[]' FROM n WHERE {where}"
    )


def _bill(period: int, accounts: int) -> list[str]:
    """A month's bill, its lines, what it put into the ledger, and its payment twelve days later."""
    at = BILLED.index(period)
    bill_id = f"(i + {at * accounts})"
    year, month = divmod(period, 100)
    run = f"{year}-{month:02}-26"
    paid = f"{year + month // 12}-{month % 12 + 1:02}-08"
    sums = " + ".join(f"CASE WHEN {_ZONES} >= {each} THEN {_kwh(each)} * 500 ELSE 0 END" for each in (1, 2, 3))
    method = f"CASE WHEN {period} = 202602 AND {IS_SETTLED} THEN 'average' ELSE 'reading' END"
    opening = f"CASE WHEN {IS_IN_DEBT} THEN {at} * ({sums}) ELSE 0 END"
    receivable = "(account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, key, source)"
    return [
        "INSERT INTO bills (id, account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, delivered_on, due_on, "
        "method) "
        f"SELECT {bill_id}, i, {period}, 'issued', {opening}, {sums}, 0, {sums}, 0, 22, "
        f"CASE WHEN {method} = 'average' THEN 1 ELSE 0 END, '[]', '{run} 00:00:00+00:00', '{run} 00:00:00+00:00', "
        f"'{year}-{month:02}-28', '{paid[:8]}10', {method} FROM n",
        *[
            "INSERT INTO charges (id, bill_id, account_id, line, register, zone, meter_id, band, previous_kwh, "
            "current_kwh, previous_on, current_on, source, consumption_kwh, price_kopecks, amount_kopecks, method, "
            "legal_act, tariff_from, why) "
            f"SELECT {bill_id} * 3 + {register - 1}, {bill_id}, i, 'energy', 'T{register}', "
            f"{_zone(register)}, 2 * i, 1, NULL, NULL, NULL, NULL, '', {_kwh(register)}, 500, {_kwh(register)} * 500, "
            f"{method}, 'Приказ', '2025-01-01', '{{}}' FROM n WHERE {_ZONES} >= {register}"
            for register in (1, 2, 3)
        ],
        f"INSERT INTO ledger_entries {receivable} "
        f"SELECT i, 'receivable', 'energy_sales', {sums}, 'principal', 'charge', '{run}', '{run} 00:00:00+00:00', "
        f"'bill:' || {bill_id} || ':charge', 'bill:' || {bill_id} FROM n",
        f"INSERT INTO ledger_entries {receivable} "
        f"SELECT i, 'acquirer_clearing', 'receivable', {sums}, 'principal', 'payment', '{paid}', "
        f"'{paid} 09:00:00+00:00', 'pay:' || {bill_id}, 'pay:' || {bill_id} FROM n WHERE NOT ({IS_IN_DEBT})",
    ]


def _zone(register: int) -> str:
    names = {1: ("single", "day", "peak"), 2: ("", "night", "night"), 3: ("", "", "half_peak")}[register]
    return f"CASE {_ZONES} WHEN 1 THEN '{names[0]}' WHEN 2 THEN '{names[1]}' ELSE '{names[2]}' END"
