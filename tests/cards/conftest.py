from __future__ import annotations

from tests.payments.conftest import (  # noqa: F401
    acquirer,
    at_noon,
    household,
    postgres,
    postgres_template,
    site,
    sqlite,
    sqlite_template,
)
