"""Queues: made, changed, served by agents, and published to the tenant's cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trunkline.core.acd.rules import (
    Membership,
    OverflowRule,
    OverflowWhen,
    Patience,
    RelaxStep,
)
from trunkline.core.config import (
    HOLD_ON,
    VOICEMAIL_GREETING,
    CallbackRules,
    QueuePolicy,
)
from trunkline.core.words import AgentId, Channel, FlowId, QueueId, WrapUpMode
from trunkline.features import announcements, identity
from trunkline.features.queues import outcomes, store
from trunkline.features.queues.schemas import (
    Callbacks,
    Overflow,
    PatienceFor,
    QueueNew,
    QueueOut,
    Rules,
)
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trunkline.features.calendars import Opened
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx


_COUNTED: Final = (OverflowWhen.DEPTH, OverflowWhen.NO_ANSWER)
"""What counts no time."""
_SAID: Final = ("music", "comfort_announcement", "voicemail_announcement")
NO_CALENDARS: Final[Mapping[str, Opened]] = {}


def create(on: Writing, new: QueueNew) -> str:
    """Make a queue; returns its id.

    Raises `queue_name_taken`, `target_unknown`, `team_unknown` or `disposition_needs_wrap_up`.
    """
    _free_name(on, new.name)
    _can_be_kept(new)
    queue_id = on.ids.new("que")
    row = store.QueueRow(
        tenant_id=on.tenant_id,
        id=queue_id,
        name=new.name,
        team_id=new.team_id,
        rules=_rules(new),
        version=1,
        calendar_id=new.calendar_id,
    )
    _put(on, row)
    store.set_agents(on.tx, on.tenant_id, queue_id, new.agents)
    return queue_id


def change(on: Writing, row: store.QueueRow, given: dict[str, Any]) -> None:
    """Change what is given, by the names of `QueueNew`; raises what `create` does."""
    if given.get("name", row.name) != row.name:
        _free_name(on, given["name"])
    changes = {name: given[name] for name in given if name in Rules.model_fields}
    rules = Rules.model_validate(row.rules | changes)
    _can_be_kept(rules)
    changed = store.QueueRow(
        tenant_id=row.tenant_id,
        id=row.id,
        name=given.get("name", row.name),
        team_id=given.get("team_id", row.team_id),
        rules=_rules(rules),
        version=row.version + 1,
        calendar_id=given.get("calendar_id", row.calendar_id),
    )
    _put(on, changed)
    if "agents" in given:
        store.set_agents(on.tx, on.tenant_id, row.id, given["agents"])


def delete(on: Writing, row: store.QueueRow) -> None:
    """Remove a queue to which nothing leads; raises `queue_in_use`."""
    others = (other for other in store.list_queues(on.tx, on.tenant_id) if other.id != row.id)
    led_to = any(row.id in _overflow_targets(other) for other in others)
    if led_to or not store.drop_queue(on.tx, on.tenant_id, row.id):
        detail = "A number, a flow or another queue leads here: lead it elsewhere first."
        raise TrunklineError("queue_in_use", 409, detail)
    announcements.use(on, f"queue:{row.id}", ())


def find(tx: Tx, tenant_id: str, id_or_name: str) -> store.QueueRow:
    """One queue by id or name; raises `queue_unknown`."""
    row = store.find_queue(tx, tenant_id, id_or_name)
    if row is None:
        raise TrunklineError("queue_unknown", 404, "There is no such queue.")
    return row


def told(tx: Tx, tenant_id: str, rows: Iterable[store.QueueRow]) -> list[QueueOut]:
    """Queues as the API tells them."""
    agents = store.agents_of(tx, tenant_id)
    known = store.list_dispositions(tx, tenant_id)
    return [
        QueueOut(
            id=row.id,
            name=row.name,
            team_id=row.team_id,
            calendar_id=row.calendar_id,
            agents=agents.get(row.id, []),
            dispositions=[one.id for one in outcomes.choosable(known, row.id)],
            version=row.version,
            **dict(Rules.model_validate(row.rules)),
        )
        for row in rows
    ]


def listed(tx: Tx, tenant_id: str) -> list[QueueOut]:
    """All queues of a tenant as the API tells them, by name."""
    return told(tx, tenant_id, store.list_queues(tx, tenant_id))


def published(
    tx: Tx, tenant_id: str, opened: Mapping[str, Opened] = NO_CALENDARS
) -> tuple[QueuePolicy, ...]:
    """The queues as the core routes by them; a calendar that is not `opened` says always open."""
    agents = store.agents_of(tx, tenant_id)
    known = store.list_dispositions(tx, tenant_id)
    return tuple(
        _policy(
            row,
            agents.get(row.id, []),
            outcomes.choosable(known, row.id),
            opened.get(row.calendar_id or ""),
        )
        for row in store.list_queues(tx, tenant_id)
    )


def queues_of(tx: Tx, tenant_id: str, agent_id: str) -> tuple[str, ...]:
    """Ids of the queues that an agent serves."""
    served = store.agents_of(tx, tenant_id)
    return tuple(sorted(queue for queue, agents in served.items() if agent_id in agents))


def serve(on: Writing, agent_id: str, queue_ids: Iterable[str]) -> None:
    """Let an agent serve exactly these queues; raises `queue_unknown`. The caller publishes."""
    chosen = [find(on.tx, on.tenant_id, queue_id).id for queue_id in queue_ids]
    store.set_queues(on.tx, on.tenant_id, agent_id, chosen)


def _policy(
    row: store.QueueRow,
    agents: list[str],
    choosable: list[store.DispositionRow],
    opened: Opened | None,
) -> QueuePolicy:
    rules = Rules.model_validate(row.rules)
    return QueuePolicy(
        id=QueueId(row.id),
        agents=tuple(AgentId(agent) for agent in agents),
        skills_required=tuple(sorted(rules.skills_required.items())),
        priority=rules.priority,
        offer_timeout_ms=rules.offer_timeout_s * 1000,
        accept=rules.accept.mode,
        accept_after_ms=rules.accept.after_ms,
        decline_allowed=rules.decline_allowed,
        declines_before_not_ready=rules.declines_before_not_ready,
        decline_rest_ms=rules.decline_rest_s * 1000,
        wrap_up=rules.wrap_up.mode,
        wrap_up_ms=rules.wrap_up.seconds * 1000,
        disposition_required=rules.disposition_required,
        dispositions=tuple(one.code for one in choosable),
        survey_rate_pct=rules.survey_rate_pct,
        recording=rules.recording,
        beep_ms=rules.recording_beep_s * 1000,
        music=rules.music,
        comfort=rules.comfort_announcement or HOLD_ON,
        voicemail_greeting=rules.voicemail_announcement or VOICEMAIL_GREETING,
        max_waiting=rules.max_waiting,
        service_level_ms=rules.service_level_s * 1000,
        announce_every_ms=rules.announce_every_s * 1000,
        tell_place=rules.announce_place,
        tell_wait=rules.announce_wait,
        memberships=_memberships(rules, agents),
        requirement=rules.requirement,
        relaxing=_relaxing(rules),
        strategy=rules.strategy,
        ring_at_once=rules.ring_at_once,
        tier_ms=rules.tier_s * 1000,
        handling_ms=rules.handling_s * 1000,
        patience=_patience(rules.patience),
        by_history=rules.by_history,
        overflow=tuple(_overflow(one) for one in rules.overflow),
        open_hours=opened.intervals if opened else None,
        callback=_callback(rules.callback),
    )


def _callback(given: Callbacks) -> CallbackRules:
    return CallbackRules(
        enabled=given.enabled,
        min_ewt_ms=given.min_ewt_s * 1000,
        preview_ms=given.preview_s * 1000,
        ring_ms=given.ring_s * 1000,
        tries=given.tries,
        retry_after_ms=given.retry_after_s * 1000,
        most_share_pct=given.most_share_pct,
        after_loss=given.after_loss,
        after_abandon=given.after_abandon,
        tell_machine=given.tell_machine,
    )


def _memberships(rules: Rules, agents: list[str]) -> tuple[Membership, ...]:
    return tuple(
        Membership(AgentId(one.agent), one.penalty, one.position, one.weight)
        for one in sorted(rules.members, key=lambda one: one.agent)
        if one.agent in agents
    )


def _relaxing(rules: Rules) -> tuple[RelaxStep, ...]:
    steps = sorted(rules.relaxing, key=lambda step: step.after_s)
    return tuple(RelaxStep(step.after_s * 1000, step.requirement) for step in steps)


def _patience(given: PatienceFor) -> Patience:
    return Patience(given.manager_s * 1000, given.expert_s * 1000, given.last_agent_s * 1000)


def _overflow(given: Overflow) -> OverflowRule:
    return OverflowRule(
        given.when,
        given.at if given.when in _COUNTED else given.at * 1000,
        QueueId(given.to_queue_id) if given.to_queue_id else None,
        FlowId(given.to_flow_id) if given.to_flow_id else None,
        given.to_voicemail,
        tuple(channel for channel in Channel if channel in given.channels),
    )


def _put(on: Writing, row: store.QueueRow) -> None:
    known = {other.id for other in store.list_queues(on.tx, on.tenant_id)} - {row.id}
    if _overflow_targets(row) - known:
        raise TrunklineError("target_unknown", 422, "There is no such queue to overflow to.")
    if row.team_id is not None:
        identity.known_team(on.tx, on.tenant_id, row.team_id)
    said = (row.rules.get(name) for name in _SAID)
    announcements.use(on, f"queue:{row.id}", said)
    if not store.put_queue(on.tx, row, _overflow_targets(row, "to_flow_id")):
        raise TrunklineError("target_unknown", 422, "There is no such calendar, or no such flow.")


def _overflow_targets(row: store.QueueRow, kind: str = "to_queue_id") -> set[str]:
    """The queues, or the flows, that a queue overflows to."""
    targets = (rule.get(kind) for rule in row.rules.get("overflow", ()))
    return {target for target in targets if target}


def _rules(given: Rules) -> dict[str, Any]:
    return given.model_dump(mode="json", include=set(Rules.model_fields))


def _can_be_kept(rules: Rules) -> None:
    """Without work after the talk nobody could be held to the outcome that is required."""
    if rules.disposition_required and rules.wrap_up.mode is WrapUpMode.NONE:
        detail = "A queue that requires a disposition needs a wrap-up in which it is given."
        raise TrunklineError("disposition_needs_wrap_up", 409, detail)


def _free_name(on: Writing, name: str) -> None:
    if store.find_queue(on.tx, on.tenant_id, name) is not None:
        raise TrunklineError("queue_name_taken", 409, "Another queue has this name.")
