"""Who may: one typed dependency a route, `permit(...)` or `public()`; a test finds its lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI reads it

from trunkline.features.tenancy.permissions import PERMISSIONS
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from fastapi.dependencies.models import Dependant

    from trunkline.features.tenancy.principal import Principal

PUBLIC = "public"


def permit(permission: str) -> Any:
    """Dependency: the signed-in `Principal`, who holds this permission; else 401 or 403.

    The session middleware of `app` sets `state.principal`, and `state.forged` when a cookie came
    without proof that our own page sent it.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")

    async def permitted(connection: HTTPConnection) -> Principal:
        if getattr(connection.state, "forged", False):
            raise TrunklineError("csrf_token_wrong", 403, "Send the session's X-CSRF-Token.")
        principal = asking(connection)
        if principal is None:
            raise TrunklineError("not_signed_in", 401, "Sign in first.")
        principal.require(permission)
        return principal

    permitted.permission = permission  # type: ignore[attr-defined]
    return Depends(permitted)


def public() -> Any:
    """Dependency: the `Principal` if there is one, else None; the route says: anybody may."""

    async def anybody(connection: HTTPConnection) -> Principal | None:
        return asking(connection)

    anybody.permission = PUBLIC  # type: ignore[attr-defined]
    return Depends(anybody)


def asking(connection: HTTPConnection) -> Principal | None:
    """The principal that the session middleware found, if our own page or a token asks."""
    if getattr(connection.state, "forged", False):
        return None
    return getattr(connection.state, "principal", None)


def permissions_of(dependant: Dependant) -> list[str]:
    """The permissions that a route names (`public` for anybody); exactly one is right."""
    calls = (dependency.call for dependency in dependant.dependencies)
    named = (getattr(call, "permission", None) for call in calls)
    return [permission for permission in named if permission]
