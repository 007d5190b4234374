"""An operator sends a file, says that it shall be loaded, or drops it; the schedule does the rest."""

from __future__ import annotations

import hashlib

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.operations.import_pieces import Read, forget, has_pieces, keep
from lk.operations.import_rules import LARGEST_BYTES, MOST_OPEN, ImportStatus, shown_name
from lk.operations.imports import KINDS
from lk.operations.tables import Import
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.tokens import new_public_id

_OPEN = (
    "status IN ('checking', 'checked', 'loading') AND EXISTS (SELECT 1 FROM import_pieces p WHERE p.import_id = i.id)"
)


async def send_file(kind: str, name: str, read: Read, actor: Actor) -> str:
    """Kept, to be checked by the schedule; its public id. `read(size)` gives the file piece by piece.

    Raises Refused: `not_an_operator`, `kind_wanted`, `file_wanted`, `file_too_big`, `too_many_files`.
    """
    if kind not in KINDS:
        raise refuse("kind_wanted", "kind")
    async with db.write("imports"):
        agent_id = await operator_behind(actor)
        rows = await db.read_rows(f"SELECT count(*) FROM imports i WHERE {_OPEN}")  # noqa: S608 - constants only
        if rows[0][0] >= MOST_OPEN:
            raise refuse("too_many_files", most=MOST_OPEN)
        sent = Import(
            public_id=new_public_id(),
            kind=kind,
            name=shown_name(name),
            bytes=0,
            hash="",
            status=ImportStatus.CHECKING,
            asked_by=agent_id,
            asked_at=clock.now(),
        )
        await Import.insert(sent)
        content = _Counted(read)
        await keep(sent.id, "file", content.read)
        if not content.size:
            raise refuse("file_wanted", "file")
        await db.execute(
            "UPDATE imports SET bytes = {}, hash = {} WHERE id = {}", content.size, content.hash.hexdigest(), sent.id
        )
        await record("import_sent", actor=actor, import_id=sent.public_id, kind_of_file=kind)
        return sent.public_id


class _Counted:
    """Bytes on their way, with their number and their hash."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.size = 0
        self.hash = hashlib.sha256()

    async def read(self, size: int) -> bytes:
        """Raises Refused `file_too_big`."""
        piece = await self._read(size)
        self.size += len(piece)
        if self.size > LARGEST_BYTES:
            raise refuse("file_too_big", "file", megabytes=LARGEST_BYTES // 2**20)
        self.hash.update(piece)
        return piece


async def ask_load(public_id: str, actor: Actor) -> None:
    """While it is loaded, and afterwards, once more changes nothing.

    Raises Refused: `not_an_operator`, `not_checked`, `has_problems`, `import_over`, `file_gone`; LookupError.
    """
    async with db.write("imports"):
        agent_id = await operator_behind(actor)
        found = await import_with(public_id)
        if found.status in (ImportStatus.LOADING, ImportStatus.LOADED):
            return
        if found.status == ImportStatus.CHECKING:
            raise refuse("not_checked")
        if found.status != ImportStatus.CHECKED:
            raise refuse("import_over")
        if found.problems:
            raise refuse("has_problems")
        if not await has_pieces(found.id, "file"):
            raise refuse("file_gone")
        await db.execute(
            "UPDATE imports SET status = {}, load_asked_by = {} WHERE id = {}", ImportStatus.LOADING, agent_id, found.id
        )
        await record("import_load_asked", actor=actor, import_id=public_id)


async def drop(public_id: str, actor: Actor) -> None:
    """It is not loaded, and its content is forgotten. Raises Refused: `not_an_operator`, `import_over`; LookupError."""
    async with db.write("imports"):
        await operator_behind(actor)
        found = await import_with(public_id)
        if found.status == ImportStatus.DROPPED:
            return
        if found.status not in (ImportStatus.CHECKING, ImportStatus.CHECKED):
            raise refuse("import_over")
        await db.execute(
            "UPDATE imports SET status = {}, finished_at = {} WHERE id = {}",
            ImportStatus.DROPPED,
            clock.now(),
            found.id,
        )
        await forget(found.id)
        await record("import_dropped", actor=actor, import_id=public_id)


async def import_with(public_id: str) -> Import:
    """Raises LookupError."""
    found = await Import.objects().where(Import.public_id == public_id).first()
    if found is None:
        raise LookupError(f"no import {public_id}")
    return found
