"""Two flats of the newcomer, and lk in this process."""

from __future__ import annotations

from tests.onboarding.conftest import app, browser, newcomer, on_postgres, on_sqlite, postgres_flats, sqlite_flats

__all__ = ["app", "browser", "newcomer", "on_postgres", "on_sqlite", "postgres_flats", "sqlite_flats"]
