"""What else the reader of a bill has to know: corrections, an opened cabinet, days that were moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lk import clock, filters
from lk.billing.queries import OpenedCabinet
from lk.billing.sheet_facts import StoredBill, StoredExtension

REASONS = {
    "reading": "в показании была ошибка",
    "tariff": "тариф был указан неверно",
    "meter": "изменились данные счётчика",
    "account": "изменились данные лицевого счёта",
}
"""Why a bill was reversed; what is not here is not told."""


def notes_of(
    bill: StoredBill, opened: OpenedCabinet | None, extensions: Iterable[StoredExtension], *, hides_replaced: bool
) -> Iterator[str]:
    """`hides_replaced`: the replaced bill is older than what its reader may see."""
    if bill.reversed_at is not None:
        yield _reversed(bill)
    if bill.replaced_at is not None and not hides_replaced:
        yield _replaces(bill)
    for extension in extensions:
        if extension.period == bill.period:
            yield _moved(extension)
    if opened:
        yield _opened(opened)


def _reversed(bill: StoredBill) -> str:
    assert bill.reversed_at is not None
    day = filters.day_year(clock.local_date(bill.reversed_at))
    instead = "Вместо него есть новый, платить по этому не нужно." if bill.replacing_at else "Платить по нему не нужно."
    return f"Этот счёт отменён {day}{_because(bill.reversal_reason)}. {instead}"


def _replaces(bill: StoredBill) -> str:
    assert bill.replaced_at is not None
    assert bill.replaced_kopecks is not None
    day = filters.day_year(clock.local_date(bill.replaced_at))
    return (
        f"Этот счёт заменяет счёт от {day} на {filters.money(bill.replaced_kopecks)}"
        f"{_because(bill.replaced_reason or '')}. Что вы уже заплатили, учтено."
    )


def _because(reason: str) -> str:
    return f": {REASONS[reason]}" if reason in REASONS else ""


def _moved(extension: StoredExtension) -> str:
    days = filters.plural(extension.days, "день", "дней")
    if extension.kind == "window":
        return f"Сайт не работал в последний день приёма показаний, поэтому показания принимали на {days} дольше."
    return f"Сайт не работал в последний день оплаты, поэтому срок оплаты продлён на {days}."


def _opened(opened: OpenedCabinet) -> str:
    day = filters.day_year(clock.local_date(opened.opened_at))
    email = filters.mask_email(opened.email) if opened.email else "не указана"
    return f"По этому адресу {day} открыт личный кабинет, почта {email}. Если это не вы и не ваша семья, позвоните нам."
