"""Which events one principal is told: his own always, others as far as his permissions reach."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from trunkline.features.tenancy import Principal, Scope

if TYPE_CHECKING:
    from trunkline.features.desk.stream.owners import Owned
    from trunkline.ports.events import Audience, DomainEvent

MOST_REMEMBERED: Final = 200
"""Interactions that somebody had to do with and hears of till their end."""


@dataclass(slots=True)
class Viewer:
    """Somebody who looks on. `principal` and `owned` are renewed from time to time."""

    principal: Principal
    owned: Owned
    mine: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def sees(self, event: DomainEvent) -> bool:
        """Whether the event is told."""
        audience = event.audience
        if audience.user_id == self.principal.user_id:
            self.remember(event.payload.get("interaction_id"))
            return True
        if audience.permission == "interactions.read" and self._is_mine(event):
            return True
        return self._reaches(audience)

    def remember(self, interaction_id: str | None) -> None:
        """What happens further to this interaction is told too."""
        if interaction_id is None:
            return
        self.mine[interaction_id] = None
        self.mine.move_to_end(interaction_id)
        if len(self.mine) > MOST_REMEMBERED:
            self.mine.popitem(last=False)

    def _is_mine(self, event: DomainEvent) -> bool:
        return event.payload.get("interaction_id", event.subject) in self.mine

    def _reaches(self, audience: Audience) -> bool:
        grant = self.principal.permissions.get(audience.permission)
        if grant is None or grant.scope is Scope.OWN:
            return False
        if grant.scope is Scope.TENANT:
            return True
        teams = [
            owners.get(owner)
            for owners, owner in (
                (self.owned.queues, audience.queue_id),
                (self.owned.users, audience.user_id),
            )
            if owner is not None
        ]
        return not teams or any(team is None or team in grant.team_ids for team in teams)
