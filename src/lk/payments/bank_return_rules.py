"""How a payment of a bank goes back to its sender. Pure."""

from __future__ import annotations

from enum import StrEnum


class BankReturnStatus(StrEnum):
    """`waiting`: for a second person."""

    WAITING = "waiting"
    RETURNED = "returned"
    REFUSED = "refused"
