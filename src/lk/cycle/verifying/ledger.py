"""I2: every transfer balances, and nothing in the ledger is ever changed or deleted."""

from __future__ import annotations

from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.guards import NOT_APPEND_ONLY, is_append_only
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.language import N_

_BOOKS = "('energy_sales', 'penalties', 'acquirer_clearing', 'bank_clearing', 'opening')"

_RULES = (
    Rule(
        N_("не сходится проводка"),
        "ledger_entries",
        "SELECT id FROM ledger_entries WHERE id BETWEEN {} AND {} AND (amount_kopecks <= 0 "  # noqa: S608
        f"OR CASE WHEN debit = 'receivable' AND credit IN {_BOOKS} THEN 0 "
        f"WHEN credit = 'receivable' AND debit IN {_BOOKS} THEN 0 ELSE 1 END = 1)",
    ),
)


async def transfers_balance(look: Look, tally: Tally) -> None:
    """Each entry moves a positive sum between the receivable and one other book; triggers keep it for ever."""
    await counted(look, tally, "ledger_entries")
    await look_by(look, tally, _RULES)
    if not await is_append_only(look, "ledger_entries"):
        tally.add([NOT_APPEND_ONLY(table="ledger_entries")])
