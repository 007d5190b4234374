"""The charts of the page, made of what was counted at night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from lk import clock, filters
from lk.language import N_, _, ngettext
from lk.period import Period
from lk.statistics import words
from lk.statistics.charts import Chart, Series, day_tick, days, month_tick, per_mille, percent, rubles, span, stack
from lk.statistics.queries import ByDay, counted, last_of_months
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
    month = filters.month_for(period)
    title = _("Показания %(for_month)s по дням", for_month=month)
    told = _("За эти дни показаний нет.")
    if whole:
        told = _(
            "%(readings)s %(for_month)s, из них сами жители передали %(share)s.",
            readings=filters.plural(whole, "показание", "показаний"),
            for_month=month,
            share=filters.share(own, whole),
        )
    return _by_day("readings", title, told, shown, found, words.said(words.CHANNELS))


async def letters_chart() -> Chart:
    until = clock.today() - timedelta(days=1)
    since = until - timedelta(days=LETTER_DAYS - 1)
    found = await counted("letters", since, until)
    whole, dead = (
        sum(sum(values.get(name, 0) for name in names) for values in found.values())
        for names in (("sent", "waiting", "dead"), ("dead",))
    )
    told = _("Писем не было.")
    if whole:
        told = _(
            "%(letters)s за %(days)s день, не доставлено %(dead)s.",
            letters=filters.plural(whole, "письмо", "писем"),
            days=LETTER_DAYS,
            dead=filters.number(dead),
        )
    shown = [since + timedelta(days=at) for at in range(LETTER_DAYS)]
    return _by_day("letters", _("Письма и что с ними стало"), told, shown, found, words.said(words.FATES))


def _by_day(name: str, title: str, told: str, shown: list[date], found: ByDay, series: tuple[Series, ...]) -> Chart:
    columns, top = stack(
        [(filters.day(day), day_tick(day, at, len(shown)), found.get(day, NONE)) for at, day in enumerate(shown)],
        series,
        filters.number,
    )
    return Chart(name, "stack", title, told, top, series, columns, (_("День"), *(each.words for each in series)))


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
            _("Счета без показаний"),
            _months(months, bills),
            words.said(words.METHODS),
            ("reading", "average", "norm", "away"),
            N_("Из счетов %(for_month)s посчитано без показаний %(share)s."),
        ),
        _shares(
            "autopay",
            _("Кабинеты с автоплатежом"),
            _months(months, autopay),
            words.said(words.AUTOPAYS),
            ("cabinets",),
            N_("На конец %(month)s автоплатёж включён у %(share)s кабинетов."),
        ),
        _shares(
            "money",
            _("Каким путём приходят деньги"),
            _months(months, money),
            words.said(words.WAYS),
            tuple(each.name for each in words.WAYS),
            N_("%(title)s: автоплатежом %(autopay)s всех денег."),
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
    """Each series as a share of `whole`; `told` of the newest month."""
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
        return _("Пока ничего не посчитано.")
    period, share = known[-1]
    return _(
        told,
        title=filters.month(period).capitalize(),
        for_month=filters.month_for(period),
        month=filters.day(period.first_day).partition(filters.NO_BREAK_SPACE)[2],
        share=percent(sum(share.values())),
        autopay=percent(share.get("autopay", 0)),
    )


def _debts(debts: ByDay, debtors: ByDay) -> Chart:
    ages = words.said(words.AGES)
    columns, top = stack(
        [
            (filters.day_year(day), month_tick(Period.of(day), at, len(debts)), values)
            for at, (day, values) in enumerate(sorted(debts.items()))
        ],
        ages,
        rubles,
    )
    newest = max(debts, default=None)
    told = _("Пока ничего не посчитано.")
    notes: tuple[str, ...] = ()
    if newest is not None:
        count = sum(debtors.get(newest, NONE).values())
        told = _(
            "Просрочено %(sum)s у %(accounts)s.",
            sum=rubles(sum(debts[newest].values())),
            accounts=filters.plural(count, "лицевого счёта", "лицевых счетов"),
        )
        notes = tuple(
            ngettext(
                "%(age)s: %(sum)s, %(num)s\u00a0счёт",
                "%(age)s: %(sum)s, %(num)s\u00a0счетов",
                debtors.get(newest, NONE).get(each.name, 0),
                age=each.words,
                sum=rubles(debts[newest].get(each.name, 0)),
            )
            for each in ages
        )
    head = (_("На день"), *(each.words for each in ages))
    return Chart("debts", "stack", _("Долги по возрасту"), told, top, ages, columns, head, notes)


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
    known = [(label, within, cells) for label, _tick, within, cells in rows if within]
    told = _("Пока ничего не посчитано.")
    if known:
        label, within, cells = known[-1]
        told = _(
            "Счета за %(month)s: половина оплативших уложилась в %(days)s, оплачено %(share)s счетов.",
            month=label,
            days=days(within[1]),
            share=cells[0],
        )
    head = (_("Месяц"), _("Четверть за"), _("Половина за"), _("Три четверти за"), _("Оплачено"))
    return Chart("paying", "span", _("За сколько дней платят"), told, top, words.said(words.SPAN), columns, head)


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
    shown, opened = _months(months, by_month), words.said(words.OPENED)
    columns, top = stack(
        [
            (filters.month(period), month_tick(period, at, len(shown)), values)
            for at, (period, values) in enumerate(shown)
        ],
        opened,
        filters.number,
    )
    whole = sum(values.get("opened", 0) for _, values in shown)
    told = _("За эти месяцы открыто %(cabinets)s.", cabinets=filters.plural(whole, "кабинет", "кабинетов"))
    return Chart("cabinets", "stack", _("Открыто кабинетов"), told, top, opened, columns, _month_head(opened))


def _month_head(series: tuple[Series, ...]) -> tuple[str, ...]:
    return (_("Месяц"), *(each.words for each in series))
