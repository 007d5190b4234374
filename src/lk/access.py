"""The access matrix at work: one guard in front of every route, and no start while a route is missing from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import MethodNotAllowedException, NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from lk import clock
from lk.accounts.queries import AccountView, account_as_held, account_of
from lk.actor import Role
from lk.errors import NotConfirmed, NotSignedIn
from lk.identity.queries import Viewer
from lk.identity.rules import is_confirmed

MATRIX = Path(__file__).with_name("access_matrix.txt")
CELLS = ("+", "!", "code", "in", "404", "403")
OF_ACCOUNT = "/accounts/{account_id}"
LARGEST_ID = 2**63 - 1
"""Of any row of any database."""

Matrix = Mapping[tuple[str, str], Mapping[Role, str]]


class MatrixError(RuntimeError):
    """The matrix and the routes do not agree."""


@cache
def matrix() -> Matrix:
    """(method, path) → role → cell. Raises MatrixError."""
    lines = [line.split() for line in MATRIX.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
    roles = [Role(name) for name in lines[0][1:]]
    rows: dict[tuple[str, str], dict[Role, str]] = {}
    for method, path, *cells in lines[1:]:
        if len(cells) != len(roles) or not set(cells) <= set(CELLS) or (method, path) in rows:
            raise MatrixError(f"access_matrix.txt: {method} {path}: {len(roles)} cells of {CELLS}, once")
        rows[method, path] = dict(zip(roles, cells, strict=True))
    return rows


def check_routes(app: Litestar) -> None:
    """Raises MatrixError for a route that the matrix does not know, or knows and nobody serves."""
    served = {
        (method, route.path_format)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method not in ("OPTIONS", "HEAD")
    }
    listed = set(matrix())
    if app.state.is_demo is False:
        listed = {(method, path) for method, path in listed if not path.startswith("/dev/")}
    if served != listed:
        wrong = ", ".join(f"{method} {path}" for method, path in sorted(served ^ listed))
        raise MatrixError(f"access_matrix.txt and the routes differ: {wrong}")


async def guard(connection: ASGIConnection[Any, Any, Any, State], handler: BaseRouteHandler) -> None:
    """Lets the request pass, or raises: NotSignedIn, NotConfirmed, 404, 403.

    405 for the OPTIONS that Litestar answers by itself.
    """
    if not isinstance(handler, HTTPRouteHandler):
        return
    if any(map(_is_nobodys, (*connection.path_params.values(), *connection.query_params.values()))):
        raise NotFoundException
    viewer: Viewer | None = connection.scope.get("user")
    path = connection.scope["path_template"]
    role = viewer.role if viewer is not None else Role.ANYONE
    if viewer is not None and path.startswith(OF_ACCOUNT):
        public_id = connection.path_params["account_id"]
        is_look = viewer.look_id is not None
        account = await (account_as_held(public_id) if is_look else account_of(public_id, viewer.user_id))
        role = _role_on(account, viewer)
        connection.scope["state"]["account"] = account
    cells = matrix().get((str(connection.scope.get("method")), path))
    if cells is None:
        raise MethodNotAllowedException
    _obey(cells[role], viewer)


def _is_nobodys(each: object) -> bool:
    """A part of an address that no database takes, so that nothing can be called so."""
    return each > LARGEST_ID if isinstance(each, int) else "\0" in str(each)


def _role_on(account: AccountView | None, viewer: Viewer) -> Role:
    if account is None:
        raise NotFoundException
    if viewer.is_agent:
        return Role.LOOKING if viewer.look_account_id == account.id else Role(viewer.agent_role or Role.SUPPORT)
    return account.role or Role.RESIDENT


def _obey(cell: str, viewer: Viewer | None) -> None:
    match cell:
        case "+":
            return
        case "!":
            if viewer is None or not is_confirmed(viewer.confirmed_at, clock.now()):
                raise NotConfirmed
        case "code":
            if viewer is None or viewer.look_allowed_at is None:
                raise PermissionDeniedException
        case "in":
            raise NotSignedIn
        case "404":
            raise NotFoundException
        case _:
            raise PermissionDeniedException
