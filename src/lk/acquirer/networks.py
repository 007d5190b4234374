"""Where the acquirer's notices may come from: they carry no signature."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LOOPBACK = tuple(map(ip_network, ("127.0.0.0/8", "::1/128")))

YOOKASSA = tuple(
    map(
        ip_network,
        (
            "185.71.76.0/27",
            "185.71.77.0/27",
            "77.75.153.0/25",
            "77.75.154.128/25",
            "77.75.156.11/32",
            "77.75.156.35/32",
            "2a02:5180::/32",
        ),
    )
)
"""As published on https://yookassa.ru/developers/using-api/webhooks, section on checking the sender."""


def may_notify(address: str, *, is_demo: bool) -> bool:
    """In demo the sandbox of this machine, otherwise the acquirer's own networks."""
    try:
        sender: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(sender, IPv6Address) and sender.ipv4_mapped is not None:
        sender = sender.ipv4_mapped
    return any(sender in network for network in (LOOPBACK if is_demo else YOOKASSA))
