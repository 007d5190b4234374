"""One account's bill of one period: what to book, at what price, and whether a person must look at it first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lk.billing.charging import estimate_lines, settlement_lines
from lk.billing.lines import BillDraft as BillDraft
from lk.billing.lines import BillFacts as BillFacts
from lk.billing.lines import BookedLine as BookedLine
from lk.billing.lines import ChargeLine as ChargeLine
from lk.billing.penalty import PenaltyLine, penalty_lines
from lk.billing.settlement import Settlement, histories, settlements
from lk.metering.rules import (
    Estimate,
    EstimateFacts,
    MeterFacts,
    days_open,
    estimate,
    is_away,
    physical_cap,
    usage_history,
)
from lk.outcome import Problem, Severity
from lk.period import Period
from lk.tariffs.rules import Calendar, NoNorm, PriceList, period_of_run, vat_inside

STOP_LOSS_TIMES = 5
STOP_LOSS_KOPECKS = 3_000_00
USUAL_BILLS_AT_LEAST = 3


def first_period(opened_on: date, calendars: Iterable[Calendar], company_first: Period) -> Period:
    """The first period billed: an account opened on the run day or later begins with the next one."""
    return max(period_of_run(opened_on, calendars), company_first)


def last_period(closed_on: date, calendars: Iterable[Calendar]) -> Period:
    """The last period billed: an account closed on the run day or later is billed once more, at the next run."""
    return period_of_run(closed_on, calendars)


def is_billed_in(
    period: Period, opened_on: date, closed_on: date | None, calendars: Sequence[Calendar], company_first: Period
) -> bool:
    """Whether the account gets a bill of the period."""
    if period < first_period(opened_on, calendars, company_first):
        return False
    return closed_on is None or period <= last_period(closed_on, calendars)


def bill_for(facts: BillFacts, period: Period, prices: PriceList) -> BillDraft:
    """The bill of an account that is billed in `period`. Raises NoRate, NoNorm: then there is no bill to make."""
    settled = settlements(facts, period)
    if settled:
        return _settled_bill(facts, settled, period, prices)
    return _estimated_bill(facts, period, prices)


def _settled_bill(facts: BillFacts, settled: Sequence[Settlement], period: Period, prices: PriceList) -> BillDraft:
    lines = settlement_lines(facts, settled, period, prices)
    used = sum(sum(settlement.growth_kwh) for settlement in settled)
    days = max(settlement.days for settlement in settled)
    return _draft(facts, lines, "reading", _above_cap(facts, used, days), period, prices)


def _estimated_bill(facts: BillFacts, period: Period, prices: PriceList) -> BillDraft:
    meter = _meter_in_place(facts.meters, period, prices)
    away = meter is not None and _is_away(facts, period, prices)
    missed = facts.missed_before + (0 if away or meter is None else 1)
    estimated = _estimate(facts, meter, away, missed, period, prices)
    lines = estimate_lines(facts, meter, estimated, period, prices)
    above = _above_cap(facts, sum(estimated.kwh), period.days)
    return _draft(facts, lines, estimated.method, above, period, prices, missed)


def _meter_in_place(meters: Iterable[MeterFacts], period: Period, prices: PriceList) -> MeterFacts | None:
    """The newest meter installed before the run day and not removed before the period."""
    run_on, first_day = prices.month(period).calendar.bill_run_on(period), period.first_day
    in_place = [
        meter
        for meter in meters
        if meter.installed_on < run_on and (meter.removed_on is None or meter.removed_on >= first_day)
    ]
    return max(in_place, key=lambda meter: meter.installed_on, default=None)


def _is_away(facts: BillFacts, period: Period, prices: PriceList) -> bool:
    if facts.away_until is None:
        return False
    closes_on = prices.month(period).calendar.window(period).closes_on
    return is_away(facts.away_until, closes_on, facts.away_periods_used)


def _estimate(
    facts: BillFacts, meter: MeterFacts | None, away: bool, missed: int, period: Period, prices: PriceList
) -> Estimate:
    history = None
    if meter is not None:
        run = next(run for run in histories(facts.meters) if meter in run)
        earlier = [reading for reading in facts.readings if reading.period.number < period.number]
        history = usage_history(run, earlier)
    return estimate(
        EstimateFacts(
            zones=meter.zones if meter else 1,
            missed=missed,
            history=history,
            residents=facts.residents,
            kwh_per_person=_norm(facts, period, prices),
            days_open=days_open(period, facts.opened_on, facts.closed_on),
            days=period.days,
            is_away=away,
            has_meter=meter is not None,
            max_periods=facts.max_estimated_periods,
        )
    )


def _norm(facts: BillFacts, period: Period, prices: PriceList) -> int | None:
    """kWh a month per person; None where there is no norm, which matters only if it comes to that."""
    try:
        return prices.norm(facts.region, facts.tariff_category, facts.residents, period).kwh_per_person
    except NoNorm:
        return None


def _above_cap(facts: BillFacts, kwh: int, days: int) -> list[Problem]:
    cap = None if facts.power_kw is None else physical_cap(facts.power_kw, days)
    if cap is None or kwh <= cap:
        return []
    return [Problem("above_physical_cap", Severity.HOLD, None, {"consumption": kwh, "cap": cap, "days": days})]


def _draft(
    facts: BillFacts,
    lines: Sequence[ChargeLine],
    method: str,
    reasons: Sequence[Problem],
    period: Period,
    prices: PriceList,
    missed: int = 0,
) -> BillDraft:
    percent = prices.month(period).vat_percent
    adjustment = sum(line.amount_kopecks for line in lines if line.line == "adjustment")
    energy = sum(line.amount_kopecks for line in lines) - adjustment
    return BillDraft(
        account_id=facts.account_id,
        period=period,
        lines=tuple(lines),
        energy_kopecks=energy,
        adjustment_kopecks=adjustment,
        vat_kopecks=vat_inside(energy + adjustment, percent),
        vat_percent=percent,
        opening_balance_kopecks=facts.opening_balance_kopecks,
        method=method,
        missed=missed,
        away_periods=0 if method == "reading" else facts.away_periods_used + (method == "away"),
        hold_reasons=(*reasons, *_negative(lines), *_far_above_usual(energy + adjustment, facts.usual_totals)),
        penalties=_penalties(facts, prices),
        opening_penalty_kopecks=facts.opening_penalty_kopecks,
    )


def _penalties(facts: BillFacts, prices: PriceList) -> tuple[PenaltyLine, ...]:
    if not facts.debts or facts.billed_on is None:
        return ()
    return tuple(penalty_lines(facts.debts, facts.credits, facts.billed_on, prices.penalty_rates))


def _negative(lines: Iterable[ChargeLine]) -> Iterator[Problem]:
    """Energy may only be taken back from a line that once billed it."""
    for line in lines:
        is_credit = line.line == "adjustment" and line.credits_id is not None
        if line.consumption_kwh < 0 and not is_credit:
            yield Problem("negative", Severity.HOLD, None, {"consumption": line.consumption_kwh})


def _far_above_usual(total: int, usual_totals: Sequence[int]) -> Iterator[Problem]:
    """Above five times the median of the last six bills, and above 3 000 ₽; not with fewer than three bills."""
    if total <= STOP_LOSS_KOPECKS or len(usual_totals) < USUAL_BILLS_AT_LEAST:
        return
    in_order = sorted(usual_totals)
    twice_usual = in_order[(len(in_order) - 1) // 2] + in_order[len(in_order) // 2]
    if 2 * total > STOP_LOSS_TIMES * twice_usual:
        yield Problem("far_above_usual", Severity.HOLD, None, {"total": total, "usual": twice_usual // 2})
