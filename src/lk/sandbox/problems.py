"""A refusal in the form in which the acquirer's API answers it."""

from __future__ import annotations

from uuid import uuid4


class Problem(Exception):
    """Ends the request: `status` is the HTTP status, `parameter` the dotted path of the field at fault."""

    def __init__(self, status: int, code: str, description: str, parameter: str | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.parameter = parameter

    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"type": "error", "id": str(uuid4()), "code": self.code}
        body["description"] = self.description
        if self.parameter is not None:
            body["parameter"] = self.parameter
        return body


def invalid(description: str, parameter: str | None = None) -> Problem:
    return Problem(400, "invalid_request", description, parameter)


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"{what} doesn't exist or access denied")
