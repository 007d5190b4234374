from __future__ import annotations

import pytest

from tests.autopay.cast import Payer
from tests.payments.cast import Acquirer, Household
from tests.payments.conftest import (  # noqa: F401
    acquirer,
    at_noon,
    household,
    postgres,
    postgres_template,
    sqlite,
    sqlite_template,
)


@pytest.fixture
def payer(household: Household, acquirer: Acquirer) -> Payer:  # noqa: F811
    return Payer(household, acquirer)
