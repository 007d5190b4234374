"""An expected "no" is a value: what is wrong, how badly, and with which field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    REFUSE = "refuse"
    HOLD = "hold"
    CONFIRM = "confirm"


NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way. `code` names the sentence in the package's `messages.py`."""

    code: str
    severity: Severity = Severity.REFUSE
    field: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=lambda: NOTHING)


class Refused(Exception):
    """An action did nothing, for these reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)


def refuse(code: str, field: str | None = None, **params: object) -> Refused:
    return Refused([Problem(code, Severity.REFUSE, field, params)])
