"""Static files over HTTP: right in both encodings, kept for ever, free of cookies."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from lk.app import create_app
from lk.static_files import static, static_files

NAMES = ["app.css", "app.js", "passkey.js", "favicon.svg"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("name", NAMES)
def test_a_browser_gets_the_file_as_it_is(name: str, encoding: str) -> None:
    with TestClient(create_app(ticks=False)) as client:
        answer = client.get(static(name), headers={"Accept-Encoding": encoding})
    assert answer.content == static_files()[name].body
    assert answer.headers.get("content-encoding") == ("gzip" if encoding == "gzip" else None)
    assert "immutable" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers


def test_an_older_fingerprint_is_gone() -> None:
    with TestClient(create_app(ticks=False)) as client:
        assert client.get("/static/0123456789abcdef/app.css").status_code == 404
