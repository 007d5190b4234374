"""`python -m tests.cycle.frozen_month AT`: `lk cycle run`, which freezes itself after its first chunk of bills."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from lk.cli import main
from lk.cycle import billing

_bill_chunk = billing._bill_chunk


async def _bill_and_freeze(*args: Any, **named: Any) -> int:
    made = await _bill_chunk(*args, **named)
    billing._bill_chunk = _bill_chunk
    os.kill(os.getpid(), signal.SIGSTOP)
    return made


if __name__ == "__main__":
    billing._bill_chunk = _bill_and_freeze
    main(["cycle", "run", "--at", sys.argv[1]])
