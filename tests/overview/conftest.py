from __future__ import annotations

import pytest

from tests.autopay.cast import Payer
from tests.payments.cast import Acquirer, run, settle_in
from tests.payments.conftest import acquirer, at_noon, sqlite, sqlite_template  # noqa: F401


@pytest.fixture
def payer(sqlite: None, acquirer: Acquirer) -> Payer:  # noqa: F811
    """Who owes 2 088,60 ₽ of September until 10 October 2026."""
    return Payer(run(settle_in()), acquirer)
