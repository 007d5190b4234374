"""The plainly unremarkable reading, told from the others at the pace of a whole city's file."""

from __future__ import annotations

from collections.abc import Sequence

from lk.metering.rules import FAR_ABOVE, MISFIT_AT_LEAST


def is_plain(
    values: Sequence[int],
    previous: Sequence[int],
    first: Sequence[int] | None,
    history_months: int,
    months: int,
    digits: int,
    ratio: int,
    cap_kwh: int,
) -> bool:
    """Whether `judge_reading` would find nothing: every register went on, by no more than is usual and possible.

    All registers are read, on a day that has come. `first` and `previous` are `history_months` apart, the ends of what
    typical consumption is taken from; None: there is none. False may also mean that it takes a closer look.
    """
    dial, total, used = 10**digits, 0, []
    for value, before in zip(values, previous, strict=True):
        if not before < value < dial:
            return False
        kwh = (value - before) * ratio
        total += kwh
        used.append(kwh)
    if total > cap_kwh:
        return False
    return first is None or _is_usual(used, previous, first, history_months, FAR_ABOVE * months, ratio)


def _is_usual(
    used: Sequence[int], previous: Sequence[int], first: Sequence[int], history_months: int, far: int, ratio: int
) -> bool:
    typical = []
    for kwh, before, earlier in zip(used, previous, first, strict=True):
        # Half up, as of every sum that is not negative; one that is takes a closer look.
        usual = (2 * (before - earlier) * ratio + history_months) // (2 * history_months)
        if before < earlier or kwh > far * usual:
            return False
        typical.append(usual)
    return len(used) == 1 or not _is_out_of_proportion(used, typical)


def _is_out_of_proportion(used: Sequence[int], typical: Sequence[int]) -> bool:
    """Shares so far from the usual ones that zones may have been swapped."""
    total, usual = sum(used), sum(typical)
    apart = sum([abs(kwh * usual - each * total) for kwh, each in zip(used, typical, strict=True)])
    return 1000 * apart >= MISFIT_AT_LEAST * total * usual > 0
