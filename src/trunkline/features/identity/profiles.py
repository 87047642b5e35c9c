"""A signed-in user as pages greet him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features.identity import store
from trunkline.features.tenancy import Principal, get
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Profile:
    """Who is signed in; `team` is (id, name)."""

    user_id: str
    username: str
    display_name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    tenant_id: str
    tenant_name: str
    team: tuple[str, str] | None
    language: str


def profile(tx: Tx, principal: Principal) -> Profile:
    """The profile of who asks; raises 404 `user_unknown` for who is no user."""
    user = store.user(tx, principal.tenant_id, principal.user_id)
    tenant = get(tx, principal.tenant_id)
    if user is None or tenant is None:
        raise TrunklineError("user_unknown", 404, "There is no such user.")
    teams = {team.team_id: team.name for team in store.list_teams(tx, principal.tenant_id)}
    return Profile(
        user_id=user.user_id,
        username=user.username,
        display_name=user.display_name,
        roles=tuple(sorted(principal.roles)),
        permissions=tuple(sorted(principal.permissions)),
        tenant_id=tenant.tenant_id,
        tenant_name=tenant.name,
        team=(user.team_id, teams[user.team_id]) if user.team_id in teams else None,
        language=user.language,
    )
