"""Which letters a user may do without, and when letters wait for the morning."""

from __future__ import annotations

OPTIONAL = ("readings_wanted", "payment_due", "payment_received", "meter_verification")
"""All others tell of the bill, of the way in and of who looked: they come whatever is chosen."""

REMINDING = ("readings_wanted", "payment_due", "meter_verification")
"""They merely remind, so they wait for the morning; what somebody just asked for goes at once."""
QUIET_FROM, MORNING = 21, 9
"""Hours of the company's day."""


def is_optional(kind: str) -> bool:
    return kind in OPTIONAL


def is_quiet(hour: int) -> bool:
    """Whether people may be asleep at this hour of the company's day."""
    return not MORNING <= hour < QUIET_FROM
