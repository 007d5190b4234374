"""`/support/accounts/{id}/bills/{period}`: why a bill is as it is, what it would be, and putting it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView, account_as_held
from lk.actor import Role
from lk.billing.what_if import OtherDials, trial_of
from lk.language import N_, _
from lk.metering.messages import sentence
from lk.outcome import Problem, Refused
from lk.period import Period
from lk.readings.cards import Draft
from lk.readings.forms import number_in
from lk.readings.rules import TypedReading, confirmation_of
from lk.readings.typing import typed_reading
from lk.support.bill_correcting import RightDials, above_next, correct_bill
from lk.support.bill_queries import LiveBill, live_bill
from lk.support.bill_reading import day_to_offer
from lk.support.bill_replay import cause_options, changed_since, compared, replay_of
from lk.support.phone_forms import parse_taken_on
from lk.support.phoned import phone_cards
from lk.support.viewing import note_view
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {"corrected": N_("Счёт исправлен. Житель получит новый счёт с причиной.")}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Other dials as they were typed. `problems`: of the typing, None where there are none."""

    form: TypedReading
    day: str
    problems: tuple[Problem, ...] | None
    cause: str = "reading"


class BillReplayController(Controller):
    path = "/support/accounts/{account_id:str}/bills/{period:str}"

    @get("/")
    async def bill(self, request: Request, account_id: FromPath[str], period: FromPath[str]) -> Response[str]:
        account, bill = await _found(account_id, period)
        await note_view(viewer_in(request), account.id, address_of(request))
        return await _page(request, account, bill)

    @post("/what-if", status_code=200)
    async def what_if(self, request: Request, account_id: FromPath[str], period: FromPath[str]) -> Response[str]:
        """The bill by other dials; nothing is kept."""
        account, bill = await _found(account_id, period)
        fields = await typed(request)
        asked, _day = await _asked(account, fields)
        return await _page(request, account, bill, asked)

    @post("/correction")
    async def correct(self, request: Request, account_id: FromPath[str], period: FromPath[str]) -> Response[Any]:
        account, bill = await _found(account_id, period)
        fields = await typed(request)
        asked = None
        try:
            dials = None
            if fields.get("meter"):
                asked, taken_on = await _asked(account, fields)
                if asked.problems:
                    raise Refused(asked.problems)
                dials = RightDials(asked.form.meter_id, asked.form.values, taken_on, asked.form.is_confirmed)
            await correct_bill(
                account,
                bill.period,
                number_in(fields.get("bill", "")) or 0,
                fields.get("cause", ""),
                viewer_in(request).actor(address_of(request)),
                dials,
            )
        except Refused as refusal:
            return await _page(request, account, bill, asked, refusal.problems)
        return see_other(f"/support/accounts/{account_id}/bills/{period}?done=corrected")


async def _found(account_id: str, period: str) -> tuple[AccountView, LiveBill]:
    """Raises NotFoundException."""
    account = await account_as_held(account_id)
    try:
        bill = await live_bill(account.id, Period.parse(period)) if account else None
    except ValueError:
        raise NotFoundException from None
    if account is None or bill is None:
        raise NotFoundException
    return account, bill


async def _asked(account: AccountView, fields: Mapping[str, str]) -> tuple[_Asked, date]:
    """With the day that was meant. Raises NotFoundException for a meter of somebody else."""
    form, day = await typed_reading(account.id, fields), fields.get("taken_on", "")
    if form is None:
        raise NotFoundException
    taken_on, problem = parse_taken_on(day, clock.today())
    problems = (*((problem,) if problem else ()), *form.problems)
    return _Asked(form, day, problems or None, fields.get("cause", "reading")), taken_on


async def _page(
    request: Request,
    account: AccountView,
    bill: LiveBill,
    asked: _Asked | None = None,
    refused: tuple[Problem, ...] = (),
) -> Response[str]:
    viewer, done = viewer_in(request), request.query_params.get("done")
    day = asked.day if asked else (await day_to_offer(bill.id, bill.period)).isoformat()
    taken_on = parse_taken_on(day, clock.today())[0]
    draft = Draft(asked.form, asked.problems) if asked else None
    dials = _dials(asked, taken_on) if asked and asked.problems is None else None
    again = await trial_of(account.id, bill.period, bill.created_at)
    other = await trial_of(account.id, bill.period, bill.created_at, dials) if dials else None
    in_the_way = [*refused, *(await above_next(_right(dials), bill.period) if dials and not refused else ())]
    errors = {problem.field: sentence(problem) for problem in (asked.problems or ()) if asked} if asked else {}
    return page(
        request,
        "support/bill.html",
        status=422 if refused or (asked and asked.problems) else 200,
        active_tab="search",
        number_shown=account.number_shown,
        desk_path=f"/support/accounts/{account.public_id}",
        shown=await replay_of(bill),
        changed=changed_since(bill, again),
        other=compared(bill, other) if other else None,
        cards=await phone_cards(account, taken_on, draft, reopened=bill.period),
        day=day,
        day_error=errors.get("taken_on"),
        typed=asked.form if asked else None,
        confirmed=confirmation_of(asked.form.values) if asked else "",
        in_the_way=[sentence(problem) for problem in in_the_way],
        may_try=viewer.look_id is None,
        may_correct=viewer.role in (Role.OPERATOR, Role.ADMIN) and bill.status == "issued",
        causes=cause_options(),
        cause=asked.cause if asked else None,
        done=_(DONE[done]) if done in DONE else None,
    )


def _dials(asked: _Asked, taken_on: date) -> OtherDials:
    values = tuple(value for value in asked.form.values if value is not None)
    return OtherDials(asked.form.meter_id, values, taken_on)


def _right(dials: OtherDials) -> RightDials:
    return RightDials(dials.meter_id, dials.values, dials.taken_on, is_confirmed=True)
