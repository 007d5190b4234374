from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk.config import settings
from tests.notifications.mail_server import Box, mail_server, make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    """The certificate is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def smtp(box: Box, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """lk sends by a server with STARTTLS; its port."""
    with mail_server(box, certificate) as port:
        send_by(monkeypatch, port)
        yield port
    settings.cache_clear()


def send_by(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("LK_SMTP_URL", f"smtp://localhost:{port}")
    settings.cache_clear()


@pytest.fixture(autouse=True)
def own_settings() -> Iterator[None]:
    yield
    settings.cache_clear()
