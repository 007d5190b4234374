"""Pages of readings and bills on the narrowest phone, with the longest figures that a flat has."""

from __future__ import annotations

from tests.browser.phone import Phone
from tests.served import Served


def three_zones(lk: Served, home: str) -> int:
    """The flat's meter counts six digits in three zones, and was read in September of the year before."""
    (account,) = lk.rows("SELECT id FROM accounts WHERE public_id = {}", home.rpartition("/")[2])
    lk.change("UPDATE meters SET zones = 3, digits = 6 WHERE account_id = {}", account["id"])
    lk.change(
        "UPDATE readings SET t1_kwh = 345678, t2_kwh = 234567, t3_kwh = 456789, period = 202409, "
        "taken_on = '2024-09-25' WHERE account_id = {}",
        account["id"],
    )
    (reading,) = lk.rows("SELECT id FROM readings WHERE account_id = {}", account["id"])
    return int(reading["id"])


def test_readings_of_three_zones_fit(phone: Phone) -> None:
    home = phone.open_cabinet()
    three_zones(phone.lk, home)
    phone.lk.change("UPDATE accesses SET is_provisional = {}", False)
    for page in ("readings", "away", "history"):
        phone.go(f"{home}/{page}")
    phone.go(f"{home}/readings")
    phone.sees("345 678 / 234 567 / 456 789")
