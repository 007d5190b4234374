"""A bill to keep: the PDF of what its page says."""

from __future__ import annotations

from lk.accounts.queries import AccountView
from lk.billing.pdf import bill_pdf
from lk.billing.queries import bill_of
from lk.billing.sheets import sheet_for
from lk.period import Period


async def bill_file(account: AccountView, period: Period) -> tuple[str, bytes] | None:
    """(name, content) of the period's bill as the account's viewer may see it; None where none is issued."""
    bill = await bill_of(account.id, period, account.seen_since)
    sheet = await sheet_for(account, bill.id) if bill else None
    return (f"bill-{period}.pdf", await bill_pdf(sheet)) if sheet else None
