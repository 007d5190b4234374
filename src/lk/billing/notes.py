"""What else the reader of a bill has to know: corrections, an opened cabinet, days that were moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lk import clock, filters
from lk.billing.queries import OpenedCabinet
from lk.billing.sheet_facts import StoredBill, StoredExtension
from lk.language import N_, _, plural

REASONS = {
    "reading": N_("в показании была ошибка"),
    "tariff": N_("тариф был указан неверно"),
    "meter": N_("изменились данные счётчика"),
    "account": N_("изменились данные лицевого счёта"),
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
    if bill.replacing_at:
        instead = _("Вместо него есть новый, платить по этому не нужно.")
    else:
        instead = _("Платить по нему не нужно.")
    if bill.reversal_reason not in REASONS:
        return f"{_('Этот счёт отменён %(day)s.', day=day)} {instead}"
    reason = _(REASONS[bill.reversal_reason])
    return f"{_('Этот счёт отменён %(day)s: %(reason)s.', day=day, reason=reason)} {instead}"


def _replaces(bill: StoredBill) -> str:
    assert bill.replaced_at is not None
    assert bill.replaced_kopecks is not None
    day = filters.day_year(clock.local_date(bill.replaced_at))
    told = {"day": day, "sum": filters.money(bill.replaced_kopecks)}
    if bill.replaced_reason not in REASONS:
        return _("Этот счёт заменяет счёт от %(day)s на %(sum)s. Что вы уже заплатили, учтено.", **told)
    return _(
        "Этот счёт заменяет счёт от %(day)s на %(sum)s: %(reason)s. Что вы уже заплатили, учтено.",
        reason=_(REASONS[bill.replaced_reason]),
        **told,
    )


def _moved(extension: StoredExtension) -> str:
    days = plural(extension.days, "день", "дней")
    if extension.kind == "window":
        return _(
            "Сайт не работал в последний день приёма показаний, поэтому показания принимали на %(days)s дольше.",
            days=days,
        )
    return _("Сайт не работал в последний день оплаты, поэтому срок оплаты продлён на %(days)s.", days=days)


def _opened(opened: OpenedCabinet) -> str:
    day = filters.day_year(clock.local_date(opened.opened_at))
    email = filters.mask_email(opened.email) if opened.email else _("не указана")
    return _(
        "По этому адресу %(day)s открыт личный кабинет, почта %(email)s. "
        "Если это не вы и не ваша семья, позвоните нам.",
        day=day,
        email=email,
    )
