"""Skills of many agents out of one file: checked whole, then written in portions.

In one transaction the skills of 1,500 agents would hold the only writer, and with it every call,
for two seconds. Each agent stands for themselves, so nothing is half done between two portions; the
version is kept, and published, once all are written, or what was written when something fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from trunkline.features import agents, audit, tenancy
from trunkline.features.configuration import mass, service
from trunkline.features.configuration.mass import Answer, Fate
from trunkline.features.configuration.parts import PARTS, SKILLS
from trunkline.features.configuration.parts import people as usernames
from trunkline.features.configuration.references import AGENT, MARK
from trunkline.features.configuration.tables import TABLES
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.bulk import bulk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.configuration.changes import Content
    from trunkline.features.configuration.service import Deed
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.kit.sheets import Line
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

FEW: Final = 10
"""So many agents are written in one transaction: a few milliseconds."""

One = tuple[str, str, "Content"]
"""An agent's name and id, and the skills they are to have."""


@dataclass(slots=True)
class Plan:
    """What a file comes to: an answer a line, and the agents who are to be written."""

    answers: list[Answer]
    wanted: list[One]
    late: dict[str, TrunklineError] = field(default_factory=dict)
    """Who could not be written any more when it came to it, by name."""

    @property
    def refused(self) -> bool:
        """Whether a line is refused, so that nothing is to be written."""
        return any(answer.fate is Fate.REFUSED for answer in self.answers)

    def settled(self) -> list[Answer]:
        """The answers after the writing."""
        return _with(self.answers, self.late)


def planned(tx: Tx, tenant_id: str, lines: list[Line]) -> Plan:
    """Read the lines against what is there; nothing is written."""
    reading = mass.against(tx, tenant_id, TABLES[SKILLS], lines)
    who, wrong, wanted = usernames(tx, tenant_id), dict[str, TrunklineError](), list[One]()
    for name, content in reading.things.items():
        try:
            wanted.append((name, who.by_name[f"{MARK}{AGENT}/{name}"], agents.skills_of(content)))
        except TrunklineError as refusal:
            wrong[name] = refusal
    return Plan(_with(reading.answers, wrong), wanted)


async def write(platform: Platform, principal: Principal, plan: Plan, deed: Deed) -> None:
    """Write a plan without refusals, in portions behind all others' writes; then its version."""

    def put(tx: Tx, portion: Sequence[One]) -> None:
        on = audit.writing(platform, tx, principal.tenant_id)
        for name, agent_id, content in portion:
            try:
                PARTS[SKILLS].write(on, agent_id, content)
            except TrunklineError as refusal:  # they went meanwhile
                plan.late[name] = refusal

    def keep(on: Writing) -> str:
        version = tenancy.policy_version(on.tx, on.tenant_id) + 1
        service.keep(on.tx, on.tenant_id, on.now, deed, version)
        return deed.subject

    try:
        await bulk(platform.db, plan.wanted, put)
    finally:  # what is written is in force, and told, whatever came after it
        what = audit.Deed("configuration", "imported", "configuration.read", routes=True)
        await audit.perform(platform, principal, what, keep)


def _with(answers: list[Answer], wrong: dict[str, TrunklineError]) -> list[Answer]:
    return [
        replace(answer, fate=Fate.REFUSED, code=refusal.code, detail=refusal.detail)
        if (refusal := wrong.get(answer.name)) and answer.fate is not Fate.REFUSED
        else answer
        for answer in answers
    ]
