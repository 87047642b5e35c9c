"""Who asks: the one value that every route and store filter is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scope(StrEnum):
    """How far a permission reaches; later members reach further."""

    OWN = "own"
    TEAM = "team"
    TENANT = "tenant"

    @property
    def width(self) -> int:
        """0 for own, 1 for team, 2 for tenant."""
        return list(Scope).index(self)


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission as one person holds it; `team_ids` is closed under "below"."""

    scope: Scope
    team_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, token or API key of one tenant.

    `team_ids` are the user's own team and the teams of his roles, with all teams below them.
    `session_id` names the session or the API key that the request came with.
    """

    tenant_id: str
    user_id: str
    roles: frozenset[str] = frozenset()
    permissions: Mapping[str, Grant] = field(default_factory=dict)
    team_ids: frozenset[str] = frozenset()
    session_id: str | None = None

    def may(self, permission: str) -> bool:
        """Whether the permission is held at all."""
        return permission in self.permissions

    def require(self, permission: str) -> Grant:
        """The grant of a permission; raises 403 `forbidden` when it is not held."""
        grant = self.permissions.get(permission)
        if grant is None:
            raise TrunklineError("forbidden", 403, f"This needs the permission {permission}.")
        return grant

    def scope(self, permission: str) -> Scope:
        """How far the permission reaches; raises 403 `forbidden` when it is not held."""
        return self.require(permission).scope

    def visible_teams(self, permission: str) -> frozenset[str] | None:
        """Teams whose things the permission reaches; None is every team of the tenant.

        Things without an owner team are the whole tenant's and are seen besides. With scope own
        the set is empty: only what is the user's own is seen.
        """
        grant = self.require(permission)
        if grant.scope is Scope.TENANT:
            return None
        return grant.team_ids if grant.scope is Scope.TEAM else frozenset()

    def reaches(
        self, permission: str, team_id: str | None = None, owner_id: str | None = None
    ) -> bool:
        """Whether the permission reaches one thing with this owner team and this owner."""
        grant = self.permissions.get(permission)
        if grant is None:
            return False
        if grant.scope is Scope.TENANT or (owner_id is not None and owner_id == self.user_id):
            return True
        return grant.scope is Scope.TEAM and (team_id is None or team_id in grant.team_ids)
