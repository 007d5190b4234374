"""`/operations/imports`: files of operators, looked through before anything is written, loaded, and taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from lk.access import LARGEST_ID
from lk.cards.forms import nonce_in
from lk.language import _
from lk.operations.forms import after_in
from lk.operations.import_actions import ask_load, drop, send_file
from lk.operations.import_pages import import_page
from lk.operations.import_pieces import pieces
from lk.operations.import_rules import LARGEST_BYTES
from lk.operations.import_undoing import ask_undo
from lk.operations.import_views import PAGE, ImportView, import_view, imports_before
from lk.operations.import_words import KIND_NAMES, columns_by_kind, import_row, kind_name, sentence
from lk.outcome import Problem, Refused, refuse
from lk.payments.desk_rules import LONGEST_WORDS
from lk.tokens import new_public_id
from lk.web import LARGEST_FORM, Request, address_of, csv_stream, go, page, see_other, typed, viewer_in

MOST_BODY = LARGEST_BYTES + 2**20 + LARGEST_FORM
"""What is a little too large is refused by the page."""


def _on_too_much(request: Request, _exception: HTTPException) -> Response[Any]:
    """The upload was cut off while it was read."""
    problem = Problem("file_too_big", field="file", params={"megabytes": LARGEST_BYTES // 2**20})
    return _form(request, [], {}, [problem], status=413)


class ImportsController(Controller):
    path = "/operations/imports"

    @get("/", name="imports")
    async def imports(self, request: Request) -> Response[str]:
        return await _list(request)

    @post("/", request_max_body_size=MOST_BODY, exception_handlers={413: _on_too_much})
    async def send(self, request: Request) -> Response[Any]:
        fields = await typed(request)
        chosen = (await request.form()).get("file")
        try:
            if not isinstance(chosen, UploadFile):
                raise refuse("file_wanted", "file")
            actor = viewer_in(request).actor(address_of(request))
            public_id = await send_file(fields.get("kind", ""), chosen.filename, chosen.read, actor)
        except Refused as refusal:
            return await _list(request, fields, refusal.problems)
        return see_other(f"/operations/imports/{public_id}")

    @get("/{import_id:str}")
    async def one(self, request: Request, import_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _found(import_id))

    @get("/{import_id:str}/progress")
    async def progress(self, request: Request, import_id: FromPath[str]) -> Response[Any]:
        """How far it is, every two seconds; the whole page once it is over."""
        shown = await _found(import_id)
        if not shown.status.is_under_way:
            return go(request, f"/operations/imports/{import_id}")
        return page(request, "operations/_import_progress.html", **await import_page(shown))

    @get("/{import_id:str}/problems")
    async def problems(self, import_id: FromPath[str]) -> Response[Any] | Stream:
        """Back to the page where there are none."""
        shown = await _found(import_id)
        if not shown.problems:
            return see_other(f"/operations/imports/{import_id}")
        return csv_stream(f"problems-{import_id}.csv", pieces(shown.id, "problems"))

    @post("/{import_id:str}/loading")
    async def load(self, request: Request, import_id: FromPath[str]) -> Response[Any]:
        return await _done(request, import_id, ask_load(import_id, viewer_in(request).actor(address_of(request))))

    @post("/{import_id:str}/dropping")
    async def drop(self, request: Request, import_id: FromPath[str]) -> Response[Any]:
        return await _done(request, import_id, drop(import_id, viewer_in(request).actor(address_of(request))))

    @post("/{import_id:str}/undo")
    async def undo(self, request: Request, import_id: FromPath[str]) -> Response[Any]:
        fields = await typed(request)
        nonce, actor = nonce_in(fields), viewer_in(request).actor(address_of(request))
        if nonce is None:
            return await _page(request, await _found(import_id), fields, [Problem("form_stale")])
        asked = ask_undo(import_id, fields.get("words", ""), actor, nonce=nonce)
        return await _done(request, import_id, asked, fields)


async def _found(public_id: str) -> ImportView:
    """Raises NotFoundException."""
    shown = await import_view(public_id)
    if shown is None:
        raise NotFoundException
    return shown


async def _done(
    request: Request, public_id: str, act: Awaitable[object], fields: Mapping[str, str] | None = None
) -> Response[Any]:
    """Raises NotFoundException."""
    try:
        await act
    except LookupError:
        raise NotFoundException from None
    except Refused as refusal:
        return await _page(request, await _found(public_id), fields, refusal.problems)
    return see_other(f"/operations/imports/{public_id}")


async def _list(
    request: Request, fields: Mapping[str, str] | None = None, problems: Sequence[Problem] = ()
) -> Response[str]:
    found = await imports_before(after_in(request.query_params.get("after", "")) or LARGEST_ID)
    return _form(request, found, fields or {}, problems, status=422 if problems else 200)


def _form(
    request: Request, found: Sequence[ImportView], fields: Mapping[str, str], problems: Sequence[Problem], status: int
) -> Response[str]:
    return page(
        request,
        "operations/imports.html",
        status=status,
        active_tab="imports",
        rows=[import_row(each) for each in found[:PAGE]],
        next_after=found[PAGE - 1].id if len(found) > PAGE else None,
        is_first=not after_in(request.query_params.get("after", "")),
        kinds=[("", _("Выберите")), *((each, kind_name(each)) for each in KIND_NAMES)],
        kind=fields.get("kind", ""),
        columns=columns_by_kind(),
        megabytes=LARGEST_BYTES // 2**20,
        errors=[(problem.field, sentence(problem)) for problem in problems],
    )


async def _page(
    request: Request,
    shown: ImportView,
    fields: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Response[str]:
    return page(
        request,
        "operations/import.html",
        status=422 if problems else 200,
        active_tab="imports",
        **await import_page(shown),
        words=(fields or {}).get("words", ""),
        is_undo=fields is not None,
        nonce=nonce_in(fields or {}) or new_public_id(),
        longest_words=LONGEST_WORDS,
        errors=[(problem.field, sentence(problem)) for problem in problems],
    )
