"""A served lk in which somebody lives already: what a browser needn't do again is brought in over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.phone import Phone
from tests.household import (
    OTHER_ACCOUNT,
    OTHER_LOGIN,
    ask_letter,
    choose_credentials,
    register_neighbour,
    served_house,
    sign_in,
)
from tests.journeys.steps import link_card, send_reading
from tests.served import Served, Visitor

OWED = "2\u00a0000,00\u00a0₽"
THIRD_ACCOUNT, THIRD_METER, THIRD_EMAIL, THIRD_LOGIN = "10000-001-03", "30303030", "sidorova@example.org", "sidorova"


@dataclass
class Furnished:
    """The neighbour has a confirmed cabinet, a linked card, a debt of 2000 ₽ and an open window."""

    lk: Served
    home: str

    def signed_in(self, phone: Phone, login: str = OTHER_LOGIN) -> None:
        carry_session(self.lk, phone, login)

    def third_cabinet(self) -> tuple[Visitor, str]:
        who = self.lk.visitor()
        link = ask_letter(self.lk, who, THIRD_EMAIL, THIRD_ACCOUNT, THIRD_METER)
        return who, choose_credentials(who, link, THIRD_LOGIN)

    def held_reading(self) -> None:
        """Another flat's dial went back."""
        send_reading(*self.third_cabinet(), t1="600")


@contextmanager
def furnished(house: Path, folder: Path) -> Iterator[Furnished]:
    with served_house(house, folder) as lk:
        who = lk.visitor()
        home = register_neighbour(lk, who)
        link_card(who, home)
        lk.change("UPDATE accesses SET is_provisional = {}", False)
        owe(lk, OTHER_ACCOUNT, 200_000)
        yield Furnished(lk, home)


def owe(lk: Served, account_number: str, kopecks: int) -> None:
    """A debt brought in from the books before lk."""
    lk.change(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT id, 'receivable', 'opening', {}, 'principal', 'opening', {}, {}, {}, '' "
        "FROM accounts WHERE number = {}",
        kopecks,
        lk.now.date(),
        lk.now,
        f"opening:{account_number}",
        account_number,
    )


def carry_session(lk: Served, phone: Phone, login: str) -> None:
    """Signed in elsewhere, with the cookies brought to this phone."""
    who = lk.visitor()
    sign_in(who, login)
    phone.context.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": lk.url} for each in who.http.cookies.jar]
    )
