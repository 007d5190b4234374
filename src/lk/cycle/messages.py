"""The month's steps in words."""

from __future__ import annotations

from collections.abc import Sequence

from lk.cycle.queries import StepRun
from lk.cycle.rules import Step

STEPS: dict[Step, str] = {
    Step.OPEN_WINDOW: "приём показаний открыт",
    Step.REMIND_FIRST: "первое напоминание",
    Step.REMIND_AGAIN: "второе напоминание",
    Step.REMIND_LAST: "последнее напоминание",
    Step.CLOSE_WINDOW: "приём показаний закрыт",
    Step.BILL: "расчёт счетов",
    Step.DELIVER: "доставка счетов",
    Step.BILL_REST: "расчёт отложенных",
    Step.DELIVER_REST: "доставка отложенных",
    Step.REMIND_DUE: "напоминание об оплате",
    Step.DUE: "срок оплаты прошёл",
}

STATUSES = {"running": "идёт", "done": "сделан"}


def status_table(runs: Sequence[StepRun]) -> str:
    """For a terminal."""
    if not runs:
        return "ни один шаг ещё не начат"
    lines = [f"{'период':<9}{'шаг':<26}{'состояние':<11}{'сделано':>9}{'отложено':>10}"]
    lines += [
        f"{run.period!s:<9}{STEPS[run.step]:<26}{STATUSES[run.status]:<11}{run.done:>9}{run.put_aside:>10}"
        for run in runs
    ]
    return "\n".join(lines)
