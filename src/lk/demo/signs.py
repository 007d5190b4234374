"""Who may sign in to the demonstration, and with what: printed at start and shown on its pages."""

from __future__ import annotations

from dataclasses import dataclass

from lk.config import settings


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in. Demo mode only: production has no user that it did not make itself."""

    who: str
    login: str
    password: str
    note: str = ""


RESIDENT = Sign("Житель", "ivanova", "lampa-v-podezde-5", "две квартиры под одним входом")
HELPER = Sign("Помощник", "sosed", "klyuch-pod-kovrikom-8", "соседка: показания и оплата одной квартиры")
SUPPORT = Sign("Сотрудник поддержки", "podderzhka", "stol-u-okna-17", "код второго шага — на странице /dev/code")
OPERATOR = Sign("Оператор", "operator", "mesyac-pod-rukoy-3", "код второго шага — на странице /dev/code")
SENIOR = Sign("Старший оператор", "starshiy", "vtoraya-podpis-9", "вторая подпись под крупными возвратами")
ADMIN = Sign("Администратор", "administrator", "klyuchi-na-gvozde-6", "кто здесь работает и кто что делал")
SIGNS = (RESIDENT, HELPER, SUPPORT, OPERATOR, SENIOR, ADMIN)

NEWCOMER_ACCOUNT = "1000000101"
NEWCOMER_METER = "14195368"


def sign_in_words() -> str:
    """For the terminal."""
    lines = ["", f"  lk открыт: {settings().public_url}", ""]
    lines += [f"  {sign.who + ':':<22}{sign.login} / {sign.password}" for sign in SIGNS]
    lines += [
        f"  Код второго шага:     {settings().public_url}/dev/code",
        f"  Новый житель:         лицевой счёт {_shown(NEWCOMER_ACCOUNT)}, счётчик {NEWCOMER_METER}",
        f"  Письма:               {settings().public_url}/dev/mailbox",
        "",
    ]
    return "\n".join(lines)


def _shown(number: str) -> str:
    return f"{number[:5]}-{number[5:8]}-{number[8:]}"
