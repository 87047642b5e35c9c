"""Users, teams and roles as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trunkline.features.identity.store import RoleHeld, Team, User
from trunkline.features.tenancy import (
    ApiModel,
    Instant,
    Role,
    Scope,
    Word,
    epoch_ms,
    instant,
    instant_or_none,
)

RoleName = Literal["administrator", "supervisor", "agent", "quality", "planner", "auditor"]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Id = Annotated[str, Field(min_length=1, max_length=40)]
Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@+-]{1,64}$")]
DisplayName = Annotated[str, Field(min_length=1, max_length=100)]
Password = Annotated[str, Field(min_length=10, max_length=128)]
Roles = Annotated[list["RoleShown"], Field(max_length=20)]


class RoleShown(ApiModel):
    """A role of a user; `team_id` moves its team scope from the user's team to that one."""

    role: RoleName
    team_id: Id | None = None
    expires_at: Instant | None = None

    @classmethod
    def of(cls, held: RoleHeld) -> RoleShown:
        """From the stored role."""
        return cls.model_validate(
            {
                "role": held.role,
                "team_id": held.team_id,
                "expires_at": instant_or_none(held.expires_at),
            }
        )

    def held(self) -> RoleHeld:
        """As it is stored."""
        until = None if self.expires_at is None else epoch_ms(self.expires_at)
        return RoleHeld(self.role, self.team_id, until)


class UserNew(ApiModel):
    """A user to be; without a password one is made and told once."""

    username: Username
    display_name: DisplayName
    password: Password | None = None
    roles: Roles = Field(default_factory=list)
    team_id: Id | None = None
    language: Language | None = None


class UserChange(ApiModel):
    """What shall change; what is absent stays."""

    display_name: DisplayName | None = None
    password: Password | None = None
    roles: Roles | None = None
    team_id: Id | None = None
    language: Language | None = None
    active: bool | None = None


class UserShown(ApiModel):
    """A user."""

    id: str
    username: str
    display_name: str
    roles: list[RoleShown]
    team_id: str | None
    language: str
    active: bool
    created_at: Instant
    last_login_at: Instant | None
    initial_password: str | None = None

    @classmethod
    def of(cls, user: User, initial_password: str | None = None) -> UserShown:
        """From the stored user."""
        return cls(
            id=user.user_id,
            username=user.username,
            display_name=user.display_name,
            roles=[RoleShown.of(held) for held in user.roles],
            team_id=user.team_id,
            language=user.language,
            active=user.active,
            created_at=instant(user.created_at),
            last_login_at=instant_or_none(user.last_login_at),
            initial_password=initial_password,
        )


class UsersPasted(ApiModel):
    """Lines of `username, display name, role, team`, with commas, semicolons or tabs.

    A first line that names these columns may put them in another order. Role and team may be
    absent: `role` and `team_id` here are taken then. With `change` who is there already becomes
    what the line says; without it such a line has a problem.
    """

    text: Annotated[str, Field(min_length=1, max_length=200_000)]
    role: RoleName = "agent"
    team_id: Id | None = None
    change: bool = False


class ImportedRow(ApiModel):
    """What became, or would become, of one line."""

    line: int
    username: str
    display_name: str
    role: str
    team: str | None
    fate: Literal["created", "changed", "unchanged", "refused"]
    problem: str | None = None
    user_id: str | None = None
    initial_password: str | None = None


class Imported(ApiModel):
    """Lines with `problems` say which; what is written has fate, id and first password."""

    dry_run: bool
    created: int
    changed: int
    problems: int
    rows: list[ImportedRow]


class TeamNew(ApiModel):
    """A team to be."""

    name: DisplayName
    parent_id: Id | None = None


class TeamChange(ApiModel):
    """What shall change; what is absent stays, `parent_id: null` makes a root."""

    name: DisplayName | None = None
    parent_id: Id | None = None


class TeamShown(ApiModel):
    """A team."""

    id: str
    name: str
    parent_id: str | None

    @classmethod
    def of(cls, team: Team) -> TeamShown:
        """From the stored team."""
        return cls(id=team.team_id, name=team.name, parent_id=team.parent_id)


class RoleDescribed(ApiModel):
    """What a role permits, and how far."""

    name: str
    permissions: dict[str, Word[Scope]]

    @classmethod
    def of(cls, role: Role) -> RoleDescribed:
        """From the catalogue."""
        return cls(name=role.name, permissions=dict(role.permissions))


class SetupClaim(ApiModel):
    """The first administrator of a new installation, by the link that its start printed."""

    token: Annotated[str, Field(min_length=1, max_length=128)]
    organisation: Annotated[str, Field(min_length=1, max_length=200)]
    username: Username
    password: Password
    display_name: DisplayName | None = None
    language: Language = "zh-CN"


class SetupClaimed(ApiModel):
    """The tenant that was made; sign in now."""

    tenant_id: str
    tenant: str
    user_id: str
    username: str
