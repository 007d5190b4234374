"""Jinja filters: how sums, energy, days and numbers are written for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import wraps

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from lk import language
from lk.day_words import day as day
from lk.day_words import day_of_month as day_of_month
from lk.day_words import day_year as day_year
from lk.day_words import month as month
from lk.day_words import month_by as month_by
from lk.day_words import month_for as month_for
from lk.day_words import month_in as month_in
from lk.day_words import month_name as month_name
from lk.day_words import nth as nth
from lk.energy import registers_of
from lk.language import NO_BREAK_SPACE as NO_BREAK_SPACE
from lk.language import _, ngettext
from lk.language import number as number
from lk.language import plural as plural
from lk.money import half_up

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_AGENT = re.compile(r"\b([А-ЯЁ]-\w+)")
_RUSSIAN = re.compile("[а-яё](?:[^a-z&<]*[а-яё])?", re.IGNORECASE)
"""As much Russian as comes before Latin letters or the end."""


def register(environment: Environment, zone: tzinfo, today: Callable[[], date]) -> None:
    """Gives `environment` every filter; `zone` is the company's, `today` its date when a page is rendered.

    `time` writes an instant as `14:05`, `moment` as `10 марта, 14:05`, `day_smart` a date as `10 марта`; the last two
    name the year where it is not this one. `moment_input` is the value of a `datetime-local` field.
    """

    def day_smart(value: date) -> str:
        return day(value) if value.year == today().year else day_year(value)

    def time(instant: datetime) -> str:
        return f"{instant.astimezone(zone):%H:%M}"

    def moment(instant: datetime) -> str:
        return f"{day_smart(instant.astimezone(zone).date())}, {time(instant)}"

    def moment_input(instant: datetime) -> str:
        return f"{instant.astimezone(zone):%Y-%m-%dT%H:%M}"

    filters: dict[str, Callable[..., object]] = {
        "account_number": account_number,
        "as_written": as_written,
        "code_groups": code_groups,
        "day": day,
        "day_of_month": day_of_month,
        "day_smart": day_smart,
        "day_year": day_year,
        "kwh": kwh,
        "lang_of": lang_of,
        "mask_address": mask_address,
        "mask_email": mask_email,
        "mask_name": mask_name,
        "moment": moment,
        "moment_input": moment_input,
        "money": money,
        "money_about": money_about,
        "money_plain": money_plain,
        "money_short": money_short,
        "month": month,
        "month_by": month_by,
        "month_for": month_for,
        "month_in": month_in,
        "month_name": month_name,
        "nth": nth,
        "number": number,
        "price": money,
        "russian_marked": russian_marked,
        "share": share,
        "signed_money": signed_money,
        "tel": tel,
        "time": time,
        "with_codes": with_codes,
    }
    environment.filters |= {name: _when_shown(write) for name, write in filters.items()}


def _when_shown(write: Callable[..., object]) -> Callable[..., object]:
    """Jinja would work a constant out once, in the language of the first reader: what knows the context it leaves."""

    @pass_context
    @wraps(write)
    def written(_context: Context, *args: object, **named: object) -> object:
        return write(*args, **named)

    return written


def dials_words(values: Sequence[int]) -> str:
    """`45 210`, or `T1 4 900, T2 2 150`."""
    if len(values) == 1:
        return number(values[0])
    named = zip(registers_of(len(values)), values, strict=True)
    return ", ".join(f"{register}{NO_BREAK_SPACE}{number(value)}" for register, value in named)


def as_written(text: str) -> str | Markup:
    """Names and addresses stay as people wrote them: on a page in another language they are marked as Russian."""
    if language.current() == "ru" or not _CYRILLIC.search(text):
        return text
    return Markup('<span lang="ru">{}</span>').format(text)


def russian_marked(sentence: str) -> str | Markup:
    """A sentence of ours with names or titles in it: on a page in another language those are marked as Russian."""
    if language.current() == "ru":
        return sentence
    return Markup(_RUSSIAN.sub(lambda found: f'<span lang="ru">{found[0]}</span>', escape(sentence)))  # noqa: S704


def marked(said: str, **values: object) -> Markup:
    """A message with `as_written` in its places; what else comes there is escaped."""
    return Markup(said) % values  # noqa: S704


def money_plain(kopecks: int) -> str:
    """208860 → `2 088,60`, in English `2,088.60`."""
    rubles, rest = divmod(abs(kopecks), 100)
    sign = language.MINUS if kopecks < 0 else ""
    return f"{sign}{number(rubles)}{language.symbols()[1]}{rest:02}"


def money(kopecks: int) -> str:
    """208860 → `2 088,60 ₽`; a price in kopecks per kWh is written the same way."""
    return f"{money_plain(kopecks)}{NO_BREAK_SPACE}₽"


def signed_money(kopecks: int) -> str:
    """A change of the balance: `+2 088,60 ₽`, `−1 954,20 ₽`, `0,00 ₽`."""
    return f"+{money(kopecks)}" if kopecks > 0 else money(kopecks)


def kwh(value: int) -> str:
    """1234 → `1 234 кВт·ч`, in English `1,234 kWh`."""
    return f"{number(value)}{NO_BREAK_SPACE}{_('кВт·ч')}"


def share(part: int, whole: int) -> str:
    """861204 of 1000000 → `86 %`; never `100 %` before the end, never `0 %` after the beginning."""
    if whole <= 0:
        return "—"
    percent = half_up(part * 100, whole)
    if 0 < part < whole:
        percent = min(max(percent, 1), 99)
    return f"{percent}{NO_BREAK_SPACE}%" if language.current() == "ru" else f"{percent}%"


def money_short(kopecks: int) -> str:
    """500000 → `5 000 ₽`, 208860 → `2 088,60 ₽`: what people chose themselves is mostly whole."""
    return money(kopecks) if kopecks % 100 else f"{number(kopecks // 100)}{NO_BREAK_SPACE}₽"


def money_about(kopecks: int) -> str:
    """113451 → `1 100 ₽`: to the hundred rubles, to the ruble below a hundred."""
    step = 100_00 if kopecks >= 100_00 else 100
    return f"{number(half_up(kopecks, step) * step // 100)}{NO_BREAK_SPACE}₽"


def account_number(digits: str) -> str:
    """`1234567890` → `12345-678-90`."""
    return f"{digits[:5]}-{digits[5:8]}-{digits[8:]}"


def number_end(digits: str) -> str:
    """`1234567890` → `678-90`: for letters, whose addresses may be mistyped."""
    return account_number(digits)[-6:]


def code_groups(code: str) -> str:
    """`k7mp2h9xq4rtab3c` → `k7mp-2h9x-q4rt-ab3c`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def time_left(left: timedelta) -> str:
    """`Остался почти час`, `Осталось 5 часов`, `Осталось 2 дня и 5 часов`: whole hours, rounded down, in words."""
    days, hours = divmod(max(left, timedelta()) // timedelta(hours=1), 24)
    if not days and not hours:
        return _("Осталось меньше часа")
    words = [plural(days, "день", "дней")] if days else []
    if hours:
        words.append(plural(hours, "час", "часов"))
    return ngettext("Остался %(time)s", "Осталось %(time)s", days or hours, time=_(" и ").join(words))


def mask_email(address: str) -> str:
    """`ivan@mail.ru` → `i•••@mail.ru`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••{at}{domain}" if at else "•••"


def mask_name(name: str) -> str:
    """`Иванова Мария` → `И••• М•••`: enough to hear whether somebody gives the same name."""
    return " ".join(word[:1] + "•••" for word in name.split())


def mask_address(address: str) -> str:
    """`Москва, Лесная улица, 5, кв. 12` → `Москва, Лесная улица, 5, •••`."""
    house, comma, flat = address.rpartition(",")
    return f"{house}, •••" if comma and flat else address


def tel(phone: str) -> str:
    """`8 (495) 981-98-19` → `tel:+74959819819`: the form that dials from abroad too."""
    digits = "".join(sign for sign in phone if sign.isdecimal())
    if len(digits) == 11 and digits[0] in "78":
        return f"tel:+7{digits[1:]}"
    return f"tel:+{digits}" if phone.lstrip().startswith("+") else f"tel:{digits}"


def with_codes(sentence: str) -> str | Markup:
    """A sentence that may name agents, `А-17`: in another language their letters are marked as Russian."""
    if language.current() == "ru" or hasattr(sentence, "__html__"):
        return sentence
    parts = (as_written(each) if at % 2 else escape(each) for at, each in enumerate(_AGENT.split(sentence)))
    return Markup("").join(parts)


def lang_of(text: str) -> str | None:
    """For the attribute `lang` of an element that holds nothing but `text`: what people wrote, or words of ours."""
    return None if language.current() == "ru" or not _CYRILLIC.search(text) else "ru"
