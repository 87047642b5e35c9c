"""Identity: users, teams, roles; sessions, tokens and API keys; log-in."""

from trunkline.features.identity.api import router
from trunkline.features.identity.door import (
    COOKIE,
    Door,
    DoorDep,
    admit,
    csrf_of,
    get_door,
    principal_of,
)
from trunkline.features.identity.passwords import Passwords
from trunkline.features.identity.profiles import Profile, profile
from trunkline.features.identity.schemas import SetupClaim, SetupClaimed
from trunkline.features.identity.service import (
    NewUser,
    add_team,
    add_user,
    change_user,
    known_team,
    known_user,
    shut_out,
)
from trunkline.features.identity.sessions.ending import ENDED as SESSION_ENDED
from trunkline.features.identity.setup import Founder, add_tenant, claim, open_setup, slug_of
from trunkline.features.identity.store import (
    RoleHeld,
    Team,
    User,
    WantedUsers,
    display_names,
    holders,
    list_teams,
    list_users,
    named,
    team_tree,
    user,
)
from trunkline.features.identity.throttle import Throttle

__all__ = [
    "COOKIE",
    "SESSION_ENDED",
    "Door",
    "DoorDep",
    "Founder",
    "NewUser",
    "Passwords",
    "Profile",
    "RoleHeld",
    "SetupClaim",
    "SetupClaimed",
    "Team",
    "Throttle",
    "User",
    "WantedUsers",
    "add_team",
    "add_tenant",
    "add_user",
    "admit",
    "change_user",
    "claim",
    "csrf_of",
    "display_names",
    "get_door",
    "holders",
    "known_team",
    "known_user",
    "list_teams",
    "list_users",
    "named",
    "open_setup",
    "principal_of",
    "profile",
    "router",
    "shut_out",
    "slug_of",
    "team_tree",
    "user",
]
