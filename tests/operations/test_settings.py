"""An admin sees what the company has decided, and changes it; everybody else does not."""

from __future__ import annotations

import pytest

from lk.config import settings
from lk.history.views import VIEWS_A_DAY
from lk.metering.average_limit import max_estimated_periods
from lk.metering.rules import AVERAGE_PERIODS_AT_MOST
from lk.operations.company_settings import KINDS, change_setting, company_settings
from tests.database import Database
from tests.operations.month import OPERATOR, Month, begin_month
from tests.operations.test_new_prices import LATER, bill_july, events

SETTINGS = "/operations/settings"


@pytest.fixture
def month(database: Database) -> Month:
    month = begin_month(database)
    month.change("UPDATE agents SET role = 'admin' WHERE code = {}", OPERATOR)
    return month


def changes(month: Month, name: str, value: str) -> list[str]:
    return month.refused(change_setting(name, value, month.actors[OPERATOR]), LATER)


def test_a_setting_is_changed_holds_at_once_and_is_written_down(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(SETTINGS)
    assert visit.post(f"{SETTINGS}/is_used_after_verification", value="no").status_code == 303
    assert visit.post(f"{SETTINGS}/views_a_day", value="50").status_code == 303
    assert visit.post(f"{SETTINGS}/views_a_day", value="60").status_code == 303
    values = month.run(company_settings())
    assert (values["is_used_after_verification"], values["views_a_day"]) == ("no", "60")
    told = [(each["name"], each["before"], each["after"]) for each in events(month, "setting_changed")]
    assert told[1:] == [("views_a_day", "200", "50"), ("views_a_day", "50", "60")]
    assert len(month.database.rows("SELECT id FROM settings WHERE name = 'views_a_day'")) == 1


def test_what_makes_no_sense_is_refused(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(SETTINGS)
    for name, value, told in (
        ("is_used_after_verification", "maybe", "Выберите"),
        ("max_estimated_periods", "7", "Выберите, сколько месяцев"),
        ("max_estimated_periods", "3", "Так и есть сейчас"),
        ("views_a_day", "-5", "целое число от 1 до 100 000"),
        ("views_a_day", "200", "Так и есть сейчас"),
        ("first_period", "летом", "Напишите месяц так"),
        ("first_period", "2027-01", "не дальше года"),
    ):
        assert visit.post(f"{SETTINGS}/{name}", value=value).status_code == 422
        assert told in visit.text
    assert visit.post(f"{SETTINGS}/heartbeat", value="x").status_code == 404
    assert events(month, "setting_changed") == []


def test_the_first_month_stays_once_there_is_a_bill(month: Month) -> None:
    assert changes(month, "first_period", "2025-06") == []
    assert changes(month, "first_period", "2025-07") == []
    bill_july(month)
    assert changes(month, "first_period", "2025-08") == ["first_period_billed"]
    assert month.run(company_settings())["first_period"] == "2025-07"


def test_only_an_admin_changes_settings(month: Month) -> None:
    for role in ("operator", "support"):
        month.change("UPDATE agents SET role = {} WHERE code = {}", role, OPERATOR)
        assert changes(month, "views_a_day", "1") == ["not_an_admin"]
        assert month.sits(at=LATER).get(SETTINGS).status_code == 403
    month.change("UPDATE agents SET role = 'admin', is_disabled = {} WHERE code = {}", True, OPERATOR)
    assert changes(month, "views_a_day", "1") == ["not_an_admin"]


def test_the_page_shows_the_company_as_its_bills_do(month: Month) -> None:
    text = month.sits(at=LATER).get(SETTINGS).text
    company = settings().company
    for detail in (company.inn, company.bic, company.account, *company.phones):
        assert detail in text
    assert "LK_COMPANY_FILE" in text


def test_what_is_not_set_is_shown_as_it_holds() -> None:
    assert KINDS["views_a_day"].default == str(VIEWS_A_DAY)
    assert KINDS["max_estimated_periods"].default == str(AVERAGE_PERIODS_AT_MOST)


def test_while_bills_are_made_the_months_by_average_stay(month: Month) -> None:
    bill_july(month)
    month.change("UPDATE cycle_runs SET status = 'running' WHERE step = 'bill'")
    assert changes(month, "max_estimated_periods", "none") == ["billing_under_way"]
    month.change("UPDATE cycle_runs SET status = 'done'")
    assert changes(month, "max_estimated_periods", "none") == []
    assert month.run(max_estimated_periods()) is None
