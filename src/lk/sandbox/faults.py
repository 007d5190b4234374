"""Switches for the ways in which an acquirer fails; each stays as set until it is used up or set anew."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from random import Random
from typing import Any

from lk.sandbox.cards import REFUND_REASONS, SUCCEEDS
from lk.sandbox.problems import invalid

CLOSE = "close"
BAD_GATEWAY = "502"
ERROR_CODES = {
    401: "invalid_credentials",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    429: "too_many_requests",
    500: "internal_server_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}


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
    """The next N creates answer 500, or what `error_as` says, and do nothing."""
    error_as: int = 500
    """401, 403, 404, 409, 429, 500, 502, 503 or 504."""
    repeat_errors: bool = False
    """A key that got one of those errors, or whose answer was lost, gets nothing but such an error from then on."""
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
    pending_refunds: int = 0
    """The next N refunds are pending first, for the seconds of `refund_takes`."""
    refund_takes: int = 3600
    """Of the sandbox's clock."""
    canceled_refunds: int = 0
    """The next N refunds are canceled, those held by `pending_refunds` at their end."""
    refund_reason: str = REFUND_REASONS[0]
    """Why they are canceled."""
    repeat_events: int = 0
    """Every event is delivered so many times more."""
    shuffle_events: bool = False
    """Events wait a moment for each other and are delivered in random order."""
    hold_events: bool = False
    """Events wait until this is off again, for days if need be."""
    seed: int = 1
    """Of the chance behind `lose_answer_share` and `shuffle_events`; setting it starts the chance anew."""
    chance: Random = field(default_factory=lambda: Random(1), repr=False)  # noqa: S311 - a repeatable chance is wanted
    spoilt_keys: set[str] = field(default_factory=set, repr=False)

    def state(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name in _KINDS}

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
        self.spoilt_keys.clear()
        self.chance = Random(self.seed)  # noqa: S311 - a repeatable chance is wanted

    def takes_error(self, key: str) -> bool:
        if key in self.spoilt_keys:
            return True
        if self.error_500 <= 0:
            return False
        self.error_500 -= 1
        self._spoil(key)
        return True

    def takes_forgetting(self) -> bool:
        was_set, self.forget_keys = self.forget_keys, False
        return was_set

    def takes_loss(self, key: str) -> bool:
        if self.lose_answer > 0:
            self.lose_answer -= 1
        elif self.lose_answer_share <= 0 or self.chance.random() >= self.lose_answer_share:
            return False
        self._spoil(key)
        return True

    def takes_pending_refund(self) -> bool:
        is_pending = self.pending_refunds > 0
        self.pending_refunds -= is_pending
        return is_pending

    def takes_refund_outcome(self) -> str:
        """Succeeds, or the reason of a cancellation."""
        if self.canceled_refunds <= 0:
            return SUCCEEDS
        self.canceled_refunds -= 1
        return self.refund_reason

    def _spoil(self, key: str) -> None:
        if self.repeat_errors:
            self.spoilt_keys.add(key)

    def _check(self, name: str, value: object) -> None:
        if name not in _KINDS:
            raise invalid("Unknown fault", name)
        kind = _KINDS[name]
        if name in _CHOICES:
            is_good = type(value) is type(_CHOICES[name][0]) and value in _CHOICES[name]
        elif kind == "bool":
            is_good = isinstance(value, bool)
        elif kind == "float":
            is_good = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 <= value <= 1
        else:
            is_good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000
        if not is_good:
            raise invalid("Wrong value of a fault", name)


_KINDS = {each.name: str(each.type) for each in fields(Faults) if each.name not in ("chance", "spoilt_keys")}
_CHOICES: dict[str, tuple[object, ...]] = {
    "lose_answer_by": (BAD_GATEWAY, CLOSE),
    "error_as": tuple(ERROR_CODES),
    "refund_reason": REFUND_REASONS,
}
