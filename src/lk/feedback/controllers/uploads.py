"""Files of a form on their way in and out."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException, NotFoundException

from lk.feedback.files import LARGEST_FILE, LARGEST_TOGETHER, MOST_FILES, Attachment, KeptFile, attachments_of, file_of
from lk.readings.forms import number_in
from lk.web import LARGEST_FORM, Request, address_of, page

MOST_BODY = LARGEST_TOGETHER + 10 * 2**20 + LARGEST_FORM
"""More than may be kept: what is a little too large is refused by a page that keeps the text."""

FILE_TYPES = "image/jpeg,image/png,image/webp,application/pdf"


async def attached(request: Request) -> list[Attachment]:
    """What was chosen as `files`, looked through. Raises Refused for the field `files`."""
    chosen = [each for each in (await request.form()).getall("files", []) if isinstance(each, UploadFile)]
    contents = [await each.read(LARGEST_FILE + 1) for each in chosen[: MOST_FILES + 1]]
    return await attachments_of(contents, address=address_of(request))


async def sent_file(question_id: int, typed_id: str, *, sees_notes: bool = False) -> Response[bytes]:
    """To be saved, never shown as a page of this site. Raises NotFoundException."""
    number = number_in(typed_id)
    found = await file_of(question_id, number, sees_notes=sees_notes) if number is not None else None
    if found is None:
        raise NotFoundException
    return Response(found.content, media_type=found.media_type, headers=_headers(found))


def _headers(found: KeptFile) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def on_too_much(request: Request, _error: HTTPException) -> Response[Any]:
    """The upload was cut off while it was read."""
    return page(request, "feedback/too_much.html", status=413, megabytes=LARGEST_TOGETHER // 2**20)
