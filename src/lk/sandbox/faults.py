"""Switches for the ways in which an acquirer fails; each stays as set until it is used up or set anew."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from random import Random
from typing import Any

from lk.sandbox.problems import invalid

CLOSE = "close"
BAD_GATEWAY = "502"


@dataclass(slots=True)
class Faults:
    """A create is any `POST` under `/v3`."""

    lose_answer: int = 0
    """The next N creates do their work, and the answer never arrives."""
    lose_answer_share: float = 0.0
    """The same for this share of all creates, 0 to 1."""
    lose_answer_by: str = BAD_GATEWAY
    """`502`: an empty 502; `close`: the connection breaks in the middle of the answer."""
    error_500: int = 0
    """The next N creates answer 500 and do nothing."""
    down: bool = False
    """Every call under `/v3` answers 503 and does nothing."""
    slow_ms: int = 0
    """The answer of every call under `/v3` comes this late; its work is done at once."""
    forget_keys: bool = False
    """All idempotence keys remembered so far are forgotten by the next create; then it is off again."""
    not_idempotent: bool = False
    """Idempotence keys are not looked at: the same key makes a second payment."""
    late_success: int = 0
    """A charge that goes through stays pending for so many seconds of the sandbox's clock."""
    repeat_events: int = 0
    """Every event is delivered so many times more."""
    shuffle_events: bool = False
    """Events wait a moment for each other and are delivered in random order."""
    seed: int = 1
    """Of the chance behind `lose_answer_share` and `shuffle_events`; setting it starts the chance anew."""
    chance: Random = field(default_factory=lambda: Random(1), repr=False)  # noqa: S311 - a repeatable chance is wanted

    def state(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "chance"}

    def set(self, wanted: object) -> None:
        """Sets the named switches and leaves the others. Raises Problem on an unknown name or a wrong value."""
        if not isinstance(wanted, dict):
            raise invalid("Faults must be an object")
        for name, value in wanted.items():
            self._check(name, value)
        for name, value in wanted.items():
            setattr(self, name, float(value) if _KINDS[name] == "float" else value)
        if "seed" in wanted:
            self.chance = Random(self.seed)  # noqa: S311 - a repeatable chance is wanted

    def clear(self) -> None:
        for name, value in Faults().state().items():
            setattr(self, name, value)
        self.chance = Random(self.seed)  # noqa: S311 - a repeatable chance is wanted

    def takes_500(self) -> bool:
        if self.error_500 <= 0:
            return False
        self.error_500 -= 1
        return True

    def takes_forgetting(self) -> bool:
        was_set, self.forget_keys = self.forget_keys, False
        return was_set

    def takes_loss(self) -> bool:
        if self.lose_answer > 0:
            self.lose_answer -= 1
            return True
        return self.lose_answer_share > 0 and self.chance.random() < self.lose_answer_share

    def _check(self, name: str, value: object) -> None:
        if name not in _KINDS:
            raise invalid("Unknown fault", name)
        kind = _KINDS[name]
        if kind == "str":
            is_good = value in (BAD_GATEWAY, CLOSE)
        elif kind == "bool":
            is_good = isinstance(value, bool)
        elif kind == "float":
            is_good = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 <= value <= 1
        else:
            is_good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000
        if not is_good:
            raise invalid("Wrong value of a fault", name)


_KINDS = {each.name: str(each.type) for each in fields(Faults) if each.name != "chance"}
