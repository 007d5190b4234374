"""The account of a URL, and the accounts of a user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.accounts.addresses import title_of as title_of
from lk.actor import Role
from lk.filters import account_number
from lk.language import pgettext
from lk.tokens import derived_code


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as one viewer may see it; `role` is the viewer's on it, None for a stranger.

    `access_*` are of the viewer's access, or of the holder's while an agent looks.
    """

    id: int
    public_id: str
    number: str
    holder_name: str
    address: str
    region: str
    tariff_category: str
    residents: int
    power_kw: int
    has_paper_bill: bool
    opened_on: date
    closed_on: date | None
    seen_from: datetime | None
    access_id: int | None
    access_user_id: int | None
    access_role: str | None
    access_name: str | None
    access_since: datetime | None
    is_provisional: bool | None

    @property
    def seen_since(self) -> datetime | None:
        """Nothing from before it is shown: it belongs to a former holder, or the paper bill's code is still wanted."""
        own = self.access_since if self.is_provisional else None
        return max(filter(None, (self.seen_from, own)), default=None)

    @property
    def number_shown(self) -> str:
        return account_number(self.number)

    @property
    def title(self) -> str:
        """As its user calls it. A provisional cabinet does not tell the address."""
        is_provisional = bool(self.is_provisional)
        return shown_title(self.access_name or "", self.number, self.address, is_provisional=is_provisional)

    @property
    def role(self) -> Role | None:
        return Role(self.access_role) if self.access_role else None


def confirmation_code(access_id: int) -> str:
    """What the paper bill of this access carries: nothing of it is stored."""
    return derived_code("confirmation", access_id)


def shown_title(name: str, number: str, address: str, *, is_provisional: bool) -> str:
    """An account as one user calls it; a provisional cabinet does not tell the address."""
    if name:
        return name
    if is_provisional:
        return pgettext("account", "Счёт %(number)s", number=account_number(number))
    return title_of(address)


_COLUMNS = """
    SELECT a.id, a.public_id, a.number, a.holder_name, p.address, p.region, a.tariff_category, a.residents,
           a.power_kw, a.has_paper_bill, a.opened_on, a.closed_on, a.seen_from,
           x.id AS access_id, x.user_id AS access_user_id, x.role AS access_role,
           x.name AS access_name, x.created_at AS access_since, x.is_provisional
    FROM accounts a
    JOIN premises p ON p.id = a.premises_id
"""


async def account_of(public_id: str, user_id: int) -> AccountView | None:
    """The account with this id; `access_role` is None when this user has no access to it."""
    access = "LEFT JOIN accesses x ON x.account_id = a.id AND x.ended_at IS NULL AND x.user_id = {}"
    return await db.read_one_as(AccountView, f"{_COLUMNS} {access} WHERE a.public_id = {{}}", user_id, public_id)


async def account_as_held(public_id: str) -> AccountView | None:
    """The account as its holder sees it, for an agent who looks."""
    access = "LEFT JOIN accesses x ON x.account_id = a.id AND x.ended_at IS NULL AND x.role = 'holder'"
    return await db.read_one_as(AccountView, f"{_COLUMNS} {access} WHERE a.public_id = {{}}", public_id)


async def accounts_of(user_id: int) -> list[AccountView]:
    """All accounts a user may reach, in the order of their addresses."""
    return await db.read_as(
        AccountView,
        _COLUMNS
        + "JOIN accesses x ON x.account_id = a.id WHERE x.user_id = {} AND x.ended_at IS NULL"
        + " ORDER BY p.address, a.number",
        user_id,
    )


async def find_by_number(number: str) -> list[AccountView]:
    """For staff: the account with this full number, if there is one."""
    return await db.read_as(AccountView, f"{_FOR_STAFF} WHERE a.number = {{}}", number)


_FOR_STAFF = _COLUMNS + "LEFT JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL"
