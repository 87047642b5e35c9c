"""Whom an agent means: a colleague, a queue, a flow or a number, found and put to the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.core.call.wishes import (
    CompleteTransfer,
    InviteParty,
    MergeConsult,
    TransferToFlow,
    TransferToVoicemail,
)
from trunkline.core.inputs import TransferToQueue
from trunkline.core.words import AgentId, FlowId, InteractionId, PartyRole, QueueId, Token
from trunkline.features import agents, audit, customers, flows, identity, outbound, queues
from trunkline.features.desk import sight
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.schemas import SubmittedOut
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.inputs import Input
    from trunkline.features.desk.handling.schemas import (
        PartyTarget,
        TransferAsked,
        TransferTarget,
    )
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is meant: exactly one of these."""

    colleague: AgentId | None = None
    queue: QueueId | None = None
    number: str | None = None


async def transfer(
    platform: Platform, principal: Principal, interaction_id: str, asked: TransferAsked
) -> SubmittedOut:
    """Give the customer to somebody else; see `TransferAsked`.

    Raises 404 `queue_unknown`, `flow_unknown`, `agent_unknown`, 422 `number_barred`, and what the
    cell refuses.
    """
    me, call = AgentId(principal.user_id), InteractionId(interaction_id)
    if asked.kind == "attended":
        if asked.to is None or _consults(platform, principal):
            return await _submit(platform, principal, CompleteTransfer(me, call))
        return await invite(platform, principal, interaction_id, PartyRole.CONSULT, asked.to)
    to = asked.to
    if to is not None and asked.voicemail == "at_once":
        whom = await _whom(platform, principal, to)
        if whom.number is not None:
            raise TrunklineError("agent_unknown", 404, "Only agents and queues have a box.")
        given = TransferToVoicemail(me, call, whom.colleague, whom.queue)
        return await _submit(platform, principal, given)
    if to is not None and to.flow is not None:
        flow = await _flow(platform, principal, to.flow)
        return await _submit(platform, principal, TransferToFlow(me, call, flow))
    if to is not None and to.queue is not None:
        whom = await _whom(platform, principal, to)
        return await _submit(platform, principal, TransferToQueue(me, call, whom.queue))
    if to is None:
        raise TrunklineError("invalid_request", 422, "Say where to.")
    boxed = asked.voicemail is not None
    return await invite(
        platform, principal, interaction_id, PartyRole.TRANSFER, to, voicemail=boxed
    )


async def conference(
    platform: Platform, principal: Principal, interaction_id: str, to: PartyTarget | None
) -> SubmittedOut:
    """Bring somebody in, or whoever is consulted now together with the customer."""
    if to is None or _consults(platform, principal):
        merge = MergeConsult(AgentId(principal.user_id), InteractionId(interaction_id))
        return await _submit(platform, principal, merge)
    return await invite(platform, principal, interaction_id, PartyRole.CONFERENCE, to)


async def invite(
    platform: Platform,
    principal: Principal,
    interaction_id: str,
    role: PartyRole,
    to: PartyTarget | TransferTarget,
    *,
    voicemail: bool = False,
) -> SubmittedOut:
    """Ask somebody; an outside number stands in the journal by a token only."""
    whom = await _whom(platform, principal, to)
    token = Token(platform.ids.new("out")) if whom.number else None

    def also(tx: Tx) -> None:
        if token is None or whom.number is None:
            return
        on = audit.writing(platform, tx, principal.tenant_id)
        row = sight.own(tx, principal, interaction_id)
        customers.put_value(
            tx, platform.keys, on.tenant_id, token, row.customer_id, whom.number, now=on.now
        )

    me, call = AgentId(principal.user_id), InteractionId(interaction_id)
    tenant_id = principal.tenant_id
    chosen, home = await platform.db.read(
        lambda tx: (outbound.consent_chosen(tx, tenant_id), outbound.home_of(tx, tenant_id)),
        short=True,
    )
    consent = outbound.recording_consent(whom.number, chosen) if whom.number else None
    emergency = whom.number is not None and outbound.is_emergency(whom.number, home)
    given = InviteParty(
        me,
        call,
        role,
        whom.colleague,
        whom.queue,
        token,
        consent,
        emergency=emergency,
        voicemail=voicemail,
    )
    accepted = await platform.cells.submit(principal.tenant_id, given, also=also)
    return SubmittedOut(seq=accepted.seq)


def _consults(platform: Platform, principal: Principal) -> bool:
    """Whether somebody who was consulted is there."""
    view = view_of(platform, principal)
    parties = view.work.parties if view and view.work else ()
    return any(party.joined and party.role is PartyRole.CONSULT for party in parties)


async def _flow(platform: Platform, principal: Principal, name: str) -> FlowId:
    row = await platform.db.read(lambda tx: flows.find(tx, principal.tenant_id, name))
    return FlowId(row.id)


async def _whom(platform: Platform, principal: Principal, to: PartyTarget) -> Whom:
    return await platform.db.read(lambda tx: _found(tx, principal.tenant_id, to))


def _found(tx: Tx, tenant_id: str, to: PartyTarget) -> Whom:
    if to.queue is not None:
        return Whom(queue=QueueId(queues.find(tx, tenant_id, to.queue).id))
    if to.agent is not None:
        found = agent_named(tx, tenant_id, to.agent)
        if found is None:
            raise TrunklineError("agent_unknown", 404, "There is no such agent.")
        return Whom(colleague=found)
    home = outbound.home_of(tx, tenant_id)
    if to.number and outbound.is_emergency(to.number, home):
        return Whom(number=customers.normalised(to.number, home))
    extension = agents.with_extension(tx, tenant_id, to.number or "")
    if extension is not None:
        return Whom(colleague=AgentId(extension.id))
    number = customers.normalised(to.number, home)
    if number is None or customers.barred(number, home) is not None:
        raise TrunklineError("number_barred", 422, "This number is not called from here.")
    return Whom(number=number)


def agent_named(tx: Tx, tenant_id: str, name: str) -> AgentId | None:
    """Whom a name means: by id, extension or username."""
    if agents.several(tx, tenant_id, [name]):
        return AgentId(name)
    extension = agents.with_extension(tx, tenant_id, name)
    if extension is not None:
        return AgentId(extension.id)
    users = [user.user_id for user in identity.named(tx, name, tenant_id)]
    return AgentId(users[0]) if users else None


async def _submit(platform: Platform, principal: Principal, given: Input) -> SubmittedOut:
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)
