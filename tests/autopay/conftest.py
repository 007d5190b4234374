from __future__ import annotations

import pytest

from lk.accounts.queries import account_of
from tests.autopay.cast import Payer
from tests.payments.cast import Acquirer, Household, run
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
from tests.payments.site import Site


@pytest.fixture
def payer(household: Household, acquirer: Acquirer) -> Payer:  # noqa: F811
    return Payer(household, acquirer)


@pytest.fixture
def at_home(site: Site) -> Payer:  # noqa: F811
    """The payer of the pages. Events would come to the site while a test is at its database."""
    site.stay_signed_in()
    site.acquirer.http.post("/events", json={"url": None})
    user_id = site.rows("SELECT id FROM users WHERE login = 'anna'")[0][0]
    account = run(account_of("lesnaya5kv12", user_id))
    assert account is not None
    return Payer(Household(account, user_id), site.acquirer)
