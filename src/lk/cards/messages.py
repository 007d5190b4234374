"""The words of cards: what each is called, what happened, what to do."""

from __future__ import annotations

from lk.language import N_, _
from lk.outcome import Problem

_SENTENCES: dict[str, str] = {
    "form_stale": N_("Страница устарела, карта не привязана. Нажмите ещё раз."),
    "no_access": N_("Этот счёт вам больше не открыт. Карта не привязана."),
    "too_many_links": N_("Сегодня карту привязывали уже десять раз. Попробуйте завтра или позвоните нам."),
}

_BRANDS = {"mir": N_("Мир"), "mastercard": "Mastercard", "visa": "Visa", "unionpay": "UnionPay", "jcb": "JCB"}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    return _(_SENTENCES[problem.code])


def card_name(brand: str, last_four: str) -> str:
    """`Мир ··4444`; what is not known is left out."""
    known = _BRANDS.get(brand.replace(" ", "").casefold())
    name = _(known) if known else brand or _("Карта")
    return f"{name} ··{last_four}" if last_four else name
