"""Test cards by name. There is no card number anywhere in the sandbox: a card is chosen, never typed."""

from __future__ import annotations

from dataclasses import dataclass

SUCCEEDS = "succeeds"
"""The outcome of a charge that goes through; any other outcome is a cancellation reason."""

ACQUIRERS_OWN_REASONS = frozenset({"internal_timeout", "expired_on_confirmation", "fraud_suspected"})

REASONS = ACQUIRERS_OWN_REASONS | {
    "3d_secure_failed",
    "call_issuer",
    "card_expired",
    "country_forbidden",
    "general_decline",
    "identification_required",
    "insufficient_funds",
    "invalid_card_number",
    "invalid_csc",
    "issuer_unavailable",
    "payment_method_limit_exceeded",
    "payment_method_restricted",
    "permission_revoked",
    "rejected_by_timeout",
    "unsupported_mobile_operator",
}
"""The last one is never said of a card: a reason that shops of cards do not know."""

REFUND_REASONS = (
    "insufficient_funds",
    "general_decline",
    "rejected_by_payee",
    "rejected_by_timeout",
    "yoo_money_account_closed",
)


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the sandbox; `outcome` is what every charge of it comes to."""

    key: str
    name: str
    note: str
    last_four: str
    expiry_month: str
    expiry_year: str
    outcome: str = SUCCEEDS
    asks_bank: bool = False
    may_link: bool = True
    """Linking moves no money: a card without money links and is refused only when charged."""

    @property
    def title(self) -> str:
        return f"Мир •• {self.last_four}"

    def details(self) -> dict[str, str]:
        return {
            "first6": "220000",
            "last4": self.last_four,
            "expiry_month": self.expiry_month,
            "expiry_year": self.expiry_year,
            "card_type": "Mir",
        }


CARDS = {
    card.key: card
    for card in (
        Card("passes", "Оплата проходит", "Сразу, без вопросов", "4444", "12", "2034"),
        Card("bank_check", "Проверка 3-D Secure", "Спросит страница банка", "3220", "11", "2034", asks_bank=True),
        Card("no_money", "Не хватает денег", "Банк откажет", "1026", "10", "2034", "insufficient_funds"),
        Card("expired", "Карта просрочена", "Банк откажет", "0028", "01", "2024", "card_expired", may_link=False),
        Card("restricted", "Операции ограничены", "Банк откажет", "5517", "09", "2034", "payment_method_restricted"),
        Card(
            "failure", "Сбой обработки", "Касса не справится", "7000", "08", "2034", "internal_timeout", may_link=False
        ),
    )
}


def cancellation_details(reason: str) -> dict[str, str]:
    party = "yoo_money" if reason in ACQUIRERS_OWN_REASONS else "payment_network"
    return {"party": party, "reason": reason}


def refund_cancellation_details(reason: str) -> dict[str, str]:
    party = "refund_network" if reason == "rejected_by_payee" else "yoo_money"
    return {"party": party, "reason": reason}
