"""Saved cards: linked on a hosted page of their own, or kept by a payment. Call inside `till.work()`."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from lk.sandbox.cards import Card
from lk.sandbox.store import Checkout, Record
from lk.sandbox.till import Till, instant_text, new_id
from lk.sandbox.validation import BANK_CARD

EXPIRES_AFTER_US = 3_600_000_000
"""A hosted page on which nothing was chosen is closed after an hour."""


def create_link(till: Till, return_url: str, pages_url: str) -> Record:
    """A pending payment method with a hosted page on which a card is chosen."""
    method_id, token = new_id(), token_urlsafe(24)
    body: dict[str, Any] = {"type": BANK_CARD, "id": method_id, "saved": False, "status": "pending"}
    body["holder"] = {"account_id": till.shop_id, "gateway_id": "sandbox"}
    body["confirmation"] = {"type": "redirect", "confirmation_url": f"{pages_url}/checkout/{token}"}
    record = add_method(till, method_id, "pending", body, due_us=till.now_us() + EXPIRES_AFTER_US)
    till.store.add_checkout(Checkout(token, record.kind, method_id, return_url, payee="", saves_card=True))
    return record


def link_card(till: Till, method: Record, card: Card) -> Record:
    method.body.pop("confirmation", None)
    method.body.update({"saved": True, "status": "active", **card_details(card)})
    till.store.set_outcome(method.id, card.outcome)
    active = replace(method, status="active", due_us=None, due_as=None)
    till.store.save(active)
    till.events.stage("payment_method.active", active.body)
    return active


def refuse_link(till: Till, method: Record) -> Record:
    """Nobody is told: the API has an event for a payment method that becomes active, and none for the others."""
    method.body.pop("confirmation", None)
    method.body["status"] = "inactive"
    inactive = replace(method, status="inactive", due_us=None, due_as=None)
    till.store.save(inactive)
    return inactive


def activate_method(till: Till, used: dict[str, Any]) -> None:
    """A payment succeeded: the card it was to keep is kept. `used` is the payment's `payment_method`."""
    method = till.store.find("payment_method", used["id"])
    if method is None or method.status != "pending":
        return
    used |= {"saved": True, "status": "active"}
    till.store.save(replace(method, status="active", body=dict(used)))


def drop_method(till: Till, used: dict[str, Any]) -> None:
    """A payment was canceled: the card it was to keep is not kept."""
    method = till.store.find("payment_method", used["id"])
    if method is not None and method.status == "pending":
        used["status"] = "inactive"
        refuse_link(till, method)


def add_method(till: Till, method_id: str, status: str, body: dict[str, Any], due_us: int | None = None) -> Record:
    now_us = till.now_us()
    body = {**body, "status": status, "created_at": instant_text(now_us)}
    record = Record("payment_method", method_id, now_us, status, body, due_us, None if due_us is None else "inactive")
    till.store.add(record)
    return record


def card_details(card: Card) -> dict[str, Any]:
    return {"title": card.title, "card": card.details()}
