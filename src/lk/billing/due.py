"""What of the principal owed should have been paid by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """The newest bill: its last day to pay, its sum and what was owed before it, in kopecks.

    `earlier_on` is the last day to pay what was billed before it.
    """

    on: date | None
    total_kopecks: int
    opening_kopecks: int
    earlier_on: date | None

    def overdue(self, owed_kopecks: int, today: date) -> int:
        """Kopecks: all that is owed once the day has passed, before that what older bills left.

        What is paid pays the oldest debt first.
        """
        if self.on is not None and today > self.on:
            return max(0, owed_kopecks)
        if self.earlier_on is None or today <= self.earlier_on:
            return 0
        return max(0, min(owed_kopecks, self.opening_kopecks, owed_kopecks - self.total_kopecks))

    def late_since(self, today: date) -> date | None:
        """The last day to pay of what is overdue."""
        return self.on if self.on is not None and today > self.on else self.earlier_on
