"""The charts of the page, made of what was counted at night."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta

from lk import clock, filters
from lk.money import to_rubles
from lk.period import Period
from lk.statistics import words
from lk.statistics.charts import Chart, Series, day_tick, days, month_tick, per_mille, percent, rubles, span, stack
from lk.statistics.queries import ByDay, counted, counted_rows, last_of_months
from lk.statistics.rules import MONTHS
from lk.tariffs.queries import calendars
from lk.tariffs.rules import calendar_for

LETTER_DAYS = 31
NONE: Mapping[str, int] = {}


async def readings_chart(period: Period, today: Mapping[str, int]) -> Chart:
    """Of the month's window; `today` of today, where that is one of its days."""
    window = calendar_for(await calendars(), period).window(period)
    found = dict(await counted("readings", window.opens_on, window.closes_on))
    if window.opens_on <= clock.today() <= window.closes_on and today:
        found[clock.today()] = today
    count = (window.closes_on - window.opens_on).days + 1
    shown = [window.opens_on + timedelta(days=at) for at in range(count)]
    whole = sum(sum(values.values()) for values in found.values())
    own = sum(values.get(name, 0) for values in found.values() for name in ("resident", "helper", "link"))
    told = f"{_readings(whole)} {filters.month_for(period)}, из них сами жители передали {filters.share(own, whole)}."
    title = f"Показания {filters.month_for(period)} по дням"
    return _by_day("readings", title, told if whole else "За эти дни показаний нет.", shown, found, words.CHANNELS)


async def letters_chart() -> Chart:
    until = clock.today() - timedelta(days=1)
    since = until - timedelta(days=LETTER_DAYS - 1)
    found = await counted("letters", since, until)
    whole, dead = (
        sum(sum(values.get(name, 0) for name in names) for values in found.values())
        for names in (("sent", "waiting", "dead"), ("dead",))
    )
    told = f"{_letters(whole)} за {LETTER_DAYS} день, не доставлено {filters.number(dead)}."
    shown = [since + timedelta(days=at) for at in range(LETTER_DAYS)]
    return _by_day(
        "letters", "Письма и что с ними стало", told if whole else "Писем не было.", shown, found, words.FATES
    )


def _by_day(name: str, title: str, told: str, shown: list[date], found: ByDay, series: tuple[Series, ...]) -> Chart:
    columns, top = stack(
        [(filters.day(day), day_tick(day, at, len(shown)), found.get(day, NONE)) for at, day in enumerate(shown)],
        series,
        filters.number,
    )
    return Chart(name, "stack", title, told, top, series, columns, ("День", *(each.words for each in series)))


async def month_charts() -> list[Chart]:
    """Of the newest thirteen months."""
    until = clock.today()
    newest = Period.of(until)
    months = [newest + at for at in range(1 - MONTHS, 1)]
    days_of = (months[0].first_day, until)
    bills, autopay = await counted("bills", *days_of), await counted("autopay", *days_of)
    money, paying = await counted("money", *days_of), await counted("paying", *days_of)
    opened, debts = await counted("cabinets", *days_of), await last_of_months("debts", *days_of)
    debtors = await last_of_months("debtors", *days_of)
    return [
        _shares(
            "bills",
            "Счета без показаний",
            _months(months, bills),
            words.METHODS,
            ("reading", "average", "norm", "away"),
            "Из счетов {month} посчитано без показаний {share}.",
        ),
        _shares(
            "autopay",
            "Кабинеты с автоплатежом",
            _months(months, autopay),
            words.AUTOPAYS,
            ("cabinets",),
            "На конец {month_of} автоплатёж включён у {share} кабинетов.",
        ),
        _shares(
            "money",
            "Каким путём приходят деньги",
            _months(months, money),
            words.WAYS,
            tuple(each.name for each in words.WAYS),
            "",
        ),
        _debts(debts, debtors),
        _paying(_months(months, paying)),
        _opened(months, opened),
    ]


Months = list[tuple[Period, Mapping[str, int]]]


def _months(months: list[Period], found: ByDay) -> Months:
    """From the first one on of which something is known."""
    known = [(period, found.get(period.first_day, NONE)) for period in months]
    first = next((at for at, (_, values) in enumerate(known) if values), len(known))
    return known[first:]


def _shares(
    name: str, title: str, months: Months, series: tuple[Series, ...], whole: tuple[str, ...], told: str
) -> Chart:
    """Each series as a share of `whole`."""
    shares = [
        {each.name: per_mille(values.get(each.name, 0), sum(values.get(part, 0) for part in whole)) for each in series}
        for _, values in months
    ]
    columns, top = stack(
        [
            (filters.month(period), month_tick(period, at, len(months)), share)
            for at, ((period, _), share) in enumerate(zip(months, shares, strict=True))
        ],
        series,
        percent,
    )
    return Chart(name, "stack", title, _told_share(months, shares, told), top, series, columns, _month_head(series))


def _told_share(months: Months, shares: list[dict[str, int]], told: str) -> str:
    """Of the newest month of which something is known."""
    known = [(period, share) for (period, values), share in zip(months, shares, strict=True) if any(values.values())]
    if not known:
        return "Пока ничего не посчитано."
    period, share = known[-1]
    if not told:
        return f"{filters.month(period).capitalize()}: автоплатежом {percent(share['autopay'])} всех денег."
    month_of = f"{filters.day(period.first_day).partition(filters.NO_BREAK_SPACE)[2]}"
    return told.format(month=filters.month_for(period), month_of=month_of, share=percent(sum(share.values())))


def _debts(debts: ByDay, debtors: ByDay) -> Chart:
    columns, top = stack(
        [
            (filters.day_year(day), month_tick(Period.of(day), at, len(debts)), values)
            for at, (day, values) in enumerate(sorted(debts.items()))
        ],
        words.AGES,
        rubles,
    )
    newest = max(debts, default=None)
    told = "Пока ничего не посчитано."
    notes: tuple[str, ...] = ()
    if newest is not None:
        count = sum(debtors.get(newest, NONE).values())
        people = filters.plural(count, "лицевого счёта", "лицевых счетов")
        told = f"Просрочено {rubles(sum(debts[newest].values()))} у {people}."
        notes = tuple(
            f"{each.words}: {rubles(debts[newest].get(each.name, 0))}, "
            f"{_accounts(debtors.get(newest, NONE).get(each.name, 0))}"
            for each in words.AGES
        )
    head = ("На день", *(each.words for each in words.AGES))
    return Chart("debts", "stack", "Долги по возрасту", told, top, words.AGES, columns, head, notes)


def _paying(months: Months) -> Chart:
    rows = [
        (
            filters.month(period),
            month_tick(period, at, len(months)),
            _within(values),
            (filters.share(values.get("paid", 0), values.get("billed", 0)),),
        )
        for at, (period, values) in enumerate(months)
    ]
    columns, top = span(rows, days)
    known = [(label, within, cells) for label, _, within, cells in rows if within]
    told = "Пока ничего не посчитано."
    if known:
        label, within, cells = known[-1]
        told = f"Счета за {label}: половина оплативших уложилась в {days(within[1])}, оплачено {cells[0]} счетов."
    head = ("Месяц", "Четверть за", "Половина за", "Три четверти за", "Оплачено")
    return Chart("paying", "span", "За сколько дней платят", told, top, words.SPAN, columns, head)


def _within(values: Mapping[str, int]) -> tuple[int, int, int] | None:
    if "half" not in values:
        return None
    return values["quarter"], values["half"], values["three_quarters"]


def _opened(months: list[Period], found: ByDay) -> Chart:
    """Days by months."""
    by_month: dict[date, dict[str, int]] = {}
    for day, values in found.items():
        month = by_month.setdefault(day.replace(day=1), {"opened": 0})
        month["opened"] += values.get("opened", 0)
    shown = _months(months, by_month)
    columns, top = stack(
        [
            (filters.month(period), month_tick(period, at, len(shown)), values)
            for at, (period, values) in enumerate(shown)
        ],
        words.OPENED,
        filters.number,
    )
    whole = sum(values.get("opened", 0) for _, values in shown)
    told = f"За эти месяцы открыто {filters.plural(whole, 'кабинет', 'кабинетов')}."
    return Chart("cabinets", "stack", "Открыто кабинетов", told, top, words.OPENED, columns, _month_head(words.OPENED))


def _month_head(series: tuple[Series, ...]) -> tuple[str, ...]:
    return ("Месяц", *(each.words for each in series))


def _readings(count: int) -> str:
    return filters.plural(count, "показание", "показаний")


def _letters(count: int) -> str:
    return filters.plural(count, "письмо", "писем")


def _accounts(count: int) -> str:
    return filters.plural(count, "счёт", "счетов")


async def chart_file(name: str) -> AsyncIterator[str]:
    """Everything that was ever counted of it, as CSV. Raises KeyError."""
    yield _csv([("name", "day", "series", "value")])
    for each in words.FILES[name]:
        async for rows in counted_rows(each, date(1970, 1, 1), clock.today()):
            is_money = each in words.MONEY
            yield _csv(
                [
                    (each, day.isoformat(), series, to_rubles(value) if is_money else str(value))
                    for day, series, value in rows
                ]
            )


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
