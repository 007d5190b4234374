"""Where the panel's buttons move the clock to."""

from __future__ import annotations

import pytest

from lk import clock
from lk.demo.moments import MOMENTS, moment_named

NOVEMBER_22 = "2026-11-22T14:05"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("window", "2026-12-15T10:00"),
        ("bill", "2026-11-26T10:00"),
        ("delivered", "2026-12-01T10:00"),
        ("due", "2026-12-10T10:00"),
        ("hour", "2026-11-22T15:05"),
        ("days", "2026-11-25T14:05"),
    ],
)
def test_a_moment_is_the_next_one_of_its_name(name: str, wanted: str) -> None:
    assert moment_named(name, clock.parse_instant(NOVEMBER_22)) == clock.parse_instant(wanted)


def test_every_button_moves_the_clock_forward_also_from_the_moment_itself() -> None:
    for name in MOMENTS:
        reached = moment_named(name, clock.parse_instant(NOVEMBER_22))
        assert moment_named(name, reached) > reached
