"""A copy of all own data: asked for, made by the schedule, kept three days for its owner alone."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.accounts.queries import accounts_of
from lk.actor import Actor
from lk.apart import apart
from lk.config import settings
from lk.csv_cells import moment
from lk.history.actions import record
from lk.identity import limits
from lk.identity.queries import email_of, is_open
from lk.language import _, spoken
from lk.notifications.actions import Link, queue
from lk.notifications.queries import language_of
from lk.outcome import refuse
from lk.profile.messages import LEFT_OUT, NO_FILE_ROOM, NO_ROOM
from lk.profile.own_accounts import account_sheets
from lk.profile.own_corrections import correction_sheets
from lk.profile.own_history import history_sheet
from lk.profile.own_person import person_sheets
from lk.profile.own_photos import own_photos
from lk.profile.own_questions import own_question_files, question_sheets
from lk.profile.packing import packed
from lk.profile.rules import COPIES_PER_USER, COPY_KEPT, why_left_out
from lk.profile.tables import DataExport
from lk.tokens import new_public_id


@dataclass(frozen=True, slots=True)
class CopyView:
    """`ready_at`, `ends_at` are None while it is made."""

    public_id: str
    asked_at: datetime
    ready_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class _Content:
    ready_at: datetime
    content: str


async def copies_of(user_id: int) -> list[CopyView]:
    """The newest first."""
    return await db.read_as(
        CopyView,
        "SELECT public_id, asked_at, ready_at, ends_at FROM data_exports "
        "WHERE user_id = {} AND (ready_at IS NULL OR ends_at > {}) ORDER BY id DESC",
        user_id,
        clock.now(),
    )


async def ask_copy(user_id: int, actor: Actor) -> None:
    """While one is waiting, once more changes nothing. Raises Refused: `too_many_copies`, `cabinet_closed`."""
    async with db.write(f"user {user_id}"):
        if not await is_open(user_id):
            raise refuse("cabinet_closed")
        if any(each.ready_at is None for each in await copies_of(user_id)):
            return
        if await limits.is_over(COPIES_PER_USER, "copy", subject=str(user_id)):
            raise refuse("too_many_copies")
        await limits.note("copy", subject=str(user_id), address=actor.address)
        await DataExport.insert(DataExport(public_id=new_public_id(), user_id=user_id, asked_at=clock.now()))
        await record("export_asked", user_id=user_id, actor=actor)


async def copy_file(user_id: int, public_id: str) -> tuple[str, bytes] | None:
    """Name and content of an own copy that is ready and not too old."""
    found = await db.read_one_as(
        _Content,
        "SELECT ready_at, content FROM data_exports WHERE public_id = {} AND user_id = {} AND ends_at > {}",
        public_id,
        user_id,
        clock.now(),
    )
    if found is None:
        return None
    content = await asyncio.to_thread(base64.b64decode, found.content)
    return f"lk-{clock.local_date(found.ready_at)}.zip", content


async def make_waiting_copies() -> int:
    """Makes every copy that waits; how many."""
    waiting = await db.read_as(_Waiting, "SELECT id, user_id FROM data_exports WHERE ready_at IS NULL ORDER BY id")
    return await apart(waiting, _make, "copy_failed")


async def _make(waiting: _Waiting) -> bool:
    """Nothing is held meanwhile: of several processes the first to store it wins, and a dead one leaves no trace."""
    now = clock.now()
    user_id = waiting.user_id
    photos, attached = await own_photos(user_id), await own_question_files(user_id)
    with spoken(await language_of(user_id)):
        about = await _about(user_id, now, photos.left_out, attached.left_out)
        sheets = [
            *await person_sheets(user_id),
            *await account_sheets(user_id),
            *await correction_sheets(user_id),
            *await question_sheets(user_id),
            await history_sheet(user_id),
        ]
    content = await asyncio.to_thread(packed, about, sheets, photos.files | attached.files, now)
    encoded = (await asyncio.to_thread(base64.b64encode, content)).decode()
    ends_at = now + COPY_KEPT
    async with db.write(f"user {user_id}"):
        is_first = await db.execute(
            "UPDATE data_exports SET content = {}, ready_at = {}, ends_at = {} WHERE id = {} AND ready_at IS NULL",
            encoded,
            now,
            ends_at,
            waiting.id,
        )
        email = await email_of(user_id)
        if is_first and email:
            await queue(
                "export_ready",
                email,
                key=f"copy {waiting.id} ready",
                user_id=user_id,
                link=Link("/profile/copy"),
                ends_at=ends_at.isoformat(),
            )
    return bool(is_first)


async def _about(user_id: int, made_at: datetime, photos_left_out: int, files_left_out: int) -> dict[str, object]:
    """Whose copy it is, which accounts of the cabinet are not in it, and how many photos and files found no room."""
    reasons = [
        (each, why_left_out(each.role, is_provisional=bool(each.is_provisional))) for each in await accounts_of(user_id)
    ]
    return {
        "company": settings().company.name,
        "made_at": moment(made_at),
        "left_out": [
            {"account_number": each.number if reason == "provisional" else None, "why": _(LEFT_OUT[reason])}
            for each, reason in reasons
            if reason
        ],
        "photos_left_out": {"count": photos_left_out, "why": _(NO_ROOM)} if photos_left_out else None,
        "question_files_left_out": {"count": files_left_out, "why": _(NO_FILE_ROOM)} if files_left_out else None,
    }
