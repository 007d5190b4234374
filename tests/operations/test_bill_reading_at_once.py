"""Two agents at one held bill, on both engines: one of them is told that it is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import date
from typing import Any

import pytest

from lk import clock, db
from lk.accounts.queries import account_as_held
from lk.actor import PROGRAM
from lk.billing.actions import release_bill
from lk.billing.held import HeldBill, held_bills
from lk.outcome import Refused
from lk.support.bill_reading import put_right
from tests.operations.cast import RUN, bill_july, change, company, load, one, rows

READ = "10000-001-01,14195368,2025-07-20,9999,2200,,import"


def held() -> HeldBill:
    company()
    load("readings", READ)
    change("UPDATE accounts SET power_kw = 1")
    bill_july()
    (found,) = db.run(held_bills(5))
    return found


async def _put_right(bill: HeldBill, t1: int) -> None:
    account = await account_as_held(bill.account_public_id)
    assert account
    meter_id = (await db.read("SELECT id FROM meters"))[0]["id"]
    await put_right(bill, account, meter_id, [t1, 2200], taken_on=date(2025, 7, 20), actor=PROGRAM, is_confirmed=True)


def told(*works: Coroutine[Any, Any, None]) -> list[str]:
    """Of each of them at once: the code of its refusal, or nothing."""

    async def all_at_once() -> list[BaseException | None]:
        return list(await asyncio.gather(*works, return_exceptions=True))

    with clock.fixed_at(RUN):
        found = db.run(all_at_once())
    return sorted(str(each) if isinstance(each, Refused) else repr(each or "") for each in found)


def bills() -> list[tuple[str, int]]:
    found = rows("SELECT status, total_kopecks FROM bills b WHERE EXISTS (SELECT 1 FROM charges c "
                 "JOIN meters m ON m.id = c.meter_id WHERE c.bill_id = b.id) ORDER BY id")  # fmt: skip
    return [(row["status"], row["total_kopecks"]) for row in found]


@pytest.mark.usefixtures("each_engine")
def test_put_right_by_two_at_once_it_is_counted_anew_once() -> None:
    bill = held()
    assert told(_put_right(bill, 5000), _put_right(bill, 5000)) == ["''", "bill_decided"]
    assert [status for status, _ in bills()] == ["reversed", "issued"]
    assert bills()[1][1] == 208_860
    assert one("SELECT count(*) AS n FROM readings WHERE source = 'agent'") == 1


@pytest.mark.usefixtures("each_engine")
def test_put_right_and_issued_as_it_is_at_once_only_one_of_both_happens() -> None:
    bill = held()
    refused = told(_put_right(bill, 5000), release_bill(bill.id, PROGRAM))
    assert refused in (["''", "bill_decided"], ["''", "bill_not_held"])
    live = [total for status, total in bills() if status == "issued"]
    assert live == ([208_860] if "bill_not_held" in refused else [bill.total_kopecks])
    charged = one(
        "SELECT sum(amount_kopecks) AS n FROM ledger_entries e JOIN accounts a ON a.id = e.account_id "
        "WHERE a.number = '1000000101' AND debit = 'receivable'"
    )
    assert charged == live[0]
