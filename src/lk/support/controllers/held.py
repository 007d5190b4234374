"""`/support/held`: readings that wait for a person."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.language import N_, _
from lk.metering.deciding import ask_again
from lk.metering.decisions import LONGEST_WORDS
from lk.metering.held import HeldReading, once_held
from lk.metering.messages import asked_again_options
from lk.metering.photos import photo_of
from lk.outcome import Refused
from lk.readings.forms import number_in
from lk.support.held import Tried, parse_correction, queue
from lk.support.late_readings import accept, correct
from lk.web import Request, address_of, jpeg, page, see_other, typed, viewer_in

DONE = {
    "accepted": N_("Показание учтено."),
    "aside": N_("Показание принято к сведению: позже пришло другое, и учтено оно."),
    "asked": N_("Показание не учтено. Житель прочтёт причину в письме и в кабинете."),
    "corrected": N_("Учтены ваши цифры. Житель увидит их в кабинете."),
}


class HeldController(Controller):
    path = "/support/held"

    @get("/", name="held")
    async def held(self, request: Request) -> Response[str]:
        return await _page(request)

    @get("/{reading_id:str}/photo")
    async def photo(self, reading_id: FromPath[str]) -> Response[bytes]:
        held = await _held(reading_id)
        found = await photo_of(held.account_id, held.id) if held.status == "held" else None
        if found is None:
            raise NotFoundException
        return jpeg(found, f"pokazanie-{held.id}.jpg")

    @post("/{reading_id:str}/acceptance")
    async def accept(self, request: Request, reading_id: FromPath[str]) -> Response[Any]:
        held = await _held(reading_id)
        try:
            counts = await accept(held, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, Tried(held.id, "acceptance", {}, refusal.problems))
        return see_other(f"/support/held?done={'accepted' if counts else 'aside'}")

    @post("/{reading_id:str}/roll-over")
    async def roll_over(self, request: Request, reading_id: FromPath[str]) -> Response[Any]:
        """It counts, and the dials that stand lower have gone through zero."""
        held = await _held(reading_id)
        try:
            counts = await accept(held, viewer_in(request).actor(address_of(request)), is_rolled_over=True)
        except Refused as refusal:
            return await _page(request, Tried(held.id, "roll-over", {}, refusal.problems))
        return see_other(f"/support/held?done={'accepted' if counts else 'aside'}")

    @post("/{reading_id:str}/rejection")
    async def reject(self, request: Request, reading_id: FromPath[str]) -> Response[Any]:
        held, form = await _held(reading_id), await typed(request)
        reason, words = form.get("reason", ""), form.get("words", "")
        try:
            await ask_again(held, reason, words, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, Tried(held.id, "rejection", form, refusal.problems))
        return see_other("/support/held?done=asked")

    @post("/{reading_id:str}/correction")
    async def correct(self, request: Request, reading_id: FromPath[str]) -> Response[Any]:
        held, form = await _held(reading_id), await typed(request)
        values, problems, is_confirmed = parse_correction(held, form)
        try:
            if problems:
                raise Refused(problems)
            actor = viewer_in(request).actor(address_of(request))
            await correct(held, values, actor, is_confirmed=is_confirmed)
        except Refused as refusal:
            return await _page(request, Tried(held.id, "correction", form, refusal.problems))
        return see_other("/support/held?done=corrected")


async def _held(typed_id: str) -> HeldReading:
    """Raises NotFoundException for what never waited for a person."""
    number = number_in(typed_id)
    found = await once_held(number) if number is not None else None
    if found is None:
        raise NotFoundException
    return found


async def _page(request: Request, tried: Tried | None = None) -> Response[str]:
    done = request.query_params.get("done")
    return page(
        request,
        "support/held.html",
        status=422 if tried else 200,
        active_tab="held",
        queue=await queue(tried),
        tried=tried,
        done=_(DONE[done]) if done in DONE else None,
        reasons=asked_again_options(),
        longest_words=LONGEST_WORDS,
    )
