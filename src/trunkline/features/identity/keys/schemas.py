"""API keys as the API tells them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from trunkline.features.identity.keys.store import ApiKey
from trunkline.features.tenancy import ApiModel, Instant, instant, instant_or_none


class KeyNew(ApiModel):
    """What a key may do, at most what its maker may; without `expires_at` it holds for ever."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    permissions: Annotated[list[str], Field(min_length=1, max_length=100)]
    expires_at: Instant | None = None


class KeyShown(ApiModel):
    """A key without its secret."""

    id: str
    name: str
    shown: str
    user_id: str
    permissions: list[str]
    created_at: Instant
    expires_at: Instant | None
    used_at: Instant | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyShown:
        """From the stored key."""
        return cls(**_fields(key))


class KeyMade(KeyShown):
    """A new key; `key` is told this once."""

    key: str

    @classmethod
    def with_secret(cls, key: ApiKey, secret: str) -> KeyMade:
        """From the stored key and its secret."""
        return cls(**_fields(key), key=secret)


def _fields(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "shown": key.shown,
        "user_id": key.user_id,
        "permissions": list(key.permissions),
        "created_at": instant(key.created_at),
        "expires_at": instant_or_none(key.expires_at),
        "used_at": instant_or_none(key.used_at),
    }
