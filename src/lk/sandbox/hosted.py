"""The pages a payer sees: choose a test card, answer the bank, go back to the shop. Plain forms, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from lk.sandbox.cards import CARDS, Card
from lk.sandbox.methods import link_card, refuse_link
from lk.sandbox.passing import catch_up, catch_up_later
from lk.sandbox.payments import pay_by_sbp, pay_with
from lk.sandbox.requests import AnyRequest, till_of
from lk.sandbox.sbp import is_of_sbp
from lk.sandbox.store import Checkout, Record
from lk.sandbox.till import Till

HERE = Path(__file__).parent
ASSETS = {"sandbox.css": "text/css", "icon.svg": "image/svg+xml"}
REFUSED_AT_BANK = "3d_secure_failed"

_pages = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
)


@get("/checkout/{token:str}")
async def get_checkout(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    till = till_of(request)
    checkout, record = _find(till, token)
    if not _is_open(record):
        return _page(till, "closed.html", checkout, record)
    if is_of_sbp(record.body):
        return _page(till, "sbp.html", checkout, record)
    return _page(till, "choose.html", checkout, record, error=None)


@post("/checkout/{token:str}")
async def post_checkout(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    till = till_of(request)
    card = CARDS.get(str((await request.form()).get("card", "")))
    checkout, record = _find(till, token)
    if not _is_open(record):
        return _see_other(checkout.return_url)
    if is_of_sbp(record.body):
        return _see_other(f"{till.base_path}/checkout/{token}")
    if card is None:
        return _page(till, "choose.html", checkout, record, status=422, error="Выберите карту из списка")
    if not card.asks_bank:
        _conclude(till, checkout, record, card, is_confirmed=True)
        return _see_other(checkout.return_url)
    with till.work():
        till.store.choose_card(token, card.key)
    return _see_other(f"{till.base_path}/checkout/{token}/bank")


@get("/checkout/{token:str}/bank")
async def get_bank(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    till = till_of(request)
    checkout, record = _find(till, token)
    if not _is_open(record):
        return _page(till, "closed.html", checkout, record)
    if checkout.card_key is None:
        return _see_other(f"{till.base_path}/checkout/{token}")
    return _page(till, "bank.html", checkout, record, card=CARDS[checkout.card_key])


@post("/checkout/{token:str}/bank")
async def post_bank(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    till = till_of(request)
    answer = (await request.form()).get("answer")
    checkout, record = _find(till, token)
    if not _is_open(record):
        return _see_other(checkout.return_url)
    card = None if checkout.card_key is None else CARDS[checkout.card_key]
    if answer not in ("confirm", "refuse") or (card is None and not is_of_sbp(record.body)):
        return _see_other(f"{till.base_path}/checkout/{token}")
    _conclude(till, checkout, record, card, is_confirmed=answer == "confirm")
    return _see_other(checkout.return_url)


@get("/static/{name:str}")
async def get_asset(name: FromPath[str]) -> ASGIResponse:
    if name not in ASSETS:
        raise HTTPException(status_code=404)
    content = (HERE / "static" / name).read_bytes()
    headers = {"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"}
    return ASGIResponse(body=content, media_type=ASSETS[name], headers=headers)


def missing_page(request: AnyRequest, problem: HTTPException) -> Response[str]:
    """The answer to a wrong address or method outside the API."""
    body = _pages.get_template("missing.html").render(base_path=till_of(request).base_path)
    return Response(body, media_type="text/html", status_code=problem.status_code, headers=_headers("'none'"))


def _find(till: Till, token: str) -> tuple[Checkout, Record]:
    catch_up(till)
    checkout = till.store.checkout(token)
    record = None if checkout is None else till.store.find(checkout.kind, checkout.object_id)
    if checkout is None or record is None:
        raise HTTPException(status_code=404)
    return checkout, record


def _is_open(record: Record) -> bool:
    """A late success is pending still, but its page has done its part: then the confirmation is gone."""
    return record.status == "pending" and "confirmation" in record.body


def _conclude(till: Till, checkout: Checkout, record: Record, card: Card | None, *, is_confirmed: bool) -> None:
    """`card` is None in the system of fast payments."""
    with till.work():
        if card is None:
            record = pay_by_sbp(till, record, is_confirmed=is_confirmed)
        elif record.kind == "payment":
            outcome = card.outcome if is_confirmed else REFUSED_AT_BANK
            record = pay_with(till, record, card, saves_card=checkout.saves_card, outcome=outcome)
        elif card.may_link and is_confirmed:
            record = link_card(till, record, card)
        else:
            record = refuse_link(till, record)
    catch_up_later(till, record)


def _page(
    till: Till, template: str, checkout: Checkout, record: Record, *, status: int = 200, **values: Any
) -> ASGIResponse:
    body = record.body
    shown = {
        "base_path": till.base_path,
        "token": checkout.token,
        "return_url": checkout.return_url,
        "payee": checkout.payee,
        "is_payment": record.kind == "payment",
        "amount": rubles(body["amount"]["value"]) if "amount" in body else None,
        "description": body.get("description"),
        "has_succeeded": record.status in ("succeeded", "active"),
        "is_pending": record.status == "pending",
        "cards": list(CARDS.values()),
    }
    return _html(template, f"'self' {_origin(checkout.return_url)}", status, **shown, **values)


def _html(template: str, form_targets: str, status: int, **values: Any) -> ASGIResponse:
    body = _pages.get_template(template).render(**values)
    return ASGIResponse(body=body, media_type="text/html", status_code=status, headers=_headers(form_targets))


def _headers(form_targets: str) -> dict[str, str]:
    """Browsers hold the redirect after a form to `form-action` too: the shop's origin has to be named in it."""
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action {form_targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def _see_other(url: str) -> ASGIResponse:
    return ASGIResponse(status_code=303, headers={"location": url, "cache-control": "no-store"})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def rubles(value: str) -> str:
    """`2088.60` → `2 088,60 ₽` with no-break spaces."""
    whole, _, kopecks = value.partition(".")
    return f"{int(whole):,}".replace(",", "\N{NO-BREAK SPACE}") + f",{kopecks}\N{NO-BREAK SPACE}₽"
