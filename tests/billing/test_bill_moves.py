"""From what the bill before left to what this one asks for: every kopeck has a line, on the page and on paper."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lk import db
from lk.accounts.queries import find_by_number
from lk.actor import PROGRAM, Actor
from lk.billing.actions import release_bill
from lk.billing.bill_page import BillPage, bill_page
from lk.billing.correcting import correct_from
from lk.billing.moves import Move, MoveKind
from lk.billing.paper import NOTHING_ENCLOSED
from lk.billing.pdf import print_bills
from lk.billing.sheet import BillSheet
from lk.billing.sheets import sheets_of
from lk.billing.sums import ladder, moved, penalty_ladder
from lk.filters import NO_BREAK_SPACE
from lk.identity.tables import Agent, User
from lk.ledger.rules import Kind, Part
from lk.operations.imports import import_text
from lk.payments.correcting import ask_for_correction
from lk.payments.correction_rules import CorrectionKind, WantedCorrection
from lk.period import Period
from tests.billing.sheets import CORRECTED
from tests.cycle.town import IVANOVA, Town
from tests.database import Database, moscow
from tests.papers import text_of

JULY, AUGUST, SEPTEMBER = Period(2025, 7), Period(2025, 8), Period(2025, 9)
WHY = "Перерасчёт за отсутствие света 3 августа"


@pytest.fixture
def town(database: Database) -> Town:
    """A loaded balance that was put right, two bills, and between them a payment, a refund and two corrections."""
    town = Town(database)
    town.move_in()
    for principal in ("500.00", "300.00"):
        text = f"account_number,due_on,principal,penalty\n{IVANOVA},2025-06-10,{principal},90.00"
        town.database.run(import_text("balances", text), "2025-07-02T10:00")
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.run_due("2025-07-26T00:00")
    town.run_due("2025-07-29T12:00")
    town.posts(IVANOVA, Kind.PAYMENT, -200000, at="2025-08-05T12:00")
    town.posts(IVANOVA, Kind.REFUND, 10000, at="2025-08-06T12:00")
    corrects(town, Part.PRINCIPAL, -15000, at="2025-08-07T12:00")
    corrects(town, Part.PENALTY, -9000, at="2025-08-08T12:00")
    town.reads(IVANOVA, 5150, 2280, at="2025-08-20T14:05")
    town.run_due("2025-08-26T00:00")
    return town


def corrects(town: Town, part: Part, kopecks: int, at: str) -> None:
    async def corrected() -> None:
        async with db.write():
            user = User(login=at, login_key=at, created_at=moscow(at))
            await User.insert(user)
            agent = Agent(user_id=user.id, code=at, role="operator")
            await Agent.insert(agent)
        account = (await find_by_number(IVANOVA))[0]
        wanted = WantedCorrection(CorrectionKind.CORRECTION, part, kopecks, WHY)
        await ask_for_correction(account.id, wanted, Actor(user.id, agent.id), nonce=f"correct{at[-9:-6]}ab")

    town.database.run(corrected(), at)


def sheet(town: Town, period: Period, since: datetime | None = None, *, is_old: bool = False) -> BillSheet:
    bills = [bill for bill in town.bills(IVANOVA) if bill["period"] == period.number]
    (found,) = town.database.run(sheets_of([bills[0 if is_old else -1]["id"]], since), "2025-08-28T12:00")
    return found


def left(sheet: BillSheet) -> int:
    """What the bill left: to pay, an advance if negative."""
    return sheet.opening_kopecks + sheet.total_kopecks


def adds_up(sheet: BillSheet) -> bool:
    moves = sum(each.kopecks for each in sheet.moves)
    principal = sheet.before_kopecks + moves + sum(each.amount_kopecks for each in sheet.lines)
    penalty = sheet.penalty_before_kopecks + sum(each.kopecks for each in sheet.penalty_moves)
    penalty += sum(each.amount_kopecks for each in sheet.penalty_lines)
    return (principal, penalty) == (
        sheet.to_pay_kopecks - sheet.advance_kopecks,
        sheet.penalty_to_pay_kopecks,
    )


def test_what_the_bill_before_left_and_each_line_come_to_what_is_to_pay(town: Town) -> None:
    july, august = sheet(town, JULY), sheet(town, AUGUST)
    assert (july.moves, july.before_kopecks, left(july)) == ((), 30000, 30000 + 208860)
    assert august.moves == (
        Move(MoveKind.PAYMENT, -200000),
        Move(MoveKind.REFUND, 10000),
        Move(MoveKind.CORRECTION, -15000, date(2025, 8, 7), WHY),
    )
    assert august.before_kopecks == left(july)
    assert left(august) == town.owes(IVANOVA)
    assert adds_up(july)
    assert adds_up(august)


def test_a_penalty_that_was_corrected_adds_up_too(town: Town) -> None:
    july, august = sheet(town, JULY), sheet(town, AUGUST)
    (correction,) = august.penalty_moves
    assert correction == Move(MoveKind.CORRECTION, -9000, date(2025, 8, 8), WHY)
    assert august.penalty_before_kopecks == july.penalty_to_pay_kopecks


def test_bills_made_anew_add_up_and_those_they_stand_for_still_do(town: Town) -> None:
    async def again() -> None:
        await correct_from((await find_by_number(IVANOVA))[0].id, JULY, "tariff", PROGRAM)

    town.database.run(again(), "2025-08-27T12:00")
    old_july, old_august = sheet(town, JULY, is_old=True), sheet(town, AUGUST, is_old=True)
    july, august = sheet(town, JULY), sheet(town, AUGUST)
    assert [each.kind for each in july.moves] == [MoveKind.PAYMENT, MoveKind.REFUND, MoveKind.CORRECTION]
    assert july.before_kopecks == old_july.before_kopecks == 30000
    assert (august.before_kopecks, august.moves) == (left(july), ())
    assert old_august.before_kopecks == left(old_july)
    assert all(map(adds_up, (old_july, old_august, july, august)))
    assert left(august) == town.owes(IVANOVA)


def test_a_bill_that_was_held_and_issued_after_a_later_one_has_a_line(town: Town) -> None:
    """Of a neighbour's July, which waited for a person until August was billed."""
    (number,) = town.neighbours(1)
    billed(town, number, JULY, "held", opening=0, total=100000)
    billed(town, number, AUGUST, "issued", opening=0, total=50000)
    july, _ = town.bills(number)
    town.database.run(release_bill(july["id"], PROGRAM), "2025-08-28T12:00")
    billed(town, number, SEPTEMBER, "issued", opening=150000, total=10000)
    ids = [bill["id"] for bill in town.bills(number)]
    first, second, third = town.database.run(sheets_of(ids), "2025-09-28T12:00")
    assert (first.moves, second.moves, third.moves) == ((), (), (Move(MoveKind.LATE, 100000),))
    assert (second.before_kopecks, third.before_kopecks) == (0, left(second))


def billed(town: Town, number: str, period: Period, status: str, *, opening: int, total: int) -> None:
    """As the run of the 26th left it."""
    made_at = f"'{period}-26 00:00:00+00:00'"
    issued_at = made_at if status == "issued" else "NULL"
    town.database.change(
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, due_on) "
        f"SELECT id, {period.number}, '{status}', {opening}, {total}, 0, {total}, 0, 20, 0, '[]', {made_at}, "
        f"{issued_at}, '2025-10-10' FROM accounts WHERE number = '{number}'"
    )


def test_nothing_from_before_the_readers_own_time_has_a_line(town: Town) -> None:
    since = moscow("2025-08-06T18:00")
    assert [each.kind for each in sheet(town, AUGUST, since).moves] == [MoveKind.CORRECTION]
    assert sheet(town, AUGUST, since).before_kopecks == 30000 + 208860 - 200000 + 10000
    assert adds_up(sheet(town, AUGUST, since))


# --- after the newest bill


def page_of(town: Town, at: str) -> BillPage:
    async def shown() -> BillPage | None:
        account = (await find_by_number(IVANOVA))[0]
        return await bill_page(account, AUGUST)

    found = town.database.run(shown(), at)
    assert found is not None
    return found


def test_what_came_after_the_bill_leads_to_what_is_owed_now(town: Town) -> None:
    assert page_of(town, "2025-08-28T12:00").since == []
    town.posts(IVANOVA, Kind.PAYMENT, -100000, at="2025-08-29T12:00")
    corrects(town, Part.PRINCIPAL, 5000, at="2025-08-30T12:00")
    page = page_of(town, "2025-08-31T12:00")
    assert left(page.sheet) + sum(each.kopecks for each in page.moves_since) == page.owed_kopecks == town.owes(IVANOVA)
    titles = [plain(step.title) for step in page.since]
    assert titles == ["Оплачено после этого счёта", "Поправка 30 августа 2025", "Сейчас к оплате"]


# --- in words


def test_a_correction_is_told_with_its_day_and_its_reason_and_a_payout_too() -> None:
    told = [(step.title, step.sum, step.note) for step in map(moved, CORRECTED.moves)]
    assert [tuple(map(plain, each)) for each in told] == [
        ("Оплачено с тех пор", "−1 954,20 ₽", ""),
        ("Возвращено с тех пор", "+500,00 ₽", ""),
        ("Поправка 3 июля 2025", "−300,00 ₽", "Перерасчёт за отсутствие света"),
        ("Выплата аванса 5 июля 2025", "+120,00 ₽", "Заявление и поручение 14"),
        ("Прежний счёт, выставленный позже", "+84,20 ₽", ""),
    ]


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


def test_paper_holds_every_line_of_both_ladders() -> None:
    text = plain(text_of(print_bills([CORRECTED], [NOTHING_ENCLOSED], is_tagged=True).content))
    for step in (*ladder(CORRECTED), *penalty_ladder(CORRECTED)):
        for words in (step.title, step.sum, step.note):
            assert all(word in text for word in plain(words).split()), step
