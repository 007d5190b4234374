"""HTTP on the loopback."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For plain http: a client that reads no authorities is made in no time."""


def client(**more: Any) -> httpx.Client:
    return httpx.Client(**{"timeout": 5.0, "trust_env": False, "verify": NO_AUTHORITIES, **more})


def post(url: str, **more: Any) -> httpx.Response:
    with client() as anyone:
        return anyone.post(url, **more)


def get(url: str, **more: Any) -> httpx.Response:
    with client() as anyone:
        return anyone.get(url, **more)
