"""The two years of one household as deeds in time: it moves in, opens its cabinet, sends readings, pays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lk.actor import PROGRAM, Actor
from lk.demo.deeds import add_meter_photo, declare_away, owed_by, pay_at_bank, pay_by_card, send_reading
from lk.demo.dials import Dials, Sending
from lk.demo.households import Household, lots
from lk.demo.papers import import_accounts, import_balances, import_devices
from lk.demo.people import agent_at_desk, invite_helper, open_by_wizard
from lk.demo.signs import RESIDENT
from lk.demo.situations import Twist
from lk.demo.span import Span, moment
from lk.metering.actions import SubmittedReading
from lk.period import Period
from lk.tokens import new_token

ADVANCE_KOPECKS = 5_000_00
OPENING_DEBT_KOPECKS = 1_840_00
ROUND_KOPECKS = 100_00


@dataclass(frozen=True, slots=True)
class Deed:
    """Done at its instant, with the clock standing still."""

    at: datetime
    act: Callable[[], Awaitable[None]]


class Life:
    """`user_id` and `helper_id` are known from the deeds that made them on."""

    def __init__(self, household: Household, dials: Dials, span: Span, seed: int) -> None:
        self.household, self.dials, self.span = household, dials, span
        self.dice = lots(household, seed, "life")
        self.card_dice = lots(household, seed, "cards")
        self.user_id: int | None = None
        self.helper_id: int | None = None

    @property
    def number(self) -> str:
        return self.household.number

    @property
    def twist(self) -> Twist:
        return self.household.situation.twist

    @property
    def is_newly_opened(self) -> bool:
        return self.twist in (Twist.OPENED, Twist.UNPRICED)

    def deeds(self) -> Iterator[Deed]:
        """Up to the present, in no order."""
        every = [*self._moves(), *self._cabinet(), *self._readings(), *self._payments()]
        yield from (deed for deed in every if deed.at <= self.span.now)

    def _moves(self) -> Iterator[Deed]:
        """What is not yet in the papers of the hand-over."""
        last = self.span.last
        if self.is_newly_opened:
            yield Deed(moment(last, 12, 10), self._hand_over)
        if self.twist is Twist.REPLACED:
            yield Deed(moment(last, 10, 15), self._hand_over)
        if self.twist is Twist.CLOSED:
            yield Deed(moment(last + -3, 12, 17), self._hand_over)
        if self.twist is Twist.AWAY:
            yield Deed(moment(last.previous, 17, 20, 15), self._leave)
        if self.twist is Twist.OPENING_DEBT:
            first = self.span.first
            for day, kopecks in ((2, OPENING_DEBT_KOPECKS * 10), (3, OPENING_DEBT_KOPECKS)):
                yield Deed(moment(first, day, 10), _act(self._owe, first.day(10), kopecks))

    async def _hand_over(self) -> None:
        await import_accounts([self.household])
        await import_devices([(self.household, device) for device in self.dials.devices])

    async def _leave(self) -> None:
        assert self.user_id is not None
        await declare_away(self.number, (self.span.last + 2).day(20), Actor(self.user_id))

    async def _owe(self, due_on: date, kopecks: int) -> None:
        """The first file had a digit too many."""
        await import_balances([(self.household, due_on, kopecks)])

    def _cabinet(self) -> Iterator[Deed]:
        if not self.household.login:
            return
        opened_at = self._opened_at()
        yield Deed(opened_at, self._open_cabinet)
        if self.twist is Twist.HELPED:
            yield Deed(opened_at + timedelta(days=2), self._invite)

    def _opened_at(self) -> datetime:
        first = self.span.first
        if self.is_newly_opened:
            return moment(self.span.last, 13, 18, 20)
        if self.household.login == RESIDENT.login:
            return moment(first, 3, 19, 5 if self.twist is Twist.TWO_FLATS else 25)
        return moment(first + self.dice.randint(0, 11), self.dice.randint(2, 12), self.dice.randint(9, 20))

    async def _open_cabinet(self) -> None:
        is_known = self.household.login == RESIDENT.login
        self.user_id = await open_by_wizard(
            self.number,
            self.dials.devices[0].serial_number,
            self.household.login,
            self.household.email,
            RESIDENT.password if is_known else new_token(),
            address=f"2001:db8::{self.number}",
        )

    async def _invite(self) -> None:
        self.helper_id = await invite_helper(self.number)

    def _readings(self) -> Iterator[Deed]:
        for at, sending in enumerate(self.dials.sendings):
            yield Deed(sending.at, _act(self._send, sending, at))

    async def _send(self, sending: Sending, at: int) -> None:
        if self.helper_id is not None and at % 2:
            await send_reading(self.number, sending, "helper", Actor(self.helper_id))
        elif self.user_id is not None:
            sent = await send_reading(self.number, sending, "resident", Actor(self.user_id))
            if sent.status == "held":
                await self._photograph(sent)
        elif self.twist is Twist.BY_PHONE:
            await send_reading(self.number, sending, "agent", await agent_at_desk())
        else:
            await send_reading(self.number, sending, "import", PROGRAM)

    async def _photograph(self, sent: SubmittedReading) -> None:
        """The photo shows the digit that was left out."""
        assert self.user_id is not None
        device = self.dials.devices[-1]
        shown = sent.values[0] * 10 + self.dice.randint(0, 9)
        await add_meter_photo(self.number, sent.id, shown, device.digits, Actor(self.user_id))

    def _payments(self) -> Iterator[Deed]:
        span, unpaid = self.span, self.household.situation.unpaid
        for back in range(span.last - span.first, unpaid - 1, -1):
            period = span.last + -back
            at = moment(period.next, self.dice.randint(2, 9), self.dice.randint(8, 22), self.dice.randint(0, 59))
            if period >= Period.of(self.household.opened_on):
                yield Deed(at, self._pay)
            if back == 6 and self.twist is Twist.TWO_FLATS:
                yield Deed(at - timedelta(minutes=7), self._fail_to_pay)

    async def _pay(self) -> None:
        """What is owed, some in round sums; who likes to be ahead pays much at once, now and then."""
        owed = await owed_by(self.number)
        if self.twist is Twist.ADVANCE:
            owed = ADVANCE_KOPECKS if owed > -ADVANCE_KOPECKS // 2 else 0
        elif self.household.residents == 4:
            owed = -(-owed // ROUND_KOPECKS) * ROUND_KOPECKS
        if owed <= 0:
            return
        if self.user_id is None:
            await pay_at_bank(self.number, owed)
            return
        await pay_by_card(self.number, self.user_id, owed, self.card_dice)

    async def _fail_to_pay(self) -> None:
        assert self.user_id is not None
        await pay_by_card(self.number, self.user_id, await owed_by(self.number), self.card_dice, is_refused=True)


def _act(work: Callable[..., Awaitable[None]], *given: object) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        await work(*given)

    return act
