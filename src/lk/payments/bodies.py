"""What the acquirer is asked for: the body of a payment's request. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lk.company import Company
from lk.ledger.rules import Part
from lk.money import to_rubles
from lk.payments.rules import Way
from lk.period import Period

VAT_CODES = {0: 2, 10: 3, 20: 4, 22: 11}
"""The acquirer's `vat_code` of a rate in percent."""

NO_VAT_CODE = 1
"""A penalty is no price: there is no tax in it."""

DESCRIPTION_LONGEST = 128
REFUND_DESCRIPTIONS = {
    Part.PRINCIPAL: "Возврат платежа за электроэнергию",
    Part.PENALTY: "Возврат пеней за электроэнергию",
}
_DESCRIPTIONS = {Part.PRINCIPAL: "Электроэнергия", Part.PENALTY: "Пени за электроэнергию"}
_PURPOSES = {Part.PRINCIPAL: "Оплата электроэнергии", Part.PENALTY: "Пени за электроэнергию"}
"""Those of the codes of a bill."""


@dataclass(frozen=True, slots=True)
class Intent:
    """All that a payment's request is made of. `owed_kopecks` is the principal; what is paid above it is an advance.
    One for the penalty has no such rest.

    `card` is the acquirer's id of a linked card, which is charged without a page; without one the payer is sent to the
    acquirer's page, pays by `way` and comes back to `return_url`; `saves_card`: the card typed there becomes linked.
    """

    key: str
    amount_kopecks: int
    owed_kopecks: int
    account_number: str
    period: Period
    email: str
    return_url: str
    vat_percent: int
    card: str | None = None
    saves_card: bool = False
    way: Way = Way.CARD
    part: Part = Part.PRINCIPAL


def payment_body(intent: Intent, company: Company) -> dict[str, Any]:
    """`POST /payments` of the acquirer's API. Raises KeyError for a VAT rate that the acquirer has no code for."""
    amount = _amount(intent.amount_kopecks)
    description = f"{_DESCRIPTIONS[intent.part]}, {_month(intent.period)}"
    return {
        "amount": amount,
        "capture": True,
        **_how(intent),
        "description": description[:DESCRIPTION_LONGEST],
        "metadata": {"intent_id": intent.key},
        "payment_order": _payment_order(intent, company),
        "receipt": {"customer": {"email": intent.email}, "items": _items(intent, description)},
    }


def _how(intent: Intent) -> dict[str, Any]:
    if intent.card:
        return {"payment_method_id": intent.card}
    page: dict[str, Any] = {"confirmation": {"type": "redirect", "return_url": intent.return_url}}
    if intent.way is Way.SBP:
        return {**page, "payment_method_data": {"type": "sbp"}}
    return {**page, "save_payment_method": True} if intent.saves_card else page


def _payment_order(intent: Intent, company: Company) -> dict[str, Any]:
    number = intent.account_number
    shown = f"{number[:5]}-{number[5:8]}-{number[8:]}"
    return {
        "type": "utilities",
        "amount": _amount(intent.amount_kopecks),
        "payment_purpose": f"{_PURPOSES[intent.part]}, л/с {shown}, {_month(intent.period)}",
        "recipient": {
            "name": company.name,
            "inn": company.inn,
            "kpp": company.kpp,
            "bank": {
                "name": company.bank_name,
                "bic": company.bic,
                "account": company.account,
                "correspondent_account": company.correspondent_account,
            },
        },
        "payment_period": {"month": intent.period.month, "year": intent.period.year},
        "account_number": number,
    }


def _items(intent: Intent, description: str) -> list[dict[str, Any]]:
    """What is owed is paid in full, the rest is an advance; together they are the payment."""
    is_penalty = intent.part is Part.PENALTY
    owed = intent.amount_kopecks if is_penalty else min(max(intent.owed_kopecks, 0), intent.amount_kopecks)
    parts = [("full_payment", description, owed), ("advance", "Аванс за электроэнергию", intent.amount_kopecks - owed)]
    return [
        {
            "description": words,
            "quantity": "1",
            "amount": _amount(kopecks),
            "vat_code": NO_VAT_CODE if is_penalty else VAT_CODES[intent.vat_percent],
            "payment_subject": "service",
            "payment_mode": mode,
        }
        for mode, words, kopecks in parts
        if kopecks > 0
    ]


def _amount(kopecks: int) -> dict[str, str]:
    return {"value": to_rubles(kopecks), "currency": "RUB"}


def _month(period: Period) -> str:
    return f"{period.month:02}.{period.year}"
