"""Why a bill is as it is: its lines, prices and readings, and what other dials would make of it. Finished values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lk.billing.messages import METHODS, ZONE_NAMES, Around, sheet_line
from lk.billing.notes import REASONS
from lk.billing.queries import ChargeView, charges_of
from lk.billing.sheet import SheetLine
from lk.billing.sheets import sheets_of
from lk.billing.what_if import Trial, limits_of
from lk.energy import registers_of
from lk.filters import NO_BREAK_SPACE, day_year, kwh, money, month_for, number, plural
from lk.language import N_, _, pgettext
from lk.period import Period
from lk.support.bill_queries import LiveBill, SentReading, readings_between
from lk.support.held import SOURCES
from lk.support.held_bills import hold_words
from lk.support.messages import capitalized
from lk.tariffs.queries import price_list

READ = N_("по показаниям")
STATES = {
    "accepted": (N_("учтено"), "good"),
    "held": (N_("на проверке"), "wait"),
    "rejected": (N_("не учтено"), "bad"),
    "superseded": (N_("заменено"), "note"),
}
KINDS = {"initial": N_("при установке"), "final": N_("при снятии")}
FAILURES = {
    "no_rate": N_("нет тарифа"),
    "no_norm": N_("нет норматива"),
    "not_owed": N_("счёта за этот месяц не должно быть"),
}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading as it came: of which meter, when and from whom, and what became of it. `agent_code` typed it in."""

    title: str
    values: str
    meter: str
    received_at: datetime
    source: str
    agent_code: str | None
    state: str
    tone: str
    has_photo: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """`inputs` as (name, value): what an estimate, or the whole bill, was made from; `prices` likewise, with since when
    and by which act.
    """

    bill_id: int
    period: Period
    is_held: bool
    issued_at: datetime | None
    total_kopecks: int
    lines: tuple[SheetLine, ...]
    notes: tuple[str, ...]
    prices: tuple[tuple[str, str, str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    readings: tuple[ReadingRow, ...]


async def replay_of(bill: LiveBill) -> Replay:
    charges = await charges_of(bill.id)
    sheets = await sheets_of([bill.id])
    around = Around(bill.period, charges, limits_of(await price_list(), bill.period))
    since = min(_days(charges), default=bill.period.previous.first_day)
    readings = await readings_between(bill.account_id, since, bill.period)
    return Replay(
        bill_id=bill.id,
        period=bill.period,
        is_held=bill.status == "held",
        issued_at=bill.issued_at,
        total_kopecks=bill.total_kopecks,
        lines=tuple(sheet_line(each, around) for each in charges),
        notes=sheets[0].notes if sheets else (),
        prices=tuple(dict.fromkeys(map(_price, charges))),
        inputs=tuple(_inputs(bill, charges)),
        readings=tuple(_row(each) for each in readings),
    )


def _days(charges: Iterable[ChargeView]) -> Iterator[date]:
    """Of all readings that the bill was made from."""
    for charge in charges:
        if charge.previous_on:
            yield charge.previous_on
        for part in charge.reasons.get("readings", []):
            yield date.fromisoformat(part["r1_on"])


def _price(charge: ChargeView) -> tuple[str, str, str, str]:
    since = pgettext("since", "с %(day)s", day=day_year(charge.tariff_from)) if charge.tariff_from else ""
    name = _(ZONE_NAMES.get(charge.zone, charge.zone))
    if charge.band > 1:
        name = _("%(zone)s, диапазон %(band)s", zone=name, band=charge.band)
    return name, _("%(price)s за кВт·ч", price=money(charge.price_kopecks)), since, charge.legal_act


def _inputs(bill: LiveBill, charges: Sequence[ChargeView]) -> Iterator[tuple[str, str]]:
    yield _("Как посчитан"), _(METHODS.get(bill.method, READ))
    if bill.missed:
        yield _("Без показаний подряд"), plural(bill.missed, "месяц", "месяцев")
    why: dict[str, Any] = next((each.reasons for each in charges if each.method in ("average", "norm")), {})
    if "months" in why and "growth_kwh" in why:
        of = plural(int(why["months"]), "месяц", "месяцев")
        yield _("Прежний расход"), _("%(kwh)s за %(months)s", kwh=kwh(_all(charges, "growth_kwh")), months=of)
    if why.get("kwh_per_person") is not None:
        yield _("Норматив на человека"), _("%(kwh)s в месяц", kwh=kwh(int(why["kwh_per_person"])))
        yield _("Жителей"), str(why["residents"])
    if why.get("days_open", why.get("days")) != why.get("days"):
        days = _("%(part)s из %(whole)s", part=why["days_open"], whole=why["days"])
        yield _("Дней в месяце по договору"), days
    left = why.get("estimates_left_before_norm")
    if left is not None:
        yield _("По среднему ещё"), plural(int(left), "месяц", "месяцев")


def _all(charges: Iterable[ChargeView], name: str) -> int:
    """Of all registers together; bands are lines about the same one."""
    by_register = {each.register: int(each.reasons[name]) for each in charges if name in each.reasons}
    return sum(by_register.values())


def _row(each: SentReading) -> ReadingRow:
    state, tone = STATES[each.status]
    of_month, day = capitalized(month_for(each.period)), day_year(each.taken_on)
    title = _("%(for_month)s, снято %(day)s", for_month=of_month, day=day)
    return ReadingRow(
        title=f"{title}, {_(KINDS[each.kind])}" if each.kind in KINDS else title,
        values=_values(each.values),
        meter=f"№{NO_BREAK_SPACE}{each.serial_number}",
        received_at=each.received_at,
        source=_(SOURCES.get(each.source, each.source)),
        agent_code=each.agent_code,
        state=_(state),
        tone=tone,
        has_photo=each.has_photo,
    )


def _values(values: Sequence[int]) -> str:
    if len(values) == 1:
        return number(values[0])
    named = zip(registers_of(len(values)), values, strict=True)
    return ", ".join(f"{name}{NO_BREAK_SPACE}{number(value)}" for name, value in named)


@dataclass(frozen=True, slots=True)
class Compared:
    """A bill that was not made beside the one there is. `difference` is told in words, `holds` why it would wait."""

    trial: Trial
    total: str
    difference: str
    holds: tuple[str, ...]
    failed: str


def compared(bill: LiveBill, trial: Trial) -> Compared:
    return Compared(
        trial=trial,
        total=money(trial.total_kopecks),
        difference=_difference(trial.total_kopecks - bill.total_kopecks),
        holds=tuple(hold_words(each) for each in trial.hold_reasons),
        failed=_failed(trial.failed) if trial.failed else "",
    )


def _failed(code: str) -> str:
    return _("Такой счёт не посчитать: %(why)s.", why=_(FAILURES.get(code, N_("сбой расчёта"))))


def changed_since(bill: LiveBill, again: Trial) -> str:
    """What the same bill would be by what is stored today, where that is something else."""
    if again.failed or again.total_kopecks == bill.total_kopecks:
        return ""
    return _(
        "По тому, что записано сегодня, этот счёт был бы %(sum)s: после него изменились показания, тариф или данные "
        "договора.",
        sum=money(again.total_kopecks),
    )


def _difference(kopecks: int) -> str:
    if kopecks == 0:
        return _("столько же, сколько сейчас")
    by = money(abs(kopecks))
    return _("на %(sum)s больше, чем сейчас", sum=by) if kopecks > 0 else _("на %(sum)s меньше, чем сейчас", sum=by)


def cause_options() -> list[tuple[str, str]]:
    """Why a bill is corrected, as its reader will be told."""
    return [(code, capitalized(_(words))) for code, words in REASONS.items()]
