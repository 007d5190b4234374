"""What the flats of the newcomer have lived through: a reading, a bill, a payment, a word in the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lk import db
from lk.accounts import inviting
from lk.accounts.queries import AccountView, account_of
from lk.actor import Actor
from lk.history.actions import record
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from lk.metering.tables import Reading
from lk.payments.tables import Payment
from lk.tokens import derived_token
from tests.onboarding.newcomer import LOGIN, OTHER_METER, OTHER_NUMBER, Newcomer

FLAT, OTHER_FLAT = "flat1234", "flat2345"
HELPER, HELPER_EMAIL, HELPER_PASSWORD = "dochka", "dochka@mail.example", "скамейка-фонарь-пирог-88"
BOOKS = ("ledger_entries", "bills", "charges", "payments", "readings", "meters", "premises")


def user_of(who: Newcomer, login: str = LOGIN) -> int:
    return int(who.rows("SELECT id FROM users WHERE login = {}", login)[0]["id"])


def account(who: Newcomer, login: str = LOGIN, flat: str = FLAT) -> AccountView:
    found = who.at(account_of, flat, user_of(who, login))
    assert found
    return found


def neighbour_moves_in(who: Newcomer, login: str = "sosed") -> None:
    """Into the other flat."""
    who.browser = None
    who.open_cabinet(login, OTHER_NUMBER, OTHER_METER)
    who.browser = None


def helper_comes_in(who: Newcomer) -> None:
    who.at(inviting.invite, account(who), HELPER_EMAIL, Actor(user_of(who)))
    invitation = who.rows("SELECT max(id) AS id FROM invitations")[0]["id"]
    token = derived_token("invitation", invitation)
    who.at(inviting.accept_anew, token, HELPER, HELPER_PASSWORD, address="", device="")


def live_a_month(
    who: Newcomer, flat: str = FLAT, *, period: int = 202603, kwh: int = 4711, kopecks: int = 47_110
) -> None:
    """At `who.now`; `kwh` and `kopecks` are the marks by which it is known again."""
    who.at(_live, flat, period, kwh, kopecks, who.now)


async def _live(flat: str, period: int, kwh: int, kopecks: int, now: datetime) -> None:
    (found,) = await db.read(
        "SELECT a.id, m.id AS meter_id FROM accounts a JOIN meters m ON m.account_id = a.id WHERE a.public_id = {}",
        flat,
    )
    account_id, meter_id = found["id"], found["meter_id"]
    day = now.date()
    async with db.write():
        await Reading.insert(
            Reading(
                account_id=account_id,
                meter_id=meter_id,
                kind="regular",
                period=period,
                taken_on=day,
                received_at=now,
                source="resident",
                status="accepted",
                t1_kwh=kwh,
                t2_kwh=kwh,
                problems="[]",
            )
        )
        await db.execute(
            "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
            "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, due_on) "
            "VALUES ({}, {}, 'issued', 0, {}, 0, {}, 0, 22, 0, '[]', {}, {}, {})",
            *(account_id, period, kopecks, kopecks, now, now, day),
        )
        (bill,) = await db.read("SELECT max(id) AS id FROM bills")
        await db.execute(
            "INSERT INTO charges (bill_id, account_id, line, register, zone, meter_id, band, source, consumption_kwh, "
            "price_kopecks, amount_kopecks, method, legal_act, why) "
            "VALUES ({}, {}, 'energy', 'T1', 'day', {}, 1, 'resident', 10, {}, {}, 'reading', 'приказ', {})",
            *(bill["id"], account_id, meter_id, kopecks // 10, kopecks, "{}"),
        )
        await post(
            Kind.CHARGE,
            account_id,
            kopecks,
            part=Part.PRINCIPAL,
            effective_on=day,
            key=f"bill {bill['id']}",
            source="test",
        )
        await Payment.insert(_payment(account_id, bill["id"], kopecks, now))
        await post(
            Kind.PAYMENT,
            account_id,
            -kopecks - 1,
            part=Part.PRINCIPAL,
            effective_on=day,
            key=f"bank {bill['id']}",
            source="bank",
        )
        await _operators_came_by(account_id, bill["id"], kopecks, now)
        await record("bill_issued", account_id=account_id, period=f"{period // 100}-{period % 100:02}", total=kopecks)


async def _operators_came_by(account_id: int, number: int, kopecks: int, now: datetime) -> None:
    """A part of the payment went back, and the account was corrected."""
    if not await db.read("SELECT id FROM agents"):
        await db.execute("INSERT INTO users (login, login_key, created_at) VALUES ('operator', 'operator', {})", now)
        await db.execute(
            "INSERT INTO agents (user_id, code, role, totp_last_step, is_disabled) "
            "SELECT id, 'О-1', 'operator', 0, {} FROM users WHERE login = 'operator'",
            False,
        )
    await db.execute(
        "INSERT INTO refunds (public_id, payment_id, account_id, key, amount_kopecks, words, status, reason, body, "
        "asked_by, created_at, finished_at) SELECT {}, p.id, p.account_id, {}, {}, 'Ошибка', 'succeeded', '', '', "
        "g.id, {}, {} FROM payments p, agents g WHERE p.public_id = {}",
        *(f"refund{number}", f"refund:{number}", kopecks, now, now, f"pay{number}"),
    )
    await db.execute(
        "INSERT INTO corrections (public_id, account_id, kind, part, amount_kopecks, words, status, reason, asked_by, "
        "created_at) SELECT {}, {}, 'correction', 'principal', {}, 'Света не было', 'posted', '', g.id, {} "
        "FROM agents g",
        *(f"correct{number}", account_id, -kopecks, now),
    )


def _payment(account_id: int, number: int, kopecks: int, now: datetime) -> Payment:
    return Payment(
        public_id=f"pay{number}",
        account_id=account_id,
        key=f"pay {number}",
        kind="one_off",
        amount_kopecks=kopecks,
        status="succeeded",
        acquirer_id=f"acquirer-{number}",
        body='{"hidden": true}',
        created_at=now,
        finished_at=now,
    )


def books(who: Newcomer) -> dict[str, list[dict[str, Any]]]:
    """Every row of what the law wants kept."""
    return {name: who.rows(f"SELECT * FROM {name} ORDER BY id") for name in BOOKS}
