"""What the demonstration shows of the inside: letters as they were written, the agents' codes, a paper bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import db
from lk.accounts.queries import confirmation_code, find_by_number
from lk.billing.queries import BillView, ChargeView, bills_of, charges_of
from lk.config import settings
from lk.demo.signs import NEWCOMER_ACCOUNT, NEWCOMER_METER
from lk.notifications.letters import Letter, render
from lk.notifications.queries import company_language, language_of, languages_of
from lk.notifications.tables import Message


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter in the list."""

    id: int
    to_address: str
    status: str
    created_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text, or the words of a link."""

    lines: list[str]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class OpenLetter:
    to_address: str
    status: str
    created_at: datetime
    letter: Letter

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The last line of a letter that one may do without is a link too, and stands apart."""
        found = [_paragraph(lines.splitlines()) for lines in self.letter.text.strip().split("\n\n")]
        return found[:-1] if self.letter.off_url else found


@dataclass(frozen=True, slots=True)
class PaperBill:
    """What the newcomer found in the mailbox by the door."""

    account_number: str
    serial_number: str
    holder_name: str
    address: str
    bill: BillView
    charges: list[ChargeView]


async def letters(limit: int = 50) -> list[LetterRow]:
    """The newest first."""
    found = await Message.objects().where(Message.to_address != "").order_by(Message.id, ascending=False).limit(limit)
    languages = await languages_of({each.user_id for each in found if each.user_id is not None})
    return [
        LetterRow(
            each.id,
            each.to_address,
            each.status,
            each.created_at,
            render(each, languages.get(each.user_id, company_language())).subject,
        )
        for each in found
    ]


async def letter_of(message_id: int) -> OpenLetter | None:
    message = await Message.objects().where((Message.id == message_id) & (Message.to_address != "")).first()
    if message is None:
        return None
    letter = render(message, await language_of(message.user_id))
    return OpenLetter(message.to_address, message.status, message.created_at, letter)


async def demo_codes() -> list[tuple[str, str]]:
    """(login, TOTP secret) of the agents of the demonstration."""
    rows = await db.read(
        "SELECT u.login, a.totp_secret FROM agents a JOIN users u ON u.id = a.user_id "
        "WHERE a.totp_secret IS NOT NULL AND NOT a.is_disabled ORDER BY a.id"
    )
    return [(row["login"], row["totp_secret"]) for row in rows]


async def paper_bill() -> PaperBill | None:
    """The newcomer's newest bill; None where the town was never founded."""
    found = await find_by_number(NEWCOMER_ACCOUNT)
    bills = await bills_of(found[0].id, limit=1) if found else []
    if not bills:
        return None
    account = found[0]
    return PaperBill(
        account.number, NEWCOMER_METER, account.holder_name, account.address, bills[0], await charges_of(bills[0].id)
    )


async def paper_codes() -> list[tuple[str, str]]:
    """(account number, code) as the next paper bills of provisional cabinets carry them."""
    rows = await db.read(
        "SELECT a.number, x.id FROM accesses x JOIN accounts a ON a.id = x.account_id "
        "WHERE x.is_provisional AND x.role = 'holder' AND x.ended_at IS NULL ORDER BY x.id DESC LIMIT 5"
    )
    return [(row["number"], confirmation_code(row["id"])) for row in rows]


def _paragraph(lines: list[str]) -> Paragraph:
    is_link = len(lines) == 2 and lines[1].startswith(settings().public_url + "/")
    return Paragraph([lines[0].removesuffix(":")], lines[1]) if is_link else Paragraph(lines)
