"""How an address is written: as its people say it. Pure."""

from __future__ import annotations


def title_of(address: str) -> str:
    """The address without the town, as its people say it: «Лесная, 5 — кв. 12»."""
    parts = [part.strip() for part in address.split(",")]
    if len(parts) < 3:
        return address
    street, house, *rest = parts[1:]
    street = street.removesuffix(" улица").removeprefix("ул. ").removeprefix("улица ")
    flat = ", ".join(rest).replace(" ", "\u00a0")
    return f"{street}, {house}" + (f" — {flat}" if flat else "")
