"""The second, naive computation of bills: readings × tariffs, written without the bill's own rules.

Deliberately simple: plain loops over stored rows. It shares no code with billing, so that both have to be wrong in
the same way before an error passes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from lk import db
from lk.cycle.queries import account_chunks

NEWEST_PERIODS = 2
REGISTERS = {"T1": "t1_kwh", "T2": "t2_kwh", "T3": "t3_kwh"}

Row = dict[str, Any]


async def breaches_of_sums(full: bool) -> list[str]:
    """Lines whose price is not the tariff's, and meters whose billed kWh are not what their dials counted."""
    return [*await _wrong_prices(full), *await _wrong_volumes()]


async def _wrong_prices(full: bool) -> list[str]:
    """Every energy line costs its kWh times the newest price that was valid on the first day of its month."""
    since = 0 if full else await _newest_period() - NEWEST_PERIODS
    prices: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for row in await db.read("SELECT * FROM rates"):
        key = (row["region"], row["tariff_category"], str(row["zones"]), row["register"], str(row["band"]))
        prices[key].append((row["valid_from"].isoformat(), row["price_kopecks"]))
    lines = await db.read(
        "SELECT b.period, p.region, a.tariff_category, m.zones, c.register, c.band, c.price_kopecks, "
        "count(*) AS lines, min(c.id) AS id FROM charges c JOIN bills b ON b.id = c.bill_id "
        "JOIN accounts a ON a.id = c.account_id JOIN premises p ON p.id = a.premises_id "
        "LEFT JOIN meters m ON m.id = c.meter_id WHERE c.line = 'energy' AND b.status <> 'reversed' AND b.period >= {} "
        "GROUP BY b.period, p.region, a.tariff_category, m.zones, c.register, c.band, c.price_kopecks",
        since,
    )
    return [
        f"строк {line['lines']}, например {line['id']}: {line['price_kopecks']} коп. — не тариф"
        for line in lines
        if line["price_kopecks"] != _price(prices, line)
    ]


async def _newest_period() -> int:
    rows = await db.read("SELECT max(period) AS period FROM bills")
    return int(rows[0]["period"] or 0)


def _price(prices: dict[tuple[str, ...], list[tuple[str, int]]], line: Row) -> int | None:
    month = f"{line['period'] // 100:04}-{line['period'] % 100:02}-01"
    place = (line["region"], line["tariff_category"], str(line["zones"] or 1), line["register"])
    for band in (str(line["band"]), "1"):
        valid = sorted(dated for dated in prices[(*place, band)] if dated[0] <= month)
        if valid:
            return valid[-1][1]
    return None


async def _wrong_volumes() -> list[str]:
    """Up to the last bill made of a reading, the kWh billed are what the dials counted: no more, no less.

    What was estimated after it is settled by the next reading and cannot be judged yet.
    """
    breaches: list[str] = []
    async for first_id, last_id in account_chunks():
        lines = await _by_account(_LINES, first_id, last_id)
        readings = await _by_account(_READINGS, first_id, last_id)
        meters = await _by_account(_METERS, first_id, last_id)
        for account_id, own in lines.items():
            for found in _misbilled(own, readings.get(account_id, []), meters.get(account_id, [])):
                breaches.append(f"лицевой счёт id {account_id}, {found}")  # noqa: PERF401
    return breaches


_LINES = (
    "SELECT b.account_id, b.period, c.meter_id, c.register, c.method, sum(c.consumption_kwh) AS kwh FROM bills b "
    "JOIN charges c ON c.bill_id = b.id WHERE b.account_id BETWEEN {} AND {} AND b.status <> 'reversed' "
    "GROUP BY b.account_id, b.period, c.meter_id, c.register, c.method ORDER BY b.account_id, b.period"
)
_READINGS = (
    "SELECT account_id, meter_id, kind, period, taken_on, t1_kwh, t2_kwh, t3_kwh, decision FROM readings "
    "WHERE account_id BETWEEN {} AND {} AND status = 'accepted' ORDER BY account_id, period, taken_on, id"
)
_METERS = (
    "SELECT m.account_id, m.id, m.zones, m.digits, m.ratio, a.power_kw FROM meters m "
    "JOIN accounts a ON a.id = m.account_id WHERE m.account_id BETWEEN {} AND {} "
    "ORDER BY m.account_id, m.installed_on, m.id"
)


async def _by_account(sql: str, first_id: int, last_id: int) -> dict[int, list[Row]]:
    rows = await db.read(sql, first_id, last_id)
    return {account_id: list(own) for account_id, own in groupby(rows, itemgetter("account_id"))}


def _misbilled(lines: list[Row], readings: list[Row], meters: list[Row]) -> Iterator[str]:
    """Meters one after another with equal zones count as one; other zones begin anew."""
    first_billed = lines[0]["period"]
    for zones, run in groupby(meters, itemgetter("zones")):
        own = {meter["id"]: meter for meter in run}
        own_lines = [line for line in lines if line["meter_id"] in own]
        own_readings = [reading for reading in readings if reading["meter_id"] in own]
        settled = max((line["period"] for line in own_lines if line["method"] == "reading"), default=None)
        if settled is None:
            continue
        begun = _begun(own_readings, first_billed)
        for register in list(REGISTERS)[:zones]:
            billed = sum(
                int(line["kwh"])
                for line in own_lines
                if line["register"] == register and begun < line["period"] <= settled
            )
            counted = _counted(own_readings, own, register, begun, settled)
            if billed != counted:
                yield f"{register} по {settled}: в счетах {billed} кВт·ч, по счётчику {counted}"


def _begun(readings: Iterable[Row], first_billed: int) -> int:
    """The last month whose energy is no business of these bills.

    That of the last reading before the first bill; else of the first reading, or before it if that one is initial.
    """
    earlier = [r["period"] for r in readings if r["period"] < first_billed and r["kind"] != "initial"]
    if earlier:
        return int(earlier[-1])
    first = next(iter(readings), None)
    if first is None:
        return 0
    return int(first["period"]) - (1 if first["kind"] == "initial" else 0)


def _counted(readings: Iterable[Row], meters: dict[int, Row], register: str, begun: int, settled: int) -> int:
    """What the dials went on, step by step, since the month `begun`."""
    column = REGISTERS[register]
    before: dict[int, Row] = {}
    counted = 0
    for reading in readings:
        meter = meters[reading["meter_id"]]
        if begun < reading["period"] <= settled and meter["id"] in before:
            counted += _step(before[meter["id"]], reading, column, meter)
        before[meter["id"]] = reading
    return counted


def _step(before: Row, after: Row, column: str, meter: Row) -> int:
    """kWh from one reading to the next; a dial near its end that stands near its beginning has gone round.

    Unless the line could not have carried it, or a last digit may be missing; and a dial of which somebody said so.
    """
    dial = 10 ** meter["digits"]
    forward = after[column] + dial - before[column]
    hours = 24 * max(1, (after["taken_on"] - before["taken_on"]).days)
    is_possible = forward * meter["ratio"] <= meter["power_kw"] * hours
    is_near = before[column] * 10 >= dial * 9 and forward < before[column] - after[column]
    is_short = after[column] * 100 >= dial * 9
    is_turn = (is_near and is_possible and not is_short) or after["decision"] == "rolled_over"
    is_round = after[column] < before[column] and is_turn
    return int(forward if is_round else after[column] - before[column]) * int(meter["ratio"])
