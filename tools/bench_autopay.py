"""Autopay of many cards against an acquirer that answers in 200 ms, and what that acquirer alone allows.

`python -m tools.bench_autopay [CARDS]` prints charges/s and the peer's creates/s: the same number at once, nothing
decided and nothing stored. lk has one core, the acquirer the other.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

from lk import clock, db
from lk.acquirer.gateway import Gateway
from lk.autopay.charging import AT_ONCE, charge_due
from lk.migrating import migrate

CARDS = 10_000
PEER_CREATES = 2_000
ANSWER_MS = 200
PORT = 8773
SHOP, SECRET = "demo-shop", "demo-secret"
MORNING = "2026-10-05T10:00+03:00"

_OF_EACH = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {cards}) "
_TOWN = [
    "INSERT INTO users (id, email, login, login_key, created_at) "
    "VALUES (1, 'anna@mail.example', 'anna', 'anna', '2026-01-01 00:00:00+00:00')",
    "INSERT INTO premises (id, address, address_key, postcode, region, route) "
    "VALUES (1, 'Москва, Лесная улица, 5', 'k', '', 'moscow', '')",
    "INSERT INTO accounts (id, public_id, number, premises_id, holder_name, tariff_category, residents, power_kw, "
    "has_paper_bill, opened_on) " + _OF_EACH + "SELECT i, 'acc' || i, 1000000000 + i, 1, 'Анна', 'gas', 1, 15, 0, "
    "'2019-02-01' FROM n",
    "INSERT INTO accesses (id, user_id, account_id, role, is_provisional, created_at) " + _OF_EACH + "SELECT i, 1, i, "
    "'holder', 0, '2026-01-01 00:00:00+00:00' FROM n",
    "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, key, "
    "source) " + _OF_EACH + "SELECT i, 'receivable', 'energy_sales', 100000 + i, 'principal', 'charge', '2026-09-26', "
    "'2026-09-26 00:00:00+00:00', 'bill:' || i, 'bill' FROM n",
    "INSERT INTO cards (id, public_id, user_id, account_id, key, body, status, acquirer_id, brand, last_four, "
    "created_at) VALUES (1, 'card', 1, 1, 'card', '{{}}', 'active', '{method}', 'Мир', '4444', "
    "'2026-01-01 00:00:00+00:00')",
    "INSERT INTO autopays (id, account_id, user_id, access_id, card_id, mode, sum_kopecks, day, planned_period, "
    "begun_at, changed_at, reason) " + _OF_EACH + "SELECT i, i, 1, i, 1, 'bill', 10000000, 5, 202609, "
    "'2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '' FROM n",
    "INSERT INTO autopay_months (account_id, period, autopay_id, charge_on, due_on, status, planned_kopecks, "
    "attempts, next_at, noticed_at, reason) " + _OF_EACH + "SELECT i, 202609, i, '2026-10-05', '2026-10-10', "
    "'planned', 100000 + i, 0, '2026-10-05 07:00:00+00:00', '2026-10-04 06:00:00+00:00', '' FROM n",
]


def main() -> None:
    cards = int(sys.argv[1]) if len(sys.argv) > 1 else CARDS
    os.environ["LK_ACQUIRER_URL"] = f"http://127.0.0.1:{PORT}/v3"
    with tempfile.TemporaryDirectory() as folder, _acquirer(Path(folder)) as url:
        method = _linked(url)
        path = Path(folder) / "lk.sqlite3"
        db.use(db.SqliteEngine(path))
        with clock.fixed_at(clock.parse_instant(MORNING)):
            db.run(migrate())
        _fill(path, cards, method)
        os.sched_setaffinity(0, {0})
        alone = asyncio.run(_creates(Gateway(f"{url}/v3", SHOP, SECRET), method))
        print(f"{_charged(cards):.1f}\n{alone:.1f}")


def _charged(cards: int) -> float:
    with clock.fixed_at(clock.parse_instant(MORNING)):
        begun = monotonic()
        done = db.run(charge_due())
        seconds = monotonic() - begun
    paid = db.run(db.read("SELECT count(*) AS paid FROM autopay_months WHERE status = 'paid'"))[0]["paid"]
    if (done, paid) != (cards, cards):
        raise SystemExit(f"{done} of {cards} charged, {paid} paid")
    return cards / seconds


async def _creates(acquirer: Gateway, method: str) -> float:
    """Bare creates a second, as many at once as autopay has."""
    left = iter(range(PEER_CREATES))

    async def worker(connected: Gateway) -> None:
        for at in left:
            await connected.create(f"peer-{at}", _body(at, method))

    begun = monotonic()
    async with acquirer.connected(AT_ONCE) as connected:
        await asyncio.gather(*(worker(connected) for _ in range(AT_ONCE)))
    return PEER_CREATES / (monotonic() - begun)


def _body(at: int, method: str) -> str:
    amount = {"value": "1000.00", "currency": "RUB"}
    bank = {"name": "Банк", "bic": "0" * 9, "account": "0" * 20, "correspondent_account": "0" * 20}
    order = {
        "type": "utilities",
        "amount": amount,
        "payment_purpose": "Оплата электроэнергии",
        "recipient": {"name": "Сбыт", "inn": "0" * 10, "kpp": "0" * 9, "bank": bank},
        "payment_period": {"month": 9, "year": 2026},
        "account_number": "1000000001",
    }
    item = {"description": "Электроэнергия", "quantity": "1", "amount": amount, "vat_code": 11}
    items = [{**item, "payment_subject": "service", "payment_mode": "full_payment"}]
    receipt = {"customer": {"email": "anna@mail.example"}, "items": items}
    wanted = {"amount": amount, "capture": True, "payment_method_id": method, "metadata": {"intent_id": f"peer-{at}"}}
    return json.dumps({**wanted, "payment_order": order, "receipt": receipt})


def _fill(path: Path, cards: int, method: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    for statement in _TOWN:
        connection.execute(statement.format(cards=cards, method=method))
    connection.execute("COMMIT")
    connection.close()


def _linked(url: str) -> str:
    with httpx.Client(base_url=url, auth=(SHOP, SECRET), trust_env=False) as shop:
        body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://localhost:8000/"}}
        method = shop.post("/v3/payment_methods", json=body, headers={"Idempotence-Key": "card"}).json()
        shop.post(method["confirmation"]["confirmation_url"], data={"card": "passes"})
        shop.post("/faults", json={"slow_ms": ANSWER_MS}).raise_for_status()
    return str(method["id"])


@contextmanager
def _acquirer(folder: Path) -> Iterator[str]:
    """The sandbox in a process of its own, on the second core."""
    url = f"http://127.0.0.1:{PORT}"
    words = ["taskset", "-c", "1", sys.executable, "-m", "lk", "sandbox", "--port", str(PORT)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    started = subprocess.Popen(words, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1000):
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                sleep(0.01)
        yield url
    finally:
        started.terminate()
        started.wait(timeout=15)


if __name__ == "__main__":
    main()
