"""Tenancy: whose data it is, who asks, and what he may do."""

from trunkline.features.tenancy.access import PUBLIC, asking, permissions_of, permit, public
from trunkline.features.tenancy.days import day_begins
from trunkline.features.tenancy.idempotency.service import KeptReply, claim_key, settle_key
from trunkline.features.tenancy.permissions import (
    PERMISSIONS,
    ROLES,
    Assignment,
    Role,
    Tree,
    below,
    grants,
)
from trunkline.features.tenancy.principal import Grant, Principal, Scope
from trunkline.features.tenancy.replies import problem
from trunkline.features.tenancy.schemas import (
    ApiModel,
    Day,
    Instant,
    Problem,
    Word,
    epoch_ms,
    instant,
    instant_or_none,
)
from trunkline.features.tenancy.settings_store import (
    TenantSettings,
    choose,
    policy_changed,
    policy_version,
    settings,
)
from trunkline.features.tenancy.store import Tenant, add, by_slug, every, get, rename, tenants
from trunkline.features.tenancy.versions import IfMatch, entity_tag, require_match
from trunkline.features.tenancy.writing import Writing

__all__ = [
    "PERMISSIONS",
    "PUBLIC",
    "ROLES",
    "ApiModel",
    "Assignment",
    "Day",
    "Grant",
    "IfMatch",
    "Instant",
    "KeptReply",
    "Principal",
    "Problem",
    "Role",
    "Scope",
    "Tenant",
    "TenantSettings",
    "Tree",
    "Word",
    "Writing",
    "add",
    "asking",
    "below",
    "by_slug",
    "choose",
    "claim_key",
    "day_begins",
    "entity_tag",
    "epoch_ms",
    "every",
    "get",
    "grants",
    "instant",
    "instant_or_none",
    "permissions_of",
    "permit",
    "policy_changed",
    "policy_version",
    "problem",
    "public",
    "rename",
    "require_match",
    "settings",
    "settle_key",
    "tenants",
]
