"""Reading a JSON request field by field; what is wrong is named by its dotted path."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lk.sandbox.problems import invalid

_AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_RETURN_URL = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?([/?#][!-~]*)?")


def parse_json(raw: bytes) -> object:
    """Fractions come as Decimal. Raises Problem."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise invalid("Request body is not valid JSON") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a request; each method raises Problem with the path of what is missing or wrong."""

    values: Mapping[str, object]
    path: str = ""

    @classmethod
    def of(cls, value: object, path: str = "") -> Fields:
        if not isinstance(value, dict):
            raise invalid("An object is expected", path or None)
        return cls(value, path)

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def inner(self, name: str) -> Fields:
        return Fields.of(self._required(name), self.at(name))

    def each(self, name: str) -> list[Fields]:
        """A list with at least one object."""
        value = self._required(name)
        if not isinstance(value, list) or not value:
            raise invalid("A list with at least one item is expected", self.at(name))
        return [Fields.of(item, f"{self.at(name)}[{index}]") for index, item in enumerate(value)]

    def text(self, name: str, longest: int, pattern: str | None = None) -> str:
        value = self._required(name)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise invalid(f"A text of 1 to {longest} characters is expected", self.at(name))
        if pattern is not None and not re.fullmatch(pattern, value):
            raise invalid("Incorrect value", self.at(name))
        return value

    def whole(self, name: str, lowest: int, highest: int) -> int:
        value = self._required(name)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise invalid(f"A number from {lowest} to {highest} is expected", self.at(name))
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise invalid("true or false is expected", self.at(name))
        return value

    def quantity(self, name: str) -> Decimal:
        value = self._required(name)
        if (
            isinstance(value, bool)
            or not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", str(value))
            or Decimal(str(value)) == 0
        ):
            raise invalid("A quantity above zero is expected", self.at(name))
        return Decimal(str(value))

    def kopecks(self, name: str) -> int:
        """`{"value": "2088.60", "currency": "RUB"}` → 208860, above zero."""
        amount = self.inner(name)
        value = amount.values.get("value")
        if not isinstance(value, str) or not _AMOUNT.fullmatch(value) or not value.strip("0."):
            raise invalid("An amount above zero with two decimal places is expected", amount.at("value"))
        if amount.values.get("currency") != "RUB":
            raise invalid("RUB is expected", amount.at("currency"))
        return int(value.replace(".", ""))

    def one_of(self, name: str, *allowed: str) -> str:
        value = self._required(name)
        if not isinstance(value, str) or value not in allowed:
            raise invalid(f"Expected: {', '.join(allowed)}", self.at(name))
        return value

    def return_url(self) -> str:
        """Of a `confirmation` of type redirect."""
        confirmation = self.inner("confirmation")
        confirmation.one_of("type", "redirect")
        url = confirmation.text("return_url", 2048)
        if not _RETURN_URL.fullmatch(url):
            raise invalid("An absolute http or https address is expected", confirmation.at("return_url"))
        return url

    def _required(self, name: str) -> object:
        value = self.values.get(name)
        if value is None:
            raise invalid("A required parameter is missing", self.at(name))
        return value


def amount_of(kopecks: int) -> dict[str, str]:
    return {"value": f"{kopecks // 100}.{kopecks % 100:02d}", "currency": "RUB"}
