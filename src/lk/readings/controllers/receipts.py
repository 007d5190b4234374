"""The receipt of one reading, and the photo beside it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import AccountView
from lk.metering.attaching import add_photo
from lk.metering.messages import sentence
from lk.outcome import Problem, Refused
from lk.readings.forms import number_in
from lk.readings.pictures import LARGEST_FILE, jpeg_of
from lk.readings.receipts import own_photo, receipt_page
from lk.web import LARGEST_FORM, Request, address_of, jpeg, page, see_other, viewer_in


def _on_too_much(request: Request, _: HTTPException) -> Response[str]:
    """The upload was cut off while it was read."""
    problem = Problem("photo_too_big", field="photo", params={"megabytes": LARGEST_FILE // 2**20})
    back = "/accounts/{account_id}/readings/{reading_id}".format(**request.path_params)
    return page(request, "readings/photo_too_big.html", status=413, told=sentence(problem), receipt_path=back)


class ReceiptController(Controller):
    path = "/accounts/{account_id:str}/readings/{reading_id:str}"

    @get("/")
    async def receipt(self, request: Request, reading_id: FromPath[str]) -> Response[str]:
        return await _page(request, _number(reading_id))

    @get("/photo")
    async def photo(self, request: Request, reading_id: FromPath[str]) -> Response[bytes]:
        found = await own_photo(_account(request), _number(reading_id))
        if found is None:
            raise NotFoundException
        return jpeg(found, f"pokazanie-{_number(reading_id)}.jpg")

    @post("/photo", request_max_body_size=LARGEST_FILE + LARGEST_FORM, exception_handlers={413: _on_too_much})
    async def add(self, request: Request, reading_id: FromPath[str]) -> Response[Any]:
        account, number = _account(request), _number(reading_id)
        if await receipt_page(account, number) is None:
            raise NotFoundException
        try:
            picture = await jpeg_of(await _uploaded(request))
            await add_photo(account.id, number, picture, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, number, refusal)
        return see_other(f"/accounts/{account.public_id}/readings/{number}")


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _number(typed: str) -> int:
    """Raises NotFoundException."""
    found = number_in(typed)
    if found is None:
        raise NotFoundException
    return found


async def _uploaded(request: Request) -> bytes:
    """What was chosen as `photo`, whatever it is called; empty where nothing was."""
    chosen = (await request.form()).get("photo")
    if not isinstance(chosen, UploadFile):
        return b""
    return await chosen.read(LARGEST_FILE + 1)


async def _page(request: Request, reading_id: int, refusal: Refused | None = None) -> Response[str]:
    shown = await receipt_page(_account(request), reading_id)
    if shown is None:
        raise NotFoundException
    return page(
        request,
        "readings/receipt.html",
        status=422 if refusal else 200,
        active_tab="readings",
        shown=shown,
        may_send=viewer_in(request).look_id is None,
        error=sentence(refusal.problems[0]) if refusal else None,
    )
