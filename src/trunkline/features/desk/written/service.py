"""Opening, withdrawing and finishing what is written; what it says stands sealed outside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trunkline.core.acd.rules import Affinity
from trunkline.core.words import (
    AgentId,
    Channel,
    InteractionId,
    Level,
    Presumption,
    QueueId,
    Token,
)
from trunkline.core.written.wishes import FinishInteraction, LeaveInteraction, OpenInteraction
from trunkline.features import audit, customers, interactions, queues
from trunkline.features.desk import sight, texts
from trunkline.features.desk.deeds import written_down
from trunkline.features.desk.written.schemas import InteractionOpened
from trunkline.features.tenancy import epoch_ms
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.desk.written.schemas import InteractionNew
    from trunkline.features.tenancy import Principal
    from trunkline.ports.cells import Accepted
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

CREATE = "interactions.create"


async def open_one(
    platform: Platform, principal: Principal, new: InteractionNew
) -> InteractionOpened:
    """Put it into the queue; returns once it is durable.

    Raises 404 `queue_unknown` or `customer_unknown`, 409 `queue_full`.
    """
    name = platform.ids.new("int")
    given = await platform.db.read(lambda tx: _opening(tx, platform, principal, name, new))

    def also(tx: Tx) -> None:
        on = audit.writing(platform, tx, principal.tenant_id)
        said = {"subject": new.subject, "text": new.text, "updated_at": on.now}
        texts.keep_of(on, given.customer, texts.written_token(name), said)
        written_down(platform, principal, "interactions.opened", name, channel=given.channel)(tx)

    accepted = await platform.cells.submit(principal.tenant_id, given, also=also)
    return InteractionOpened(id=name, queue_id=given.queue, seq=accepted.seq)


async def withdraw(platform: Platform, principal: Principal, interaction_id: str) -> Accepted:
    """Nobody needs to do it any more; raises 404 `interaction_unknown`, 409 when it is over."""

    def check(tx: Tx) -> None:
        row = sight.visible(tx, principal, interaction_id)
        team = queues.find(tx, row.tenant_id, row.queue_id).team_id if row.queue_id else None
        if row.channel == Channel.VOICE or not principal.reaches(CREATE, team):
            raise sight.unknown()

    await platform.db.read(check)
    given = LeaveInteraction(InteractionId(interaction_id))
    also = written_down(platform, principal, "interactions.withdrawn", interaction_id)
    return await platform.cells.submit(principal.tenant_id, given, also=also)


async def finish(
    platform: Platform, principal: Principal, interaction_id: str, disposition: str | None
) -> Accepted:
    """The agent is done with it; raises 409 `not_your_work`, 404 `disposition_unknown`."""
    given = FinishInteraction(
        AgentId(principal.user_id), InteractionId(interaction_id), disposition
    )
    return await platform.cells.submit(principal.tenant_id, given)


def _opening(
    tx: Tx, platform: Platform, principal: Principal, name: str, new: InteractionNew
) -> OpenInteraction:
    queue = queues.find(tx, principal.tenant_id, new.queue)
    if not principal.reaches(CREATE, queue.team_id):
        raise TrunklineError("queue_unknown", 404, "There is no such queue.")
    customer = _customer(tx, platform, principal, new.customer_id)
    return OpenInteraction(
        interaction=InteractionId(name),
        channel=Channel(new.channel),
        queue=QueueId(queue.id),
        party=Token(f"party:{name}"),
        presumption=Presumption.PRESUMED if customer else Presumption.NONE,
        customer=customer.id if customer else None,
        level=customer.level if customer else Level.REGULAR,
        language=customer.language if customer else "zh",
        priority=new.priority,
        affinity=_affinity(tx, platform, queue, customer, new),
        tags=tuple(sorted(new.tags.items())),
    )


def _affinity(
    tx: Tx,
    platform: Platform,
    queue: queues.QueueRow,
    customer: customers.Customer | None,
    new: InteractionNew,
) -> Affinity:
    """What a call's door knows, too: of the same matter is what came this way to this queue."""
    due_at = epoch_ms(new.due_at) if new.due_at else None
    if customer is None:
        return Affinity(due_at=due_at)
    known = interactions.looked_after(customer.manager_id, customer.contract)
    found = interactions.remembered(
        tx,
        queue.tenant_id,
        customer.id,
        known,
        platform.clock.now_ms(),
        lambda row: (row.channel, row.queue_id) == (new.channel, queue.id),
    )
    return replace(found, due_at=due_at)


def _customer(
    tx: Tx, platform: Platform, principal: Principal, customer_id: str | None
) -> customers.Customer | None:
    if customer_id is None:
        return None
    found = customers.get(tx, platform.keys, principal.tenant_id, customer_id)
    if not principal.reaches("customers.read", found.team_id):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    return found
