"""What a resident does again and again, as a browser without JavaScript does it."""

from __future__ import annotations

import csv
import io
import re

from tests.served import Served, Visitor

NBSP = "\u00a0"


def send_reading(who: Visitor, home: str, **values: str) -> None:
    who.get(f"{home}/readings")
    meter = re.search(r'name="meter" value="([^"]+)"', who.page)
    assert meter, (who.path, who.status)
    who.post(f"{home}/readings", meter=meter[1], **values)


def start_paying(who: Visitor, home: str, amount: str) -> str:
    """The path of the acquirer's page."""
    who.get(f"{home}/payments")
    nonce = re.search(r'name="nonce" value="([^"]+)"', who.page)
    assert nonce, (who.path, who.status)
    who.post(f"{home}/payments", amount=amount, nonce=nonce[1])
    assert "/sandbox/checkout/" in who.path, (who.path, who.status)
    return who.path


def pay_by_card(who: Visitor, home: str, amount: str, card: str = "passes") -> None:
    """Through the acquirer's own hosted page, over HTTP, and back."""
    checkout = start_paying(who, home, amount)
    who.post(checkout, card=card)
    assert who.path.startswith(f"{home}/payments"), who.path


def link_card(who: Visitor, home: str, card: str = "passes") -> str:
    """Through the acquirer's own hosted page, over HTTP, and back; the path of the card. Wants a fresh password."""
    who.get(f"{home}/cards")
    nonce = re.search(r'name="nonce" value="([^"]+)"', who.page)
    assert nonce, (who.path, who.status)
    who.post(f"{home}/cards", nonce=nonce[1])
    assert "/sandbox/checkout/" in who.path, (who.path, who.status)
    who.post(who.path, card=card)
    assert who.path.startswith(f"{home}/cards/"), who.path
    return who.path


def bill_lines(lk: Served, period: str, account: str) -> list[dict[str, str]]:
    """As `lk export bills` writes them."""
    exported = lk.run("export", "bills", "--period", period)
    assert exported.returncode == 0, exported.stderr
    rows = csv.DictReader(io.StringIO(exported.stdout))
    return [row for row in rows if row["account_number"].replace("-", "") == account]
