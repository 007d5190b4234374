"""A reading as it was typed, for one of the account's own meters."""

from __future__ import annotations

from collections.abc import Mapping

from lk.metering.queries import meters_of
from lk.readings.forms import meter_in, parse
from lk.readings.rules import TypedReading


async def typed_reading(account_id: int, fields: Mapping[str, str]) -> TypedReading | None:
    """None for a meter of somebody else."""
    meter_id = meter_in(fields)
    zones = next((meter.zones for meter in await meters_of(account_id) if meter.id == meter_id), None)
    return None if meter_id is None or zones is None else parse(fields, meter_id, zones)
