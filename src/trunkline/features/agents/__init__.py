"""Agents: who takes calls, by which SIP account, with which skills."""

from trunkline.features.agents.api import router
from trunkline.features.agents.schemas import Abilities, TagName, TagValue
from trunkline.features.agents.service import (
    abilities_of,
    account_of,
    change,
    ensure,
    find,
    new_phone_secret,
    phone_accounts,
    phone_of,
    profiles,
    skills_of,
)
from trunkline.features.agents.store import AgentRow, every, several, with_extension

__all__ = [
    "Abilities",
    "AgentRow",
    "TagName",
    "TagValue",
    "abilities_of",
    "account_of",
    "change",
    "ensure",
    "every",
    "find",
    "new_phone_secret",
    "phone_accounts",
    "phone_of",
    "profiles",
    "router",
    "several",
    "skills_of",
    "with_extension",
]
