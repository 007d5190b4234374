"""Events of the whole company, prices and settings, in words: they stand in no resident's history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from lk import filters, language
from lk.history.wording import Numbers, Words
from lk.language import N_, _
from lk.period import Period

REGIONS = {"moscow": N_("Москва"), "moscow_oblast": N_("Московская область")}
CATEGORIES = {"gas": N_("газовые плиты"), "electric": N_("электроплиты"), "rural": N_("сельские дома")}
EXPORTS = {
    "accounts": N_("лицевые счета"),
    "readings": N_("показания"),
    "bills": N_("счета"),
    "ledger": N_("движение денег"),
    "payments": N_("платежи"),
    "messages": N_("письма"),
    "print-run": N_("счета на печать"),
}
DAYS = ("readings_open", "readings_close", "bill_run", "print_by", "bill_by", "pay_by")


def place_name(region: str, tariff_category: str) -> str:
    """`Москва, газовые плиты`."""
    return f"{_(REGIONS[region])}, {_(CATEGORIES[tariff_category])}"


def _since_month(numbers: Numbers) -> str:
    return _since(Period.parse(numbers["since"]).first_day)


def _since_day(numbers: Numbers) -> str:
    return _since(date.fromisoformat(numbers["since"]))


def _since(first: date) -> str:
    return _("с %(day)s", day=filters.day_year(first))


def _of_place(title: str, told: Callable[[Numbers], str]) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        place = place_name(str(numbers["region"]), str(numbers["category"]))
        return f"{_(title)}: {place}", f"{_since_month(numbers)} · {told(numbers)}", None, None

    return said


def _prices(numbers: Numbers) -> str:
    """`2 тарифа T1 9,45 ₽`, of a further band with its number."""
    return ", ".join(_price(*each) for each in numbers["prices"])


def _price(zones: int, register: str, band: int, kopecks: int) -> str:
    name = f"{filters.plural(zones, 'тариф', 'тарифов')} {register}"
    name = name if band == 1 else _("%(name)s, диапазон %(band)s", name=name, band=band)
    return f"{name} {filters.money(kopecks)}"


def _norms(numbers: Numbers) -> str:
    return ", ".join(
        f"{filters.plural(residents, 'человек', 'человек')} {filters.kwh(kwh)}" for residents, kwh in numbers["norms"]
    )


def _bands(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        limits: Sequence[int] = numbers["limits"]
        told = ", ".join(_("до %(limit)s", limit=filters.kwh(each)) for each in limits)
        return _(title), f"{_since_month(numbers)} · {told}", None, None

    return said


def _penalty_rate(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        rate = _("%(percent)s годовых", percent=percent(int(numbers["basis_points"])))
        return _(title), f"{_since_day(numbers)} · {rate}", None, None

    return said


def percent(basis_points: int) -> str:
    """950 → `9,5 %`, in English `9.5%`."""
    whole, rest = divmod(basis_points, 100)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')}{filters.NO_BREAK_SPACE}%" if language.current() == "ru" else f"{text}%"


def _calendar(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        note = _since(Period.parse(numbers["period"]).first_day)
        if "readings_open" in numbers:
            days = _(
                "показания %(readings_open)s–%(readings_close)s, расчёт %(bill_run)s, печать %(print_by)s, "
                "счёт до %(bill_by)s, оплата до %(pay_by)s",
                **{name: numbers[name] for name in DAYS},
            )
            note = f"{note} · {days}"
        return _(title), note, None, None

    return said


def _setting(numbers: Numbers) -> Words:
    return _("Изменена настройка"), f"{numbers['name']}: {numbers['before']} → {numbers['after']}", None, None


def _export(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        what = _(EXPORTS.get(str(numbers.get("what")), N_("файл")))
        period = numbers.get("period")
        note = f"{what}, {filters.month(Period.parse(period))}" if period else _("%(what)s, за всё время", what=what)
        return _(title), note, None, None

    return said


COMPANY: dict[str, Callable[[Numbers], Words]] = {
    "prices_set": _of_place(N_("Новые цены"), _prices),
    "prices_withdrawn": _of_place(N_("Отменены будущие цены"), _prices),
    "norms_set": _of_place(N_("Новые нормативы"), _norms),
    "norms_withdrawn": _of_place(N_("Отменены будущие нормативы"), _norms),
    "bands_set": _bands(N_("Новые диапазоны потребления")),
    "bands_withdrawn": _bands(N_("Отменены будущие диапазоны")),
    "penalty_rate_set": _penalty_rate(N_("Новая ставка пеней")),
    "penalty_rate_withdrawn": _penalty_rate(N_("Отменена будущая ставка пеней")),
    "calendar_set": _calendar(N_("Изменены дни расчётного месяца")),
    "calendar_withdrawn": _calendar(N_("Отменены будущие дни месяца")),
    "setting_changed": _setting,
    "export_taken": _export(N_("Выгружены данные")),
    "print_run_asked": _export(N_("Заказана печать")),
    "print_run_taken": _export(N_("Скачаны счета на печать")),
}
PRICE_KINDS = (
    "prices_set",
    "prices_withdrawn",
    "norms_set",
    "norms_withdrawn",
    "bands_set",
    "bands_withdrawn",
    "penalty_rate_set",
    "penalty_rate_withdrawn",
    "calendar_set",
    "calendar_withdrawn",
)
"""What changes how bills are made; the index `events_of_prices` has them."""
