"""How a letter leaves: SMTP with verified TLS, or nowhere but the demo mailbox; a copy as `.eml` if asked for."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from lk import clock
from lk.config import settings
from lk.notifications.letters import Letter

log = structlog.get_logger()

TIMEOUT_SECONDS = 20
"""For each answer of the server."""

OF_ALL_LETTERS = (421, 530)
"""Answers about us, at whatever command: it closes (RFC 5321), it wants us to sign in first (RFC 4954)."""


class LetterRefused(Exception):
    """This letter was not sent; `is_final`: trying again can't help."""

    def __init__(self, code: str, *, is_final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final


class ServerTrouble(Exception):
    """No letter can be sent now: the server is out of reach, refuses us, or has no TLS to trust."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mailer:
    """One connection for many letters, opened with the first; never without TLS."""

    def __init__(self) -> None:
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> Mailer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is None:
            return
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.quit(timeout=1)
        self._client.close()

    async def send(self, to_address: str, key: str, letter: Letter) -> None:
        """Raises LetterRefused, ServerTrouble. A letter sent twice has the same Message-ID twice, made of its key."""
        email = _email(to_address, key, letter)
        if settings().smtp_url:
            await self._send_by_smtp(email, to_address)
        if settings().mail_dir is not None:
            await _keep_copy(key, email)

    async def _send_by_smtp(self, email: EmailMessage, to_address: str) -> None:
        try:
            client = await self._connected()
            await client.send_message(email, sender=settings().company.email, recipients=[to_address])
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            raise _refused(refusal.recipients[0]) from None
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as refusal:
            raise _refused(refusal) from None
        except aiosmtplib.SMTPNotSupported:
            raise LetterRefused("address_not_ascii", is_final=True) from None
        except aiosmtplib.SMTPResponseException as trouble:
            raise ServerTrouble(f"smtp_{trouble.code}") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            raise ServerTrouble(f"smtp_{type(trouble).__name__}") from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = _client()
            await self._client.connect()
        return self._client


class _Client(aiosmtplib.SMTP):
    def close(self) -> None:
        """Also what the client itself does when it breaks off, refused at sign-in, say: never waits for the other
        side's farewell of TLS, which may not come."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()


def _client() -> aiosmtplib.SMTP:
    parts = urlsplit(settings().smtp_url or "")
    is_smtps = parts.scheme == "smtps"
    return _Client(
        hostname=parts.hostname,
        port=parts.port or (465 if is_smtps else 587),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=is_smtps,
        start_tls=not is_smtps,
        validate_certs=True,
        timeout=TIMEOUT_SECONDS,
    )


def _refused(refusal: aiosmtplib.SMTPResponseException) -> Exception:
    if refusal.code in OF_ALL_LETTERS:
        return ServerTrouble(f"smtp_{refusal.code}")
    return LetterRefused(f"smtp_{refusal.code}", is_final=refusal.code >= 500)


def _email(to_address: str, key: str, letter: Letter) -> EmailMessage:
    """Raises LetterRefused for what is not exactly one address: a comma or a line break in it would make more."""
    company = settings().company
    email = EmailMessage()
    try:
        email["To"] = Address(addr_spec=to_address)
        email["Subject"] = letter.subject
    except (ValueError, MessageError, IndexError):
        raise LetterRefused("bad_address", is_final=True) from None
    email["From"] = Address(company.short_name, addr_spec=company.email)
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = f"<{_digest(key)[:40]}@{company.email.rpartition('@')[2]}>"
    email["Auto-Submitted"] = "auto-generated"
    if letter.off_url:
        # RFC 8058: the mailbox's own button calls such letters off, without opening the page.
        email["List-Unsubscribe"] = f"<{letter.off_url}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(letter.text)
    email.add_alternative(letter.html, subtype="html")
    return email


async def _keep_copy(key: str, email: EmailMessage) -> None:
    """What was sent stays sent: a full disk must not have it sent again."""
    folder = settings().mail_dir
    assert folder is not None
    try:
        await asyncio.to_thread(_write_copy, folder / f"{_digest(key)[:24]}.eml", email.as_bytes())
    except OSError:
        log.exception("letter_not_copied")


def _write_copy(path: Path, content: bytes) -> None:
    """Whoever watches the folder never sees half a letter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_bytes(content)
    aside.replace(path)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
