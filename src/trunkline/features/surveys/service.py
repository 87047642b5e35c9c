"""Survey results for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trunkline.features import identity, queues
from trunkline.features.surveys import store
from trunkline.features.surveys.schemas import ScoreOut, SurveyCard
from trunkline.features.surveys.store import Window
from trunkline.features.tenancy import Principal, Scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx

READ = "surveys.read"
MOST_AGENTS = 100_000
By = Literal["agent", "queue"]


def for_interaction(tx: Tx, tenant_id: str, interaction_id: str) -> SurveyCard | None:
    """The survey of one interaction, once it was drawn or not."""
    return of_interactions(tx, tenant_id, [interaction_id]).get(interaction_id)


def of_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, SurveyCard]:
    """The survey of each of these interactions that has one."""
    found = store.of_interactions(tx, tenant_id, ids)
    return {interaction_id: SurveyCard.of(row) for interaction_id, row in found.items()}


def summary(
    tx: Tx, principal: Principal, by: By, since: int | None, until: int | None
) -> list[ScoreOut]:
    """Scores of agents or queues as far as the principal reaches, those with most marks first."""
    window = _reach(tx, principal, since, until)
    count = store.scores_by_agent if by == "agent" else store.scores_by_queue
    scores = count(tx, principal.tenant_id, window)
    names = _names(tx, principal.tenant_id, by, scores)
    told = (ScoreOut.of(who, names.get(who), score) for who, score in scores.items())
    return sorted(told, key=lambda score: (-score.n, -score.transferred_n, score.id))


def _reach(tx: Tx, principal: Principal, since: int | None, until: int | None) -> Window:
    """Own: one's own marks. Team: those of the teams' agents and queues."""
    scope = principal.scope(READ)
    if scope is Scope.TENANT:
        return Window(since, until)
    own = frozenset({principal.user_id})
    if scope is Scope.OWN:
        return Window(since, until, own, frozenset())
    teams = principal.visible_teams(READ) or frozenset()
    wanted = identity.WantedUsers(teams=teams)
    users = identity.list_users(tx, principal.tenant_id, wanted, MOST_AGENTS)
    agents = frozenset(user.user_id for user in users) | own
    seen = queues.list_queues(tx, principal.tenant_id, teams)
    return Window(since, until, agents, frozenset(queue.id for queue in seen))


def _names(tx: Tx, tenant_id: str, by: By, ids: Collection[str]) -> dict[str, str]:
    if by == "agent":
        return identity.display_names(tx, tenant_id, ids)
    return {queue.id: queue.name for queue in queues.list_queues(tx, tenant_id)}
