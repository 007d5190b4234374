"""A bill as its reader gets it: one content, shown as a page, as a PDF, and on paper. Finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk.billing.moves import Move
from lk.language import Language
from lk.period import Period


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the bill in words; `why` answers sentence by sentence."""

    title: str
    note: str
    amount_kopecks: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DialRow:
    """One register of one meter: its two readings, in kWh, and where the later one came from.

    `current_kwh` None: no reading in the period.
    """

    serial_number: str
    label: str
    previous_kwh: int | None
    previous_on: date | None
    current_kwh: int | None
    current_on: date | None
    source: str
    verified_until: date | None


@dataclass(frozen=True, slots=True)
class Month:
    """kWh of one month by zone, in the order of `BillSheet.zones`, and its sum in kopecks where it is known.

    Below nothing where more was taken back than used.
    """

    period: Period
    kwh: tuple[int, ...]
    total_kopecks: int | None = None

    @property
    def total_kwh(self) -> int:
        return sum(self.kwh)


@dataclass(frozen=True, slots=True)
class BillSheet:
    """One issued bill. Sums are in kopecks.

    `opening_kopecks`: principal owed before this bill, an advance if negative; `moves` brought it there from what the
    bill before left. `penalty_lines` are this bill's; `opening_penalty_kopecks` and `penalty_moves` alike of penalty.
    `holder_name` and `address` are None for a reader who may not see them. `zones` are named for people. `months` ends
    with this bill's, two years at most.
    """

    bill_id: int
    account_id: int
    account_number: str
    period: Period
    holder_name: str | None
    address: str | None
    postcode: str
    dials: tuple[DialRow, ...]
    lines: tuple[SheetLine, ...]
    total_kopecks: int
    vat_percent: int
    vat_kopecks: int
    opening_kopecks: int
    moves: tuple[Move, ...]
    penalty_lines: tuple[SheetLine, ...]
    penalty_kopecks: int
    opening_penalty_kopecks: int
    penalty_moves: tuple[Move, ...]
    due_on: date | None
    issued_on: date
    zones: tuple[str, ...]
    months: tuple[Month, ...]
    notes: tuple[str, ...]
    """What else its reader has to know: corrections, an opened cabinet, a window or a due day that was moved."""
    language: Language = "ru"
    """Of its words."""

    @property
    def before_kopecks(self) -> int:
        """Principal that the bill before left, an advance if negative."""
        return self.opening_kopecks - sum(each.kopecks for each in self.moves)

    @property
    def penalty_before_kopecks(self) -> int:
        return self.opening_penalty_kopecks - sum(each.kopecks for each in self.penalty_moves)

    @property
    def to_pay_kopecks(self) -> int:
        """Principal: this period's sum and what was owed before; nothing where an advance covers it."""
        return max(0, self.opening_kopecks + self.total_kopecks)

    @property
    def advance_kopecks(self) -> int:
        return max(0, -(self.opening_kopecks + self.total_kopecks))

    @property
    def penalty_to_pay_kopecks(self) -> int:
        return max(0, self.opening_penalty_kopecks + self.penalty_kopecks)

    @property
    def used_kwh(self) -> int:
        return self.months[-1].total_kwh if self.months else 0

    def month(self, months_ago: int) -> Month | None:
        """One of the past, for comparison; None where it was not billed here."""
        wanted = self.period + -months_ago
        return next((each for each in self.months if each.period == wanted), None)
