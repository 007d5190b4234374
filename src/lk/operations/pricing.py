"""Prices and norms from a month on, set by an operator: looked at as rows of a file, withdrawn before they begin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.money import to_rubles
from lk.operations.imports_prices import Norms, Tariffs
from lk.operations.loading import Importer, Load, begin_load
from lk.operations.price_rules import WantedNorms, WantedPrices, norm_field, price_field
from lk.operations.rows import Row
from lk.operations.stored_prices import StoredNorm, StoredRate, stored_norms, stored_rates
from lk.outcome import Problem, Refused, refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tariffs.queries import forget_price_list

T = TypeVar("T", StoredRate, StoredNorm)

LOCKS = ("import", "ledger")
"""Those of a file with prices: what is billed stays as it is while it is looked at."""


async def set_prices(wanted: WantedPrices, actor: Actor, *, is_confirmed: bool) -> bool:
    """Whether it was done: without `is_confirmed` it is only looked at.

    Raises Refused: `not_an_operator`, `billing_under_way`, `no_prices`, what is wrong with a price by its field
    `price_<zones>_<register>_<band>` or with the act.
    """
    if not wanted.prices:
        raise refuse("no_prices")
    places = list(wanted.prices)
    cells = [
        {
            "region": wanted.region,
            "tariff_category": wanted.tariff_category,
            "zones": str(zones),
            "register": register.value,
            "band": str(band),
            "price": to_rubles(wanted.prices[zones, register, band]),
            "valid_from": wanted.since.first_day.isoformat(),
            "legal_act": wanted.legal_act,
        }
        for zones, register, band in places
    ]
    fields = [price_field(place) for place in places]
    return await _take(
        Tariffs,
        cells,
        fields,
        ("prices_set", actor),
        is_confirmed,
        region=wanted.region,
        category=wanted.tariff_category,
        since=str(wanted.since),
        prices=[[*place, kopecks] for place, kopecks in wanted.prices.items()],
    )


async def set_norms(wanted: WantedNorms, actor: Actor, *, is_confirmed: bool) -> bool:
    """As prices are; fields are `norm_<residents>`. Raises Refused: besides those `no_norms`."""
    if not wanted.norms:
        raise refuse("no_norms")
    sizes = list(wanted.norms)
    cells = [
        {
            "region": wanted.region,
            "tariff_category": wanted.tariff_category,
            "residents": str(size),
            "kwh_per_person": str(wanted.norms[size]),
            "valid_from": wanted.since.first_day.isoformat(),
        }
        for size in sizes
    ]
    return await _take(
        Norms,
        cells,
        [norm_field(size) for size in sizes],
        ("norms_set", actor),
        is_confirmed,
        region=wanted.region,
        category=wanted.tariff_category,
        since=str(wanted.since),
        norms=[[size, kwh] for size, kwh in wanted.norms.items()],
    )


async def _take(
    kind: Callable[[Load], Importer[Any]],
    cells: Sequence[Mapping[str, str]],
    fields: Sequence[str],
    told: tuple[str, Actor],
    is_confirmed: bool,
    **params: Any,
) -> bool:
    event, actor = told
    async with db.write(*LOCKS) as unit:
        await operator_behind(actor)
        await refuse_while_billing()
        load = await begin_load()
        importer = kind(load)
        rows = [Row(at, each, load.complaints) for at, each in enumerate(cells)]
        parsed = [importer.parse(row) for row in rows]
        if not load.complaints:
            await importer.take(parsed)
            await importer.finish()
        if load.complaints:
            raise Refused([_beside_its_field(each.line, each.problem, fields) for each in load.complaints.shown])
        if not load.added + load.updated:
            raise refuse("nothing_changes")
        await record(event, actor=actor, **params)
        if not is_confirmed:
            await unit.rollback()
    forget_price_list()
    return is_confirmed


def _beside_its_field(line: int | None, problem: Problem, fields: Sequence[str]) -> Problem:
    is_of_all = problem.field in ("legal_act", "valid_from") or line is None
    field = problem.field if is_of_all or line is None else fields[line]
    return Problem(problem.code, problem.severity, field, problem.params)


async def withdraw_prices(region: str, tariff_category: str, since: Period, actor: Actor) -> None:
    """Those that begin with a month to come. Raises Refused: `not_an_operator`, `nothing_planned`, `begun_already`."""

    def told(each: StoredRate) -> list[object]:
        return [each.zones, each.register, each.band, each.price_kopecks]

    await _withdraw("prices", "rates", stored_rates, told, (region, tariff_category, since), actor)


async def withdraw_norms(region: str, tariff_category: str, since: Period, actor: Actor) -> None:
    """As prices are."""

    def told(each: StoredNorm) -> list[object]:
        return [each.residents, each.kwh_per_person]

    await _withdraw("norms", "norms", stored_norms, told, (region, tariff_category, since), actor)


async def _withdraw(
    what: str,
    table: str,
    stored: Callable[[], Awaitable[list[T]]],
    told: Callable[[T], list[object]],
    beginning: tuple[str, str, Period],
    actor: Actor,
) -> None:
    region, tariff_category, since = beginning
    begins = (region, tariff_category, since.first_day)
    async with db.write(*LOCKS):
        await operator_behind(actor)
        found = [each for each in await stored() if (each.region, each.tariff_category, each.valid_from) == begins]
        refuse_unless_planned(found, since.first_day)
        await db.execute(
            f"DELETE FROM {table} WHERE region = {{}} AND tariff_category = {{}} AND valid_from = {{}}",  # noqa: S608
            *begins,
        )
        await record(
            f"{what}_withdrawn",
            actor=actor,
            region=region,
            category=tariff_category,
            since=str(since),
            **{what: [told(each) for each in found]},  # type: ignore[arg-type]
        )
    forget_price_list()


def refuse_unless_planned(found: Sequence[object], valid_from: date) -> None:
    """What holds already may be in somebody's bill, or in the rubles under somebody's reading."""
    if not found:
        raise refuse("nothing_planned")
    if valid_from <= clock.today():
        raise refuse("begun_already")


async def refuse_while_billing() -> None:
    """A bill run has read its prices at its beginning. Raises Refused `billing_under_way`."""
    if await db.read("SELECT id FROM cycle_runs WHERE step IN ('bill', 'bill_rest') AND status = 'running' LIMIT 1"):
        raise refuse("billing_under_way")
