"""What the sandbox keeps: every move of money for ever, and never a card number."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from lk.sandbox import create_sandbox
from lk.sandbox.cards import CARDS
from tests.sandbox.shop import (
    Clock,
    Shop,
    Stage,
    answer_bank,
    choose,
    payment_body,
    refund_body,
    saved_card_body,
    sbp_body,
)


def is_card_number(digits: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def card_numbers(raw: bytes) -> list[str]:
    """Ids are left out: they lie side by side in the file, and the digits where two meet may pass by chance."""
    searched = re.sub(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"id", raw)
    runs = re.findall(rb"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])", searched)
    texts = [re.sub(rb"[ -]", b"", run).decode() for run in runs]
    return [text for text in texts if is_card_number(text)]


def test_the_search_for_card_numbers_finds_one() -> None:
    assert card_numbers(b"x 4111 1111-1111 1111 y") == ["4111111111111111"]
    assert card_numbers(b"id4111111111111111") == ["4111111111111111"]
    assert card_numbers(b"4111111111111112") == []
    two_ids = b"0f0f0f0f-000f-5000-8000-a83347908822" + b"75718abc-000f-5000-8000-a0123456789f"
    assert card_numbers(two_ids) == []


def test_no_card_number_is_in_the_store(shop: Shop, store_path: Path) -> None:
    for card in CARDS:
        for _ in range(5):
            created = shop.create("/payments", payment_body(save_payment_method=True))
            choose(created, card)
            answer_bank(created, "confirm")
            shop.post("/payments", saved_card_body(shop.linked(card)))
    for _ in range(50):
        created = shop.create("/payments", sbp_body())
        answer_bank(created, "confirm")
        shop.create("/refunds", refund_body(created["id"], "1.00"))
    found = [card_numbers(path.read_bytes()) for path in store_path.parent.glob("sandbox.sqlite3*")]
    assert found
    assert not any(found)


def test_the_log_of_money_moves_cannot_be_changed(shop: Shop, store_path: Path) -> None:
    shop.paid()
    database = sqlite3.connect(store_path)
    for change in ("UPDATE moves SET amount_kopecks = 1", "DELETE FROM moves"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(change)
    database.close()
    assert [kopecks for _, _, kopecks in shop.log()] == [208860]


def test_the_shops_receipt_and_bank_account_are_not_kept(shop: Shop, store_path: Path) -> None:
    shop.paid()
    kept = b"".join(path.read_bytes() for path in store_path.parent.glob("sandbox.sqlite3*"))
    assert b"resident@mail.example" not in kept
    assert b"40702810138250123017" not in kept
    assert b"1000000101" not in kept


def test_a_store_in_a_file_outlives_the_sandbox(shop: Shop, store_path: Path, stage: Stage) -> None:
    paid = shop.paid()
    again = create_sandbox(store_path=store_path, now=Clock().now)
    with stage.showing(again):
        assert shop.payment(paid["id"]) == paid
        assert shop.log() == [("capture", paid["id"], 208860)]
