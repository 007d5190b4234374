"""What the terminal says at the start of a demonstration."""

from __future__ import annotations

from lk.config import settings
from lk.demo.signs import NEWCOMER_ACCOUNT, NEWCOMER_METER, SIGNS


def sign_in_words() -> str:
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
