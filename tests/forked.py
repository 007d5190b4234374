"""`lk …` in a process of its own, forked from one that has only read lk's code: reading it is most of a start."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

_forking = get_context("forkserver")
_forking.set_forkserver_preload(["tests.forked", "lk.app", "lk.commands", "lk.demo.signs", "lk.serving", "lk.watching"])


def start(words: Sequence[str], env: Mapping[str, str], out: Path, err: Path) -> BaseProcess:
    """With this environment and nothing more; what it says is added to the files. It ends with this process."""
    process = _forking.Process(target=_lk, args=(list(words), dict(env), out, err), daemon=True)
    process.start()
    return process


def _lk(words: list[str], env: dict[str, str], out: Path, err: Path) -> None:
    os.setsid()
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with path.open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["lk", *words]
    from lk.cli import main

    main(words)
