"""How a customer's month stands, in the desk's words: meters, autopay, the last bill, what waits. Finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import clock
from lk.autopay.queries import AutopayView, autopay_of, months_of
from lk.autopay.rules import Mode
from lk.billing.queries import bills_of
from lk.energy import registers_of
from lk.filters import NO_BREAK_SPACE, day, day_year, money, money_short, month_for, nth, number
from lk.language import N_, _
from lk.metering.declared import away_of
from lk.metering.queries import Occasion, StoredReading, occasions, regular_readings
from lk.period import Period
from lk.support.messages import AUTOPAY_MONTHS, capitalized, task_words
from lk.support.queries import DeskAccount, DeskMeter, OpenTask, desk_meters, open_tasks

VERDICTS = {
    "accepted": (N_("принято"), "good"),
    "held": (N_("на проверке"), "wait"),
    "rejected": (N_("не принято"), "bad"),
}


@dataclass(frozen=True, slots=True)
class MeterState:
    """A meter, and this month's reading of it in words: `state`, and `verdict` in one or two; none once it was removed.

    `tone` good|wait|bad|note.
    """

    id: int
    serial_number: str
    about: str
    state: str
    verdict: str
    tone: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits. `href` leads to where it can be settled."""

    title: str
    note: str
    since: datetime
    href: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`window`: for which month a reading counts now, and until when. `bill`: label, sum, note of the newest."""

    meters: tuple[MeterState, ...]
    window: str
    away: str
    autopay: str
    autopay_note: str
    bill: tuple[str, str, str] | None
    bill_period: Period | None
    tasks: tuple[Task, ...]


async def standing_of(account: DeskAccount, *, may_move_money: bool) -> Standing:
    today = clock.today()
    met = await occasions(account.id, account.power_kw, taken_on=today, today=today, source="resident")
    sent = await regular_readings(account.id, met[0].period) if met else []
    away, autopay = await away_of(account.id), await autopay_of(account.id, 0)
    months = await months_of(account.id) if autopay else []
    bills = await bills_of(account.id, limit=1)
    return Standing(
        meters=tuple(_meter(each, met, sent) for each in await desk_meters(account.id)),
        window=_window(met[0], today) if met else "",
        away=_("Никого нет до %(day)s: показаний не ждём", day=day_year(away.until_on)) if away else "",
        autopay=_autopay(autopay),
        autopay_note=f"{capitalized(month_for(months[0].period))}: {_(AUTOPAY_MONTHS[months[0].status])}"
        if months
        else "",
        bill=_bill(bills[0].period, bills[0].to_pay_kopecks, bills[0].due_on) if bills else None,
        bill_period=bills[0].period if bills else None,
        tasks=tuple(_task(each, account, may_move_money) for each in await open_tasks(account.id)),
    )


def _meter(meter: DeskMeter, met: list[Occasion], sent: list[StoredReading]) -> MeterState:
    zones = _("Т1–Т%(last)s", last=meter.zones) if meter.zones > 1 else _("одна зона")
    about = [zones, f"×{NO_BREAK_SPACE}{number(meter.ratio)}" if meter.ratio > 1 else ""]
    if meter.removed_on is not None:
        about += [_("снят %(day)s", day=day_year(meter.removed_on))]
    elif meter.verified_until is not None:
        about += [_("поверка до %(day)s", day=day_year(meter.verified_until))]
    occasion = next((each for each in met if each.meter.id == meter.id), None)
    own = [each for each in sent if each.meter_id == meter.id]
    state, verdict, tone = _state(occasion, own) if occasion else ("", "", "note")
    words = " · ".join(filter(None, about))
    return MeterState(meter.id, meter.serial_number, words, state, verdict, tone, meter.removed_on is not None)


def _state(occasion: Occasion, own: list[StoredReading]) -> tuple[str, str, str]:
    """Of the newest reading of the month, else what is waited for."""
    for_month = month_for(occasion.period)
    standing = [each for each in own if each.status in ("accepted", "held")]
    newest = (standing or own)[-1] if own else None
    if newest is None:
        if occasion.previous is not None and occasion.previous.period == occasion.period:
            return _("%(for_month)s снято при замене", for_month=capitalized(for_month)), _("принято"), "good"
        is_waited = clock.today() in occasion.window
        return _("Показания %(for_month)s ещё нет", for_month=for_month), _("ждём") if is_waited else "", "wait"
    values = newest.values
    names = registers_of(len(values))
    read = ", ".join(
        f"{name}{NO_BREAK_SPACE}{number(value)}" if len(values) > 1 else number(value)
        for name, value in zip(names, values, strict=True)
    )
    verdict, tone = VERDICTS.get(newest.status, ("", "note"))
    return f"{capitalized(for_month)}, {day(newest.taken_on)}: {read}", _(verdict) if verdict else "", tone


def _window(occasion: Occasion, today: date) -> str:
    for_month = month_for(occasion.period)
    opens, closes = day(occasion.window.opens_on), day(occasion.window.closes_on)
    if today in occasion.window:
        return _("Ждём показания %(for_month)s до %(day)s включительно", for_month=for_month, day=closes)
    return _(
        "Показание сейчас засчитаем %(for_month)s, приём с %(first)s по %(last)s",
        for_month=for_month,
        first=opens,
        last=closes,
    )


def _autopay(agreed: AutopayView | None) -> str:
    """Without the card: an agent has no use for it."""
    if agreed is None:
        return _("не включён")
    sum_ = money_short(agreed.sum_kopecks)
    is_by_bill = agreed.mode is Mode.BILL
    what = _("сумма счёта, не больше %(sum)s", sum=sum_) if is_by_bill else _("%(sum)s каждый месяц", sum=sum_)
    if agreed.suspended_at is not None or not agreed.is_card_active:
        return _("остановлен, карта не подходит (%(what)s)", what=what)
    return _("%(what)s, %(day)s-го числа", what=what, day=nth(agreed.day))


def _bill(period: Period, to_pay_kopecks: int, due_on: date | None) -> tuple[str, str, str]:
    note = _("оплатить до %(day)s", day=day_year(due_on)) if due_on else _("ещё не доставлен")
    return _("Счёт %(for_month)s", for_month=month_for(period)), money(to_pay_kopecks), note


def _task(task: OpenTask, account: DeskAccount, may_move_money: bool) -> Task:
    title, note = task_words(task)
    moves = f"/operations/payments?q={account.number}" if may_move_money else None
    desks = {"held_reading": "/support/held", "held_bill": "/support/held-bills", "put_aside": None}
    return Task(title, note, task.since, desks.get(task.kind, moves))
