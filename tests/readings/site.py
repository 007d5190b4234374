"""The household's pages of readings and the desk."""

from __future__ import annotations

from tests.readings.inside import Inside


class Site(Inside):
    @property
    def readings(self) -> str:
        return f"/accounts/{self.household.public_id}/readings"
