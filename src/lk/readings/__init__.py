"""The resident's page of readings."""
