"""A jump of the wall clock is what it gains on the clock that nobody can set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_GAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Read at one moment: what the wall clock says, and how long the machine has run."""

    wall: datetime
    ran: timedelta

    def gain_until(self, later: Clocks) -> timedelta:
        """How far the wall clock ran ahead since then; negative: it was set back."""
        return (later.wall - self.wall) - (later.ran - self.ran)

    def jumped_until(self, later: Clocks) -> bool:
        return self.gain_until(later) > LONGEST_GAIN

    def agrees_with(self, later: Clocks) -> bool:
        """Whether the wall clock is where it should be by then, give or take an hour."""
        return abs(self.gain_until(later)) <= LONGEST_GAIN

    def wall_at(self, ran: timedelta) -> datetime:
        """What the wall clock should say by then."""
        return self.wall + (ran - self.ran)
