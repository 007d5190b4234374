"""The page of readings, as its resident uses it."""

from __future__ import annotations

import httpx

from tests.readings.household import PUBLIC_ID
from tests.readings.inside import Inside

READINGS = f"/accounts/{PUBLIC_ID}/readings"


class Browser(Inside):
    def look(self) -> httpx.Response:
        return self.get(READINGS)

    def send(self, **fields: str) -> httpx.Response:
        return self.post(READINGS, **{"meter": str(self.household.meter_id), **fields})

    def count(self, **fields: str) -> httpx.Response:
        return self.post(f"{READINGS}/preview", **{"meter": str(self.household.meter_id), **fields})
