"""What every test here stands on."""

from __future__ import annotations

from tests.readings.fixtures import household as household
from tests.readings.fixtures import postgres as postgres
from tests.readings.fixtures import sqlite as sqlite
