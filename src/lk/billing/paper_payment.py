"""A bill's payment in words for paper: how much by when, in which ways, to whom, and the codes for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lk import filters
from lk.billing.paper_room import breakable
from lk.billing.payment_qr import payment_text, qr_picture
from lk.billing.sheet import BillSheet
from lk.company import Company
from lk.language import _, pgettext


def due(sheet: BillSheet) -> dict[str, str]:
    if sheet.to_pay_kopecks:
        day = pgettext("due", "до %(day)s", day=filters.day_year(sheet.due_on)) if sheet.due_on else ""
        return {"label": _("К оплате"), "sum": filters.money(sheet.to_pay_kopecks), "day": day}
    label = _("Платить не нужно, остаётся аванс") if sheet.advance_kopecks else _("Платить не нужно")
    return {"label": label, "sum": filters.money(sheet.advance_kopecks), "day": ""}


def pay(sheet: BillSheet, company: Company) -> dict[str, Any]:
    return {
        "title": _("Как оплатить") if sheet.to_pay_kopecks or sheet.penalty_to_pay_kopecks else _("Реквизиты"),
        "how": list(_how_to_pay(sheet, company)),
        "requisites": [(name, breakable(value)) for name, value in _requisites(company)],
        "qr": payment_code(sheet, company, sheet.to_pay_kopecks, is_penalty=False),
    }


def _how_to_pay(sheet: BillSheet, company: Company) -> Iterator[str]:
    if sheet.to_pay_kopecks:
        yield _(
            "Наведите на код приложение банка: сумма %(sum)s и реквизиты подставятся сами. "
            "Или оплатите на сайте %(site)s.",
            sum=filters.money(sheet.to_pay_kopecks),
            site=company.site,
        )
    else:
        yield _("По этому счёту платить не нужно.")
    if sheet.penalty_to_pay_kopecks:
        yield _("Пени платят отдельно, по своему коду: в сумму счёта они не входят.")


def _requisites(company: Company) -> Iterator[tuple[str, str]]:
    yield _("Поставщик"), company.name
    yield _("ИНН, КПП"), f"{company.inn}, {company.kpp}"
    yield _("Банк"), _("%(bank)s, БИК %(bic)s", bank=company.bank_name, bic=company.bic)
    yield pgettext("bank", "Счёт"), company.account
    yield _("Корр. счёт"), company.correspondent_account
    yield _("Адрес"), company.address


def payment_code(sheet: BillSheet, company: Company, kopecks: int, *, is_penalty: bool) -> dict[str, str] | None:
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
    if is_penalty:
        return picture(text, _("Код для оплаты пеней: %(sum)s", sum=total), _("Пени %(sum)s", sum=total))
    return picture(text, _("Код для оплаты счёта: %(sum)s", sum=total), _("К оплате %(sum)s", sum=total))


def picture(text: str, words: str, caption: str) -> dict[str, str]:
    """`words`: for those who listen to the page."""
    return {"svg": qr_picture(text).svg, "words": words, "caption": caption}
