"""What the page of one bill shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk import clock, filters
from lk.accounts.queries import AccountView
from lk.billing.moves import Move, moves_after, moves_of
from lk.billing.payment_qr import QrPicture, payment_text, qr_picture
from lk.billing.queries import BillVersion, bill_of, bills_of, due_of, is_paying, versions_of
from lk.billing.sheet import BillSheet
from lk.billing.sheets import sheet_for
from lk.billing.sums import Step, comparisons, ladder, moved, penalty_ladder
from lk.billing.views import MeterCard, Series, meters_of, series_of
from lk.config import settings
from lk.language import N_, _
from lk.ledger.queries import balance
from lk.ledger.rules import Part
from lk.period import Period


@dataclass(frozen=True, slots=True)
class Code:
    """A sum and the code that a bank's application reads."""

    sum: str
    picture: QrPicture


@dataclass(frozen=True, slots=True)
class BillPage:
    """`owed_kopecks` is the principal owed now, `moves_since` what brought it there after the newest bill.

    `versions`: (words, number) of the period's other bills.
    """

    sheet: BillSheet
    is_live: bool
    is_newest: bool
    owed_kopecks: int
    moves_since: tuple[Move, ...]
    overdue_kopecks: int
    late_since: date | None
    is_paying: bool
    """A payment is under way of which the bank has not said how it ended."""
    versions: list[tuple[str, int]]
    principal_code: Code | None
    penalty_code: Code | None

    @property
    def is_overdue(self) -> bool:
        """All of what is owed."""
        return 0 < self.owed_kopecks == self.overdue_kopecks

    @property
    def comparisons(self) -> list[str]:
        return list(comparisons(self.sheet))

    @property
    def ladder(self) -> list[Step]:
        return list(ladder(self.sheet))

    @property
    def since(self) -> list[Step]:
        """What came after the bill, and where that leads; nothing where nothing came."""
        if not self.moves_since:
            return []
        title = _("Сейчас аванс") if self.owed_kopecks < 0 else _("Сейчас к оплате")
        now = Step(title, filters.money(abs(self.owed_kopecks)), is_answer=True)
        return [*(moved(each, N_("после этого счёта")) for each in self.moves_since), now]

    @property
    def penalty_ladder(self) -> list[Step]:
        return list(penalty_ladder(self.sheet))

    @property
    def meters(self) -> list[MeterCard]:
        return meters_of(self.sheet)

    @property
    def chart(self) -> Series:
        return series_of(self.sheet.zones, self.sheet.months)


async def bill_page(account: AccountView, period: Period, number: int | None = None) -> BillPage | None:
    """The period's bill, or of all that were issued for it the one with this number.

    Without a number the live one; where all were reversed the last; None where it waits for a person.
    """
    versions = await versions_of(account.id, period, account.seen_since)
    version = await _chosen(account, period, versions, number)
    sheet = await sheet_for(account, version.id) if version else None
    if version is None or sheet is None:
        return None
    newest = await bills_of(account.id, limit=2)
    is_newest = bool(newest) and newest[0].id == version.id
    owed, today = await balance(account.id), clock.today()
    due = due_of(newest) if is_newest else None
    return BillPage(
        sheet=sheet,
        is_live=version.is_live,
        is_newest=is_newest,
        owed_kopecks=owed.principal,
        moves_since=await _since(account, version.id) if is_newest else (),
        overdue_kopecks=due.overdue(owed.principal, today) if due else 0,
        late_since=due.late_since(today) if due else None,
        is_paying=is_newest and await is_paying(account.id),
        versions=[(_words(each), each.number) for each in versions if each.id != version.id],
        principal_code=_code(sheet, owed.principal) if is_newest else None,
        penalty_code=_code(sheet, owed.penalty, is_penalty=True) if is_newest else None,
    )


async def _since(account: AccountView, bill_id: int) -> tuple[Move, ...]:
    return moves_of(await moves_after(bill_id), Part.PRINCIPAL, account.seen_since)


async def _chosen(
    account: AccountView, period: Period, versions: Sequence[BillVersion], number: int | None
) -> BillVersion | None:
    if number is not None:
        return next((each for each in versions if each.number == number), None)
    if not versions or versions[-1].is_live:
        return versions[-1] if versions else None
    is_waiting = await bill_of(account.id, period, account.seen_since) is not None
    return None if is_waiting else versions[-1]


def _words(version: BillVersion) -> str:
    return _("Открыть новый счёт") if version.is_live else _("Открыть прежний счёт")


def _code(sheet: BillSheet, kopecks: int, *, is_penalty: bool = False) -> Code | None:
    """For what is owed now; none where nothing is."""
    if kopecks <= 0:
        return None
    text = payment_text(
        settings().company,
        kopecks=kopecks,
        account_number=sheet.account_number,
        period=sheet.period,
        is_penalty=is_penalty,
    )
    return Code(filters.money(kopecks), qr_picture(text))
