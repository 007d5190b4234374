"""`lk backup` and `lk restore`: one call each, and a sentence about it."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from lk.commands import complain, say

if TYPE_CHECKING:
    from lk.backups.archive import Manifest


def back_up_database(words: argparse.Namespace) -> int:
    from lk.backups.actions import back_up

    return _told(words, lambda: back_up(words.file, _progress), "копия сделана и проверена: {file}")


def restore_database(words: argparse.Namespace) -> int:
    from lk.backups.actions import restore

    return _told(words, lambda: restore(words.file), _RESTORED)


_RESTORED = (
    "база восстановлена по состоянию на {taken_at}. Все войдут заново; списания подождут, пока эквайер не скажет, "
    "что было после копии. Потерянное с того времени: показания, кабинеты, настройки, решения"
)


def _told(words: argparse.Namespace, work: Callable[[], Manifest], sentence: str) -> int:
    from lk.backups.archive import BackupError
    from lk.config import settings

    # Whatever ends the command, nothing half made stays on the disk.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        manifest = work()
    except BackupError as problem:
        complain(str(problem))
        return 1
    except OSError as trouble:
        complain(f"{words.file}: не записать: {trouble.strerror}")
        return 1
    taken_at = manifest.taken_at.astimezone(settings().time_zone)
    say(sentence.format(file=words.file, taken_at=taken_at.strftime("%d.%m.%Y %H:%M")))
    return 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rlk: {100 * done // max(total, 1)} %", end="\n" if done == total else "", file=sys.stderr, flush=True)
