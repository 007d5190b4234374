"""A file that was loaded by mistake is taken back: a registry of a bank, or readings that no bill counts yet.

Money goes off accounts as it came, by entries; above a limit another operator has to agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.metering import undoing as readings
from lk.operations.import_actions import import_with
from lk.operations.import_rules import UNDOABLE, ImportStatus, UndoStatus
from lk.operations.tables import Import, ImportUndo
from lk.outcome import Refused, refuse
from lk.payments import registries
from lk.payments.desk_people import operator_behind, refuse_unless_second
from lk.payments.desk_rules import ALONE_WITHIN, judge_words, needs_second_person, tidy

LOCKS = ("import", "bank payments", "ledger")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`rows` would be taken back now, `kept` stay; `kopecks` go off accounts."""

    rows: int
    kept: int
    kopecks: int


async def would_take_back(import_id: int, kind: str) -> TakenBack:
    """As it is committed, read aside."""
    if kind == "payments":
        return _of_registry(await registries.registry_shown(import_id))
    return _of_readings(await readings.readings_shown(import_id))


def _of_registry(registry: registries.Registry) -> TakenBack:
    return TakenBack(registry.payments, registry.kept, registry.kopecks)


def _of_readings(found: readings.FileReadings) -> TakenBack:
    return TakenBack(found.free, found.billed, 0)


async def ask_undo(public_id: str, words: str, actor: Actor, *, nonce: str) -> UndoStatus:
    """Taken back at once, or waiting for a second person.

    `nonce` is the form's: the same form sent again is the same undo. Raises Refused: `not_an_operator`, `form_stale`,
    what is wrong with the words, `not_undoable`, `undone_already`, `undo_waits`, `nothing_to_undo`; LookupError.
    """
    words = tidy(words)
    async with db.write(*LOCKS):
        agent_id = await operator_behind(actor)
        found = await import_with(public_id)
        known = await ImportUndo.objects().where(ImportUndo.public_id == nonce).first()
        if known is not None:
            if known.import_id != found.id:
                raise refuse("form_stale")
            return UndoStatus(known.status)
        what = await _undoable(found)
        if problems := judge_words(words):
            raise Refused(problems)
        is_waiting = what.kopecks > 0 and needs_second_person(what.kopecks, await _undone_alone(agent_id))
        undo = ImportUndo(
            public_id=nonce,
            import_id=found.id,
            rows=what.rows,
            kept=what.kept,
            amount_kopecks=what.kopecks,
            words=words,
            status=UndoStatus.WAITING if is_waiting else UndoStatus.DONE,
            asked_by=agent_id,
            created_at=clock.now(),
        )
        await ImportUndo.insert(undo)
        await record("import_undo_asked", actor=actor, import_id=public_id, undo=nonce, amount=what.kopecks)
        if not is_waiting:
            await _take_back(found, undo, actor)
        return UndoStatus(undo.status)


async def approve_undo(undo_id: str, actor: Actor) -> None:
    """The second person agrees: what can be taken back by now is.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, `nothing_to_undo`; LookupError.
    """
    async with db.write(*LOCKS):
        agent_id = await operator_behind(actor)
        undo, found = await _waiting(undo_id, agent_id)
        what = await _undoable(found, undo)
        await _decide(undo, UndoStatus.DONE, agent_id)
        await db.execute(
            "UPDATE import_undos SET rows = {}, kept = {}, amount_kopecks = {} WHERE id = {}",
            what.rows,
            what.kept,
            what.kopecks,
            undo.id,
        )
        await _take_back(found, undo, actor)


async def refuse_undo(undo_id: str, words: str, actor: Actor) -> None:
    """The second person does not agree: everything stays.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, what is wrong with the words; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    async with db.write(*LOCKS):
        agent_id = await operator_behind(actor)
        undo, found = await _waiting(undo_id, agent_id)
        await _decide(undo, UndoStatus.REFUSED, agent_id, words)
        await record("import_undo_refused", actor=actor, import_id=found.public_id, undo=undo_id)


async def _undoable(found: Import, own: ImportUndo | None = None) -> TakenBack:
    """Raises Refused: `not_undoable`, `undone_already`, `undo_waits`, `nothing_to_undo`."""
    if found.kind not in UNDOABLE or found.status != ImportStatus.LOADED:
        raise refuse("not_undoable")
    rows = await db.read("SELECT id, status FROM import_undos WHERE import_id = {} AND status <> 'refused'", found.id)
    if any(own is None or row["id"] != own.id for row in rows):
        raise refuse("undo_waits" if rows[0]["status"] == UndoStatus.WAITING else "undone_already")
    if found.kind == "payments":
        what = _of_registry(await registries.registry_of(found.id))
    else:
        what = _of_readings(await readings.readings_of_import(found.id))
    if not what.rows:
        raise refuse("nothing_to_undo")
    return what


async def _undone_alone(agent_id: int) -> int:
    """Kopecks that this very operator took back alone lately, of whomever."""
    rows = await db.read_rows(
        "SELECT coalesce(sum(amount_kopecks), 0) FROM import_undos WHERE asked_by = {} AND decided_by IS NULL "
        "AND status = 'done' AND created_at > {}",
        agent_id,
        clock.now() - ALONE_WITHIN,
    )
    return int(rows[0][0])


async def _waiting(undo_id: str, agent_id: int) -> tuple[ImportUndo, Import]:
    """Raises Refused: `decided_already`, `same_person`; LookupError."""
    undo = await ImportUndo.objects().where(ImportUndo.public_id == undo_id).first()
    if undo is None:
        raise LookupError(f"no undo of an import {undo_id}")
    refuse_unless_second(undo, agent_id)
    found = await Import.objects().where(Import.id == undo.import_id).first()
    assert found is not None
    return undo, found


async def _decide(undo: ImportUndo, status: UndoStatus, agent_id: int, reason: str = "") -> None:
    await db.execute(
        "UPDATE import_undos SET status = {}, reason = {}, decided_by = {}, decided_at = {} WHERE id = {}",
        status,
        reason,
        agent_id,
        clock.now(),
        undo.id,
    )


async def _take_back(found: Import, undo: ImportUndo, actor: Actor) -> None:
    if found.kind == "payments":
        await registries.take_back(found.id, undo.id, actor)
    else:
        await readings.take_back(found.id, actor)
    await record("import_undone", actor=actor, import_id=found.public_id, undo=undo.public_id)
