"""People of the simulated town pay by hand: with a linked card, or on the acquirer's page by card or fast payment."""

from __future__ import annotations

from random import Random

from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.demo.acquiring import PASSES
from lk.demo.deeds import account_of_town
from lk.demo.home import Home
from lk.demo.homes import Habit, by_weight
from lk.demo.living_town import Town
from lk.outcome import Refused
from lk.payments.actions import ask_on_return
from lk.payments.means import Means
from lk.payments.rules import LEAST_KOPECKS, Way
from lk.payments.starting import start_payment

NONCE = "23456789abcdefghjkmnpqrstuvwxyz"
PAGES = {PASSES: 78, "bank_check": 10, "no_money": 5, "failure": 3, "": 4}
"""What is chosen there; nothing: the page is left open."""


async def pay_by_hand(town: Town, home: Home, kopecks: int, occasion: object) -> None:
    """What comes of it the acquirer knows. A payment in the way, or an access that ended, is put up with."""
    if kopecks < LEAST_KOPECKS or home.user_id is None:
        return
    dice = town.dice(home, "hand", occasion)
    account, means = await account_of_town(home.number), _means(home, dice)
    nonce = nonce_by(dice)
    try:
        payment = await start_payment(account, home.user_id, kopecks, Actor(home.user_id), nonce=nonce, means=means)
    except Refused:
        return
    if payment.confirmation_url:
        await _on_the_page(town, account, payment.public_id, payment.confirmation_url, means, dice)


def nonce_by(dice: Random) -> str:
    return "".join(dice.choices(NONCE, k=12))


def _means(home: Home, dice: Random) -> Means:
    if home.nature.habit is not Habit.PAGE and home.purse.card is not None and dice.random() < 0.8:
        return Means(home.purse.card.id)
    return Means(way=Way.SBP) if dice.random() < 0.25 else Means()


async def _on_the_page(
    town: Town, account: AccountView, public_id: str, page_url: str, means: Means, dice: Random
) -> None:
    chosen = by_weight(dice, PAGES)
    if not chosen:
        return
    if means.way is Way.SBP:
        await town.acquirer.pay_by_sbp(page_url)
    else:
        await town.acquirer.choose_card(page_url, chosen)
    await ask_on_return(account.id, public_id)
