"""Meters and their readings: what a reading means, when it is odd, and what stands in where there is none."""
