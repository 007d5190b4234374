"""A real SMTP server in a thread, with STARTTLS and a certificate made for the test."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Box:
    """What came, and what the server answers to a sender, a recipient, the data or STARTTLS (`""`: it takes them).

    `is_cut`: the connection breaks once the letter was taken, before the server says so. `slow_seconds`: it says so
    that late. `password`: the one it lets in by; `logins`: who gave one. `is_deaf`: it hears nothing after a login.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    password: str = ""
    to_starttls: str = ""
    to_sender: str = ""
    to_recipient: str = ""
    to_data: str = ""
    was_plain: bool = False
    is_cut: bool = False
    is_deaf: bool = False
    slow_seconds: float = 0.0

    def let_in(self, server: SMTP, session: Any, envelope: Any, mechanism: str, known: Any) -> AuthResult:
        self.logins.append(known.login.decode())
        if self.is_deaf:
            assert isinstance(server.transport, asyncio.ReadTransport)
            server.transport.pause_reading()
        return AuthResult(success=known.password.decode() == self.password, handled=False)

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.was_plain = self.was_plain or session.ssl is None
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.to_data:
            return self.to_data
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.recipients.append(envelope.rcpt_tos)
        await asyncio.sleep(self.slow_seconds)
        if self.is_cut:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 taken"


class _Server(SMTP):
    """Remembers its connections, so that none outlives the test."""

    def __init__(self, connections: list[Any], handler: Any, **known: Any) -> None:
        super().__init__(handler, **known)
        self._connections = connections

    def connection_made(self, transport: Any) -> None:
        self._connections.append(transport)
        super().connection_made(transport)

    async def smtp_STARTTLS(self, arg: str) -> None:
        box = self.event_handler
        if box.to_starttls:
            await self.push(box.to_starttls)
        else:
            await super().smtp_STARTTLS(arg)


class _Controller(Controller):
    def __init__(self, box: Box, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._connections: list[Any] = []
        super().__init__(box, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return _Server(
            self._connections,
            self.handler,
            tls_context=self._tls,
            # Where STARTTLS fails the server would take what comes in plain: only lk keeps it back.
            require_starttls=self._tls is not None and not self.handler.to_starttls,
            auth_require_tls=not self.handler.to_starttls,
            authenticator=self.handler.let_in,
            ident="test",
        )

    def hang_up(self) -> None:
        for connection in self._connections:
            self.loop.call_soon_threadsafe(connection.abort)

    def _trigger_server(self) -> None:
        """The port is known only now that the server listens."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(box: Box, certificate: Path | None) -> Iterator[int]:
    """Its port. Without a certificate it has no TLS to offer."""
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    controller = _Controller(box, tls)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.hang_up()
        controller.stop()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """Key and self-signed certificate for this name, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("openssl is not installed: the tests of letters need it to make a certificate", pytrace=False)
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    made = subprocess.run([openssl, "req", *kind, *names, *files], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
