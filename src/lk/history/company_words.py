"""Events of the whole company, prices and settings, in words: they stand in no resident's history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from lk import filters
from lk.history.wording import Numbers, Words
from lk.period import Period

REGIONS = {"moscow": "Москва", "moscow_oblast": "Московская область"}
CATEGORIES = {"gas": "газовые плиты", "electric": "электроплиты", "rural": "сельские дома"}
EXPORTS = {
    "accounts": "лицевые счета",
    "readings": "показания",
    "bills": "счета",
    "ledger": "движение денег",
    "payments": "платежи",
    "messages": "письма",
    "print-run": "счета на печать",
}


def place_name(region: str, tariff_category: str) -> str:
    """`Москва, газовые плиты`."""
    return f"{REGIONS[region]}, {CATEGORIES[tariff_category]}"


def _since_month(numbers: Numbers) -> str:
    return f"с {filters.day_year(Period.parse(numbers['since']).first_day)}"


def _since_day(numbers: Numbers) -> str:
    return f"с {filters.day_year(date.fromisoformat(numbers['since']))}"


def _of_place(title: str, told: Callable[[Numbers], str]) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        place = place_name(str(numbers["region"]), str(numbers["category"]))
        return f"{title}: {place}", f"{_since_month(numbers)} · {told(numbers)}", None, None

    return said


def _prices(numbers: Numbers) -> str:
    """`2 тарифа T1 9,45 ₽`, of a further band with its number."""
    return ", ".join(_price(*each) for each in numbers["prices"])


def _price(zones: int, register: str, band: int, kopecks: int) -> str:
    name = f"{filters.plural(zones, 'тариф', 'тарифов')} {register}"
    name = name if band == 1 else f"{name}, диапазон {band}"
    return f"{name} {filters.money(kopecks)}"


def _norms(numbers: Numbers) -> str:
    return ", ".join(
        f"{filters.plural(residents, 'человек', 'человек')} {filters.kwh(kwh)}" for residents, kwh in numbers["norms"]
    )


def _bands(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        limits: Sequence[int] = numbers["limits"]
        return title, f"{_since_month(numbers)} · до {', до '.join(map(filters.kwh, limits))}", None, None

    return said


def _penalty_rate(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        return title, f"{_since_day(numbers)} · {percent(int(numbers['basis_points']))} годовых", None, None

    return said


def percent(basis_points: int) -> str:
    """950 → `9,5 %`."""
    whole, rest = divmod(basis_points, 100)
    text = f"{whole},{rest:02}".rstrip("0").rstrip(",")
    return f"{text}{filters.NO_BREAK_SPACE}%"


def _calendar(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        note = f"с {filters.day_year(Period.parse(numbers['period']).first_day)}"
        if "readings_open" in numbers:
            days = (
                f"показания {numbers['readings_open']}–{numbers['readings_close']}",
                f"расчёт {numbers['bill_run']}",
                f"печать {numbers['print_by']}",
                f"счёт до {numbers['bill_by']}",
                f"оплата до {numbers['pay_by']}",
            )
            note = f"{note} · {', '.join(days)}"
        return title, note, None, None

    return said


def _setting(numbers: Numbers) -> Words:
    return "Изменена настройка", f"{numbers['name']}: {numbers['before']} → {numbers['after']}", None, None


def _export(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        what = EXPORTS.get(str(numbers.get("what")), "файл")
        period = numbers.get("period")
        note = f"{what}, {filters.month(Period.parse(period))}" if period else f"{what}, за всё время"
        return title, note, None, None

    return said


COMPANY: dict[str, Callable[[Numbers], Words]] = {
    "prices_set": _of_place("Новые цены", _prices),
    "prices_withdrawn": _of_place("Отменены будущие цены", _prices),
    "norms_set": _of_place("Новые нормативы", _norms),
    "norms_withdrawn": _of_place("Отменены будущие нормативы", _norms),
    "bands_set": _bands("Новые диапазоны потребления"),
    "bands_withdrawn": _bands("Отменены будущие диапазоны"),
    "penalty_rate_set": _penalty_rate("Новая ставка пеней"),
    "penalty_rate_withdrawn": _penalty_rate("Отменена будущая ставка пеней"),
    "calendar_set": _calendar("Изменены дни расчётного месяца"),
    "calendar_withdrawn": _calendar("Отменены будущие дни месяца"),
    "setting_changed": _setting,
    "export_taken": _export("Выгружены данные"),
    "print_run_asked": _export("Заказана печать"),
    "print_run_taken": _export("Скачаны счета на печать"),
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
