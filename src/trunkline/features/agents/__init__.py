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
from trunkline.features.agents.sets.api import router as sets_router
from trunkline.features.agents.sets.schemas import SkillSetKept
from trunkline.features.agents.sets.service import EACH_MINUTE as SKILL_SETS_END
from trunkline.features.agents.sets.service import END as END_SKILL_SETS
from trunkline.features.agents.sets.service import delete as delete_skill_set
from trunkline.features.agents.sets.service import find as find_skill_set
from trunkline.features.agents.sets.service import held_by as sets_held_by
from trunkline.features.agents.sets.service import keep as keep_skill_set
from trunkline.features.agents.sets.service import kept as kept_skill_sets
from trunkline.features.agents.sets.store import end_over as end_skill_sets_over
from trunkline.features.agents.sets.store import over as tenants_with_sets_over
from trunkline.features.agents.store import AgentRow, every, several, with_extension

__all__ = [
    "END_SKILL_SETS",
    "SKILL_SETS_END",
    "Abilities",
    "AgentRow",
    "SkillSetKept",
    "TagName",
    "TagValue",
    "abilities_of",
    "account_of",
    "change",
    "delete_skill_set",
    "end_skill_sets_over",
    "ensure",
    "every",
    "find",
    "find_skill_set",
    "keep_skill_set",
    "kept_skill_sets",
    "new_phone_secret",
    "phone_accounts",
    "phone_of",
    "profiles",
    "router",
    "sets_held_by",
    "sets_router",
    "several",
    "skills_of",
    "tenants_with_sets_over",
    "with_extension",
]
