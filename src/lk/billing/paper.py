"""A bill in words for paper: what the template of the PDF places, finished to the last string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import filters
from lk.billing.paper_chart import chart
from lk.billing.payment_qr import payment_text, qr_picture
from lk.billing.sheet import BillSheet, DialRow, SheetLine
from lk.billing.sums import Step, ladder, penalty_ladder
from lk.company import Company
from lk.period import Period

_SIZES = ((90, 11), (170, 9.5), (300, 8), (480, 6.6), (10_000, 5.2))
"""Up to so many characters of name and address together: points of type, so that all stays in the window."""
_LONGEST_WORD, _PIECE = 30, 12
"""No word of ours is longer; what is breaks into pieces that fit the narrowest column."""
_SOFT_BREAK = "\u200b"
_SPACES = re.compile(r"[ \t\r\n\f\v]+")


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
    """`at`: its place among the bills of one file."""
    month = filters.month(sheet.period)
    return {
        "at": at,
        "title": f"Счёт за {month}",
        "date": {"year": sheet.issued_on.year, "month": sheet.issued_on.month, "day": sheet.issued_on.day},
        "reader": _reader(sheet),
        "facts": [
            ("Лицевой счёт", filters.account_number(sheet.account_number)),
            ("Выставлен", filters.day_year(sheet.issued_on)),
        ],
        "due": _due(sheet),
        "pay": _pay(sheet, company),
        "penalty": _payment_code(sheet, company, sheet.penalty_to_pay_kopecks, is_penalty=True),
        "dials": _dials(sheet.dials, enclosure),
        "lines": {"title": "Из чего сложилось", "rows": [_line(each) for each in sheet.lines]},
        "total": {
            "title": "Всего за месяц",
            "sum": filters.money(sheet.total_kopecks),
            "vat": f"В том числе НДС {sheet.vat_percent} % — {filters.money(sheet.vat_kopecks)}",
        },
        "penalty_lines": {
            "title": "Пени",
            "rows": [_line(each) for each in sheet.penalty_lines],
            "ladder": _steps(penalty_ladder(sheet)),
        },
        "ladder": {"title": "К оплате", "rows": _steps(ladder(sheet))},
        "chart": chart(sheet),
        "notes": [*_code(enclosure), *(_note(words) for words in sheet.notes)],
        "foot": f"{filters.account_number(sheet.account_number)}, {month}",
        "page": "страница",
        "of": "из",
    }


def _reader(sheet: BillSheet) -> dict[str, Any]:
    """The same window for every bill; who may not see name and address gets the account's number in it."""
    lines = [f"Лицевой счёт {filters.account_number(sheet.account_number)}"]
    if sheet.address is not None:
        lines = [each for each in map(_breakable, (sheet.holder_name or "", sheet.address, sheet.postcode)) if each]
    length = sum(map(len, lines))
    return {"lines": lines, "size": next(size for longest, size in _SIZES if length <= longest)}


def _due(sheet: BillSheet) -> dict[str, str]:
    if sheet.to_pay_kopecks:
        day = f"до {filters.day_year(sheet.due_on)}" if sheet.due_on else ""
        return {"label": "К оплате", "sum": filters.money(sheet.to_pay_kopecks), "day": day}
    label = "Платить не нужно, остаётся аванс" if sheet.advance_kopecks else "Платить не нужно"
    return {"label": label, "sum": filters.money(sheet.advance_kopecks), "day": ""}


def _pay(sheet: BillSheet, company: Company) -> dict[str, Any]:
    return {
        "title": "Как оплатить" if sheet.to_pay_kopecks or sheet.penalty_to_pay_kopecks else "Реквизиты",
        "how": list(_how_to_pay(sheet, company)),
        "requisites": [(name, _breakable(value)) for name, value in _requisites(company)],
        "qr": _payment_code(sheet, company, sheet.to_pay_kopecks, is_penalty=False),
    }


def _how_to_pay(sheet: BillSheet, company: Company) -> Iterator[str]:
    if sheet.to_pay_kopecks:
        total = filters.money(sheet.to_pay_kopecks)
        yield (
            f"Наведите на код приложение банка: сумма {total} и реквизиты подставятся сами. "
            f"Или оплатите на сайте {company.site}."
        )
    else:
        yield "По этому счёту платить не нужно."
    if sheet.penalty_to_pay_kopecks:
        yield "Пени платят отдельно, по своему коду: в сумму счёта они не входят."


def _requisites(company: Company) -> Iterator[tuple[str, str]]:
    yield "Поставщик", company.name
    yield "ИНН, КПП", f"{company.inn}, {company.kpp}"
    yield "Банк", f"{company.bank_name}, БИК {company.bic}"
    yield "Счёт", company.account
    yield "Корр. счёт", company.correspondent_account
    yield "Адрес", company.address


def _payment_code(sheet: BillSheet, company: Company, kopecks: int, *, is_penalty: bool) -> dict[str, str] | None:
    """A sum of nothing has none."""
    if not kopecks:
        return None
    text = payment_text(
        company,
        kopecks=kopecks,
        account_number=sheet.account_number,
        period=sheet.period,
        is_penalty=is_penalty,
    )
    total = filters.money(kopecks)
    return _qr(
        text,
        f"Код для оплаты {'пеней' if is_penalty else 'счёта'}: {total}",
        f"{'Пени' if is_penalty else 'К оплате'} {total}",
    )


def _qr(text: str, words: str, caption: str) -> dict[str, str]:
    """`words`: for those who listen to the page."""
    return {"svg": qr_picture(text).svg, "words": words, "caption": caption}


def _dials(rows: Sequence[DialRow], enclosure: Enclosure) -> dict[str, Any]:
    checked = {each.serial_number: each.verified_until for each in rows if each.verified_until}
    return {
        "title": "Показания, кВт·ч",
        "names": ["Счётчик", "Было", "Стало"],
        "rows": [
            {
                "meter": f"№ {_breakable(each.serial_number)}, {_small(each.label)}",
                "before": _dial(each.previous_kwh, each.previous_on),
                "now": _dial(each.current_kwh, each.current_on),
                "source": each.source,
            }
            for each in rows
        ],
        "notes": [
            f"Поверка счётчика № {_breakable(number)} — до {filters.day_year(day)}" for number, day in checked.items()
        ],
        "qr": _reading_code(enclosure),
    }


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _dial(kwh: int | None, day: date | None) -> dict[str, str]:
    return {"value": "нет" if kwh is None else filters.number(kwh), "day": f"{day:%d.%m.%Y}" if day else ""}


def _reading_code(enclosure: Enclosure) -> dict[str, str] | None:
    if not enclosure.reading_url or enclosure.reading_period is None:
        return None
    month = filters.month_for(enclosure.reading_period)
    words = f"Показания {month} можно передать по коду справа, входить не нужно"
    return _qr(enclosure.reading_url, f"Код для показаний {month}", words)


def _line(line: SheetLine) -> dict[str, str]:
    return {
        "title": line.title,
        "note": line.note,
        "sum": filters.money(line.amount_kopecks),
        "why": _breakable(" ".join(line.why)),
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {"title": each.title, "sum": each.sum, "is_answer": each.is_answer, "note": _breakable(each.note)}
        for each in steps
    ]


def _code(enclosure: Enclosure) -> Iterator[dict[str, str]]:
    if enclosure.confirmation_code:
        yield {
            "title": "Код для кабинета",
            "code": filters.code_groups(enclosure.confirmation_code),
            "words": "Введите его в личном кабинете, и в нём откроется всё. Никому его не сообщайте.",
        }


def _note(words: str) -> dict[str, str]:
    return {"title": "", "code": "", "words": _breakable(words)}


def _breakable(text: str) -> str:
    """One line, in which even a word without end finds an end of the column to break at."""
    return " ".join(map(_in_pieces, _SPACES.split(text.strip())))


def _in_pieces(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    return _SOFT_BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))
