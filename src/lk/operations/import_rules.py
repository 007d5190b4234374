"""Which files can be taken back, and how an import goes on. Pure."""

from __future__ import annotations

from enum import StrEnum

from lk.language import N_

LARGEST_BYTES = 64 * 2**20
"""More than a million readings."""
MOST_OPEN = 20
"""Files that wait for a person or for the schedule: each is kept whole."""
LONGEST_NAME = 100
NAMELESS = N_("без имени")


class ImportStatus(StrEnum):
    """`dropped`: by a person; `failed`: by a fault of the program."""

    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    DROPPED = "dropped"
    FAILED = "failed"

    @property
    def is_under_way(self) -> bool:
        return self in (ImportStatus.CHECKING, ImportStatus.LOADING)


class UndoStatus(StrEnum):
    """`waiting`: for a second person."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


UNDOABLE = ("payments", "readings")
"""Kinds of files that can be taken back; what the others say is changed by another file."""


def shown_name(name: str) -> str:
    """A file's own name on one line, without the folders that some browsers send along."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(sign for sign in " ".join(last.split()) if sign.isprintable())
    return printable[:LONGEST_NAME] or NAMELESS
