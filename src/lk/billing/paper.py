"""A bill in words for paper: what the template of the PDF places, finished to the last string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import filters
from lk.billing.paper_chart import chart
from lk.billing.paper_payment import due, pay, payment_code, picture
from lk.billing.paper_room import breakable
from lk.billing.sheet import BillSheet, DialRow, SheetLine
from lk.billing.sums import Step, ladder, penalty_ladder
from lk.company import Company
from lk.day_words import short_day
from lk.language import _
from lk.period import Period

_SIZES = ((90, 11), (170, 9.5), (300, 8), (480, 6.6), (10_000, 5.2))
"""Up to so many characters of name and address together: points of type, so that all stays in the window."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What only the printed bill carries: the code that confirms a provisional cabinet, and where to send a reading."""

    confirmation_code: str = ""
    reading_url: str = ""
    reading_period: Period | None = None


NOTHING_ENCLOSED = Enclosure()


def company_words(company: Company) -> dict[str, str]:
    return {
        "name": company.name,
        "short_name": company.short_name,
        "sender": f"{company.name}, {company.address}",
        "contacts": " · ".join([*company.phones, company.email, company.site]),
    }


def bill_words(sheet: BillSheet, company: Company, at: int, enclosure: Enclosure) -> dict[str, Any]:
    """In the current language. `at`: its place among the bills of one file."""
    month = filters.month(sheet.period)
    return {
        "at": at,
        "language": sheet.language,
        "title": _("Счёт за %(month)s", month=month),
        "date": {"year": sheet.issued_on.year, "month": sheet.issued_on.month, "day": sheet.issued_on.day},
        "reader": _reader(sheet),
        "facts": [
            (_("Лицевой счёт"), filters.account_number(sheet.account_number)),
            (_("Выставлен"), filters.day_year(sheet.issued_on)),
        ],
        "due": due(sheet),
        "pay": pay(sheet, company),
        "penalty": payment_code(sheet, company, sheet.penalty_to_pay_kopecks, is_penalty=True),
        "dials": _dials(sheet.dials, enclosure),
        "lines": {"title": _("Из чего сложилось"), "rows": [_line(each) for each in sheet.lines]},
        "total": {
            "title": _("Всего за месяц"),
            "sum": filters.money(sheet.total_kopecks),
            "vat": _(
                "В том числе НДС %(percent)s %% — %(sum)s",
                percent=sheet.vat_percent,
                sum=filters.money(sheet.vat_kopecks),
            ),
        },
        "penalty_lines": {
            "title": _("Пени"),
            "rows": [_line(each) for each in sheet.penalty_lines],
            "ladder": _steps(penalty_ladder(sheet)),
        },
        "ladder": {"title": _("К оплате"), "rows": _steps(ladder(sheet))},
        "chart": chart(sheet),
        "notes": [*_code(enclosure), *(_note(words) for words in sheet.notes)],
        "foot": f"{filters.account_number(sheet.account_number)}, {month}",
        "page": _("страница %(now)s из %(last)s", now="{now}", last="{last}"),
    }


def _reader(sheet: BillSheet) -> dict[str, Any]:
    """The same window for every bill; who may not see name and address gets the account's number in it."""
    lines = [_("Лицевой счёт %(number)s", number=filters.account_number(sheet.account_number))]
    if sheet.address is not None:
        lines = [each for each in map(breakable, (sheet.holder_name or "", sheet.address, sheet.postcode)) if each]
    length = sum(map(len, lines))
    return {"lines": lines, "size": next(size for longest, size in _SIZES if length <= longest)}


def _dials(rows: Sequence[DialRow], enclosure: Enclosure) -> dict[str, Any]:
    checked = {each.serial_number: each.verified_until for each in rows if each.verified_until}
    return {
        "title": _("Показания, кВт·ч"),
        "names": [_("Счётчик"), _("Было"), _("Стало")],
        "rows": [
            {
                "meter": f"№ {breakable(each.serial_number)}, {_small(each.label)}",
                "before": _dial(each.previous_kwh, each.previous_on),
                "now": _dial(each.current_kwh, each.current_on),
                "source": each.source,
            }
            for each in rows
        ],
        "notes": [
            _("Поверка счётчика № %(meter)s — до %(day)s", meter=breakable(number), day=filters.day_year(day))
            for number, day in checked.items()
        ],
        "qr": _reading_code(enclosure),
    }


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _dial(kwh: int | None, day: date | None) -> dict[str, str]:
    return {"value": _("нет") if kwh is None else filters.number(kwh), "day": short_day(day) if day else ""}


def _reading_code(enclosure: Enclosure) -> dict[str, str] | None:
    if not enclosure.reading_url or enclosure.reading_period is None:
        return None
    month = filters.month_for(enclosure.reading_period)
    words = _("Показания %(for_month)s можно передать по коду справа, входить не нужно", for_month=month)
    return picture(enclosure.reading_url, _("Код для показаний %(for_month)s", for_month=month), words)


def _line(line: SheetLine) -> dict[str, str]:
    return {
        "title": line.title,
        "note": line.note,
        "sum": filters.money(line.amount_kopecks),
        "why": breakable(" ".join(line.why)),
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {"title": each.title, "sum": each.sum, "is_answer": each.is_answer, "note": breakable(each.note)}
        for each in steps
    ]


def _code(enclosure: Enclosure) -> Iterator[dict[str, str]]:
    if enclosure.confirmation_code:
        yield {
            "title": _("Код для кабинета"),
            "code": filters.code_groups(enclosure.confirmation_code),
            "words": _("Введите его в личном кабинете, и в нём откроется всё. Никому его не сообщайте."),
        }


def _note(words: str) -> dict[str, str]:
    return {"title": "", "code": "", "words": breakable(words)}
