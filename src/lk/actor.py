"""Who acts: a resident, an agent (perhaps looking at a resident's cabinet), or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a request may be made as; the columns of the access matrix."""

    ANYONE = "anyone"
    RESIDENT = "resident"
    HOLDER = "holder"
    HELPER = "helper"
    LOOKING = "looking"
    SUPPORT = "support"
    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_id` acts; under impersonation `agent_id` is the agent behind and `impersonation_id` the look."""

    user_id: int | None = None
    agent_id: int | None = None
    impersonation_id: int | None = None
    address: str = ""

    @property
    def kind(self) -> str:
        if self.agent_id is not None:
            return "agent"
        return "resident" if self.user_id is not None else "program"


PROGRAM = Actor()
