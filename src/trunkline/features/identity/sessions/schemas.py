"""Sessions as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trunkline.features.identity.sessions.store import Session
from trunkline.features.tenancy import ApiModel, Instant, instant


class SignIn(ApiModel):
    """Name and password; `tenant` is the organisation's word, needed where a name is in several."""

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=128)]
    kind: Literal["cookie", "token"] = "cookie"
    tenant: Annotated[str, Field(min_length=1, max_length=63)] | None = None


class SignedIn(ApiModel):
    """`csrf` with a cookie, to be sent back as `X-CSRF-Token`; `token` else. Shown once."""

    session_id: str
    expires_at: Instant
    csrf: str | None = None
    token: str | None = None


class SessionShown(ApiModel):
    """One of one's own sessions."""

    id: str
    kind: Literal["cookie", "token"]
    created_at: Instant
    seen_at: Instant
    expires_at: Instant
    user_agent: str
    address: str
    current: bool

    @classmethod
    def of(cls, session: Session, current: str | None) -> SessionShown:
        """From the stored session."""
        return cls(
            id=session.session_id,
            kind=session.kind.value,
            created_at=instant(session.created_at),
            seen_at=instant(session.seen_at),
            expires_at=instant(session.expires_at),
            user_agent=session.user_agent,
            address=session.address,
            current=session.session_id == current,
        )


class PasswordChange(ApiModel):
    """The old password proves who asks."""

    current: Annotated[str, Field(min_length=1, max_length=128)]
    new: Annotated[str, Field(min_length=10, max_length=128)]
