"""Asking for a callback: whom, by which number, in which queue; the core decides the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.core.inputs import CancelCallback, OpenCallback, RescheduleCallback
from trunkline.core.words import (
    AgentId,
    CallbackId,
    CallbackOrigin,
    InteractionId,
    Level,
    QueueId,
    Token,
)
from trunkline.features import audit, customers, numbers, queues
from trunkline.features.desk import callers, sight
from trunkline.features.desk.callbacks import reading
from trunkline.features.tenancy import epoch_ms
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.desk.callbacks.schemas import CallbackNew
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is to be called, and for which interaction."""

    phone: str
    customer: customers.Customer | None
    interaction: InteractionRow | None


async def ask(
    platform: Platform,
    principal: Principal,
    new: CallbackNew,
    origin: CallbackOrigin = CallbackOrigin.ASKED_FOR,
) -> str:
    """Have somebody called; returns the callback's id once it is durable.

    Raises 404 for what is unknown, 409 `callback_open`, 422 `number_not_callable` or
    `queue_required`.
    """

    def work(tx: Tx) -> OpenCallback:
        on = audit.writing(platform, tx, principal.tenant_id)
        return _opening(on, principal, new, origin)

    given = await platform.db.write(work)
    await platform.cells.submit(principal.tenant_id, given)
    return given.callback


async def cancel(platform: Platform, principal: Principal, callback_id: str) -> None:
    """Call nobody; raises 404 `callback_unknown`, 409 `callback_busy`."""
    await platform.db.read(lambda tx: reading.visible(tx, principal, callback_id))
    await platform.cells.submit(principal.tenant_id, CancelCallback(CallbackId(callback_id)))


async def reschedule(
    platform: Platform, principal: Principal, callback_id: str, due_at: int
) -> None:
    """Call at another time; raises 404 `callback_unknown`, 409 `callback_busy`."""
    await platform.db.read(lambda tx: reading.visible(tx, principal, callback_id))
    given = RescheduleCallback(CallbackId(callback_id), due_at)
    await platform.cells.submit(principal.tenant_id, given)


def _opening(
    on: Writing, principal: Principal, new: CallbackNew, origin: CallbackOrigin
) -> OpenCallback:
    whom = _whom(on, principal, new)
    number = customers.normalised(whom.phone)
    if number is None or customers.barred(number) is not None:
        raise TrunklineError("number_not_callable", 422, "This number is not called back.")
    customer_id = whom.customer.id if whom.customer else None
    party = Token(on.ids.new("pty"))
    customers.put_value(on.tx, on.keys, on.tenant_id, party, customer_id, number, now=on.now)
    token = on.ids.new("cal")
    return OpenCallback(
        callback=CallbackId(on.ids.new("cbk")),
        origin=origin,
        queue=QueueId(_queue(on, new, whom)),
        number=_shown(on, new, whom),
        party=party,
        caller=Token(customers.keep_caller(on.tx, on.keys, on.tenant_id, number, token)),
        due_at=epoch_ms(new.due_at) if new.due_at else on.now,
        customer=customer_id,
        level=whom.customer.level if whom.customer else Level.REGULAR,
        language=whom.customer.language if whom.customer else "zh",
        owner=AgentId(new.owner_id) if new.owner_id else None,
        interaction=InteractionId(whom.interaction.id) if whom.interaction else None,
    )


def _whom(on: Writing, principal: Principal, new: CallbackNew) -> Whom:
    row = sight.visible(on.tx, principal, new.interaction_id) if new.interaction_id else None
    known = new.customer_id or (row.customer_id if row else None)
    customer = customers.get(on.tx, on.keys, on.tenant_id, known) if known else None
    if customer is not None and not principal.reaches("customers.read", customer.team_id):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    phone = new.phone or (callers.caller(on.tx, on.keys, row) if row else None)
    if phone is None and customer is not None and customer.phones:
        phone = customer.phones[0].number
    if phone is None:
        raise TrunklineError("number_not_callable", 422, "There is no number to call.")
    return Whom(phone, customer, row)


def _queue(on: Writing, new: CallbackNew, whom: Whom) -> str:
    wanted = new.queue or (whom.interaction.queue_id if whom.interaction else None)
    if wanted is None:
        raise TrunklineError("queue_required", 422, "Say for which queue.")
    return queues.find(on.tx, on.tenant_id, wanted).id


def _shown(on: Writing, new: CallbackNew, whom: Whom) -> str:
    """The service number that the customer sees: one of ours."""
    ours = [row.number for row in numbers.list_numbers(on.tx, on.tenant_id)]
    wanted = new.number or (whom.interaction.number if whom.interaction else None)
    if wanted is None and ours:
        return ours[0]
    if wanted is None or wanted not in ours:
        raise TrunklineError("number_unknown", 404, "There is no such service number.")
    return wanted
