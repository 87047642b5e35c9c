"""What routing knows of somebody besides their place, so that they stand as well when called back.

The place in line (queue, priority, time of entry) is the callback's own; here is the rest of what
decides who may serve them, who is asked first, and who goes before whom.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from trunkline.core.acd.order import counts_level
from trunkline.core.acd.rules import Affinity
from trunkline.core.records import record
from trunkline.core.words import AgentId

if TYPE_CHECKING:
    from trunkline.core.interaction import Interaction


@record(frozen=True, slots=True)
class Standing:
    """Tags (sorted by name) and history of an interaction, whether its level counts, its boost.

    `passed_by` declined it or gave it away: they are asked last, and nobody waits for them.
    """

    tags: tuple[tuple[str, str], ...] = ()
    affinity: Affinity = field(default_factory=Affinity)
    level_counts: bool = False
    boosted: bool = False
    passed_by: tuple[AgentId, ...] = ()


def standing_of(it: Interaction) -> Standing:
    """How somebody stands; who does not wait any more was with their last agent just now."""
    stay, affinity = it.waiting, it.affinity
    if stay is None and it.last_agent is not None:
        affinity = replace(affinity, last_agent=it.last_agent)
    return Standing(
        tuple(sorted(it.tags.items())),
        affinity,
        counts_level(it),
        stay is not None and stay.boosted,
        tuple(stay.passed_by) if stay else (),
    )
