"""People of the simulated town and their cards: linked, charged by autopay, changed, skipped, unlinked."""

from __future__ import annotations

import json
from datetime import date, timedelta

from lk import clock, db
from lk.actor import Actor
from lk.autopay.actions import set_autopay, skip_month, stop_autopay
from lk.autopay.rules import Mode, Wish
from lk.autopay.unlinking import unlink_card
from lk.cards.actions import ask_link, start_link
from lk.demo.by_hand import nonce_by, pay_by_hand
from lk.demo.deeds import account_of_town, owed_by
from lk.demo.home import Home
from lk.demo.homes import Habit, by_weight
from lk.demo.living_town import Letter, Town
from lk.demo.purse import CARDS, FAILURES, Deed, HomeCard, changed, deed_at_notice, deed_some_day, wish_of
from lk.outcome import Refused
from lk.period import Period

PLANNED = ("autopay_notice", "autopay_above")


async def read_letters(town: Town) -> None:
    """Of autopay; they are answered in the next morning's hour for it."""
    rows = await db.read_rows(
        "SELECT id, kind, account_id, params FROM messages WHERE id > {} AND kind LIKE 'autopay_%' ORDER BY id",
        town.letters_read,
    )
    for letter_id, kind, account_id, params in rows:
        town.letters_read = letter_id
        told = json.loads(params)
        home = town.by_id[account_id]
        if kind in PLANNED and "charge_on" in told:
            home.purse.announced[Period.parse(told["period"])].append(told["amount_kopecks"])
        if "period" in told:
            town.unanswered.append(Letter(home, kind, Period.parse(told["period"]), bool(told.get("is_tried_again"))))


async def answer_letters(town: Town, day: date) -> None:
    letters, town.unanswered = town.unanswered, []
    for letter in letters:
        home = letter.home
        if not home.is_open or home.user_id is None:
            continue
        dice = town.dice(home, letter.kind, day)
        match letter.kind:
            case "autopay_notice":
                await _do(town, home, deed_at_notice(dice), letter.period, day)
            case "autopay_above":
                await _go_above(town, home, dice.random(), day)
            case "autopay_suspended":
                await _unlink(home)
            case "autopay_refused" if not letter.is_tried_again and dice.random() < 0.5:
                await _unlink(home)
            case "autopay_missed" | "autopay_refused" if not letter.is_tried_again:
                await _pay_all(town, home, day)


async def _go_above(town: Town, home: Home, lot: float, day: date) -> None:
    """Some raise the limit, some pay by hand, the others let the month go."""
    wish = home.purse.wish
    if lot < 0.4 and wish is not None:
        await _set(home, Wish(Mode.BILL, min(wish.sum_kopecks * 4, 90_000_00), wish.day))
    elif lot < 0.7:
        await _pay_all(town, home, day)


async def some_deeds(town: Town, day: date) -> None:
    """In the afternoon: whoever wants a card and has none links one; and once a month something comes to mind."""
    for home in town.cabinets:
        if not home.is_open or home.user_id is None:
            continue
        if home.purse.card is None and home.nature.habit is not Habit.PAGE and day >= home.purse.rests_until:
            await _link(town, home, day)
        if home.purse.card is not None and home.purse.wish is None and day >= home.purse.rests_until:
            await _begin_autopay(town, home, day)
        on, deed = deed_some_day(town.dice(home, "deed", Period.of(day)))
        if day.day == on:
            await _do(town, home, deed, Period.of(day), day)


async def _do(town: Town, home: Home, deed: Deed, period: Period, day: date) -> None:
    dice = town.dice(home, deed, day)
    match deed:
        case Deed.SKIP:
            if await skip_month(await account_of_town(home.number), period, Actor(home.user_id)):
                home.purse.skipped.add(period)
        case Deed.PAY_ALL:
            await _pay_all(town, home, day)
        case Deed.PAY_PART:
            await pay_by_hand(town, home, await owed_by(home.number) * dice.randint(20, 80) // 100, f"part {day}")
        case Deed.CHANGE if home.purse.wish is not None:
            await _set(home, changed(home.purse.wish, dice))
        case Deed.UNLINK:
            await _unlink(home)
            home.purse.rests_until = day + timedelta(dice.randint(1, 40))
        case Deed.STOP if home.purse.wish is not None:
            await stop_autopay(await account_of_town(home.number), Actor(home.user_id))
            home.purse.end(clock.now())
            home.purse.rests_until = day + timedelta(dice.randint(10, 80))
        case Deed.CARD_FAILS | Deed.CARD_RECOVERS if home.purse.card is not None:
            outcome = "succeeds" if deed is Deed.CARD_RECOVERS else dice.choice(FAILURES)
            town.acquirer.let_charges_end(home.purse.card.method_id, outcome)


async def _pay_all(town: Town, home: Home, day: date) -> None:
    await pay_by_hand(town, home, await owed_by(home.number), f"all {day}")


async def _link(town: Town, home: Home, day: date) -> None:
    """On the acquirer's page; a card that it does not take is tried again another day."""
    assert home.user_id is not None
    dice, account = town.dice(home, "link", day), await account_of_town(home.number)
    home.purse.rests_until = day + timedelta(dice.randint(1, 5))
    try:
        card = await start_link(account, home.user_id, Actor(home.user_id), nonce_by(dice))
    except Refused:
        return
    if card.confirmation_url is None:
        return
    await town.acquirer.choose_card(card.confirmation_url, by_weight(dice, CARDS))
    await ask_link(home.user_id, card.public_id)


async def find_linked(town: Town) -> None:
    """A link whose end was learnt later is found in the list of cards."""
    rows = await db.read_rows(
        "SELECT x.account_id, c.public_id, c.acquirer_id FROM cards c JOIN accesses x ON x.user_id = c.user_id "
        "AND x.role = 'holder' AND x.ended_at IS NULL WHERE c.status = 'active' ORDER BY c.id"
    )
    for account_id, public_id, method_id in rows:
        purse = town.by_id[account_id].purse
        if all(each.id != public_id for each in purse.cards):
            purse.cards.append(HomeCard(public_id, method_id))


async def _begin_autopay(town: Town, home: Home, day: date) -> None:
    habit = home.nature.habit
    if habit in (Habit.BILL, Habit.FIXED):
        await _set(home, wish_of(habit, town.dice(home, "wish", day)))


async def _set(home: Home, wish: Wish) -> None:
    assert home.user_id is not None
    if home.purse.card is None:
        return
    account = await account_of_town(home.number)
    try:
        await set_autopay(account, home.user_id, wish, home.purse.card.id, Actor(home.user_id))
    except Refused:
        return
    home.purse.agree(wish, clock.now())


async def _unlink(home: Home) -> None:
    assert home.user_id is not None
    if home.purse.card is not None and await unlink_card(home.user_id, home.purse.card.id, Actor(home.user_id)):
        home.purse.unlink(clock.now())
