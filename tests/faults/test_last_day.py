"""The last evening: everybody sends their reading and many sign in; every reading that was acknowledged is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.conftest import IS_FULL

LATEST_MS = 1000


@pytest.mark.skipif(not IS_FULL, reason="a minute of load: `make faults`")
def test_at_140_readings_a_second_none_is_lost_and_nobody_waits_a_second() -> None:
    """The tool ends with a sentence where answers and rows differ."""
    words = (sys.executable, "-m", "tools.bench_last_day")
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    readings, _ = map(float, done.stdout.split()[-2:])
    assert readings < LATEST_MS
