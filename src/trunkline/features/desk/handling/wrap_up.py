"""The end of the work after the talk: note, ticket and outcome in one transaction, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.inputs import CompleteWrapUp
from trunkline.core.words import AgentId, InteractionId
from trunkline.features import audit, queues, tickets
from trunkline.features.desk import sight, texts

if TYPE_CHECKING:
    from trunkline.features.desk.handling.schemas import TicketChosen, WrapUpDone
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.ports.cells import Accepted
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


async def complete(
    platform: Platform, principal: Principal, interaction_id: str, done: WrapUpDone
) -> Accepted:
    """Take the whole of it; what the cell or the tickets refuse undoes the rest.

    Raises what `tickets.from_wrap_up` does, 409 `disposition_required` or `not_in_wrap_up`.
    """
    if done.ticket is not None and done.ticket.action != "none":
        principal.require("tickets.write")

    def also(tx: Tx) -> None:
        row = sight.own(tx, principal, interaction_id)
        on = audit.writing(platform, tx, principal.tenant_id)
        if done.note is not None:
            token = texts.note_token(row.id, principal.user_id)
            texts.keep(on, row, token, {"note": done.note, "updated_at": on.now})
        if done.ticket is not None:
            call = call_of(tx, row, principal.user_id)
            tickets.from_wrap_up(tx, platform, row.tenant_id, call, _choice(done.ticket))

    given = CompleteWrapUp(
        AgentId(principal.user_id), InteractionId(interaction_id), done.disposition
    )
    return await platform.cells.submit(principal.tenant_id, given, also=also)


def call_of(tx: Tx, row: InteractionRow, user_id: str) -> tickets.Call:
    """The interaction as its ticket sees it; the ticket is the queue's team's."""
    known = {queue.id: queue.team_id for queue in queues.list_queues(tx, row.tenant_id)}
    return tickets.Call(row.id, row.customer_id, user_id, known.get(row.queue_id or ""))


def _choice(chosen: TicketChosen) -> tickets.Choice:
    return tickets.Choice(
        action=chosen.action,
        ticket_id=chosen.ticket_id,
        title=chosen.title,
        kind=chosen.class_,
        impact=chosen.impact,
        urgency=chosen.urgency,
        solved=chosen.solved,
    )
