"""`/metrics`: for a Prometheus on this machine, and for nobody else."""

from __future__ import annotations

from ipaddress import ip_address

from litestar import Response, get
from litestar.exceptions import NotFoundException
from prometheus_client import CONTENT_TYPE_LATEST

from lk.identity.passwords import in_line
from lk.watching.collecting import newest
from lk.watching.exposition import Own, text_of
from lk.web import Request

MEDIA_TYPE = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
"""The framework adds the charset."""
FORWARDED = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via")
"""What proxies add. A request that came by one is not from this machine, whatever it says: only without these is the
client that the server names the peer itself."""


@get("/metrics", name="metrics")
async def metrics(request: Request) -> Response[bytes]:
    """404 for whoever is not on this machine, as if there were no such page."""
    if not _is_from_here(request):
        raise NotFoundException
    beat = request.app.state.get("seconds_since_beat")
    own = Own(beat() if beat else None, in_line())
    return Response(text_of(own, await newest()), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _is_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
