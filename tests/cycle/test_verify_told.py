"""What `lk verify` says on a terminal."""

from __future__ import annotations

from io import StringIO

import pytest

from lk.commands import say_findings
from lk.cycle.verifying.findings import Finding
from lk.cycle.verifying.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_for_each_invariant_and_the_first_breaches_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    say_findings(
        [Finding("I2", "проводки сходятся", 7, 0, ()), Finding("I10", "за свой месяц", 12, 3, ("одно", "два"))]
    )

    assert capsys.readouterr().out.splitlines() == [
        "I2   верно             7  проводки сходятся",
        "I10  нарушено         12  за свой месяц",
        "       одно",
        "       два",
        "       и ещё 1",
    ]


def test_progress_is_told_on_a_terminal_and_nowhere_else() -> None:
    terminal, pipe = Terminal(), StringIO()
    for out in (terminal, pipe):
        progress = Progress(out)
        progress.tell("events 40 %")
        progress.tell("too soon to be read")
        progress.clear()

    assert terminal.getvalue() == "\r\x1b[Kevents 40 %\r\x1b[K"
    assert pipe.getvalue() == ""
