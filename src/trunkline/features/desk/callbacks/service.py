"""Asking for a callback: whom, by which number, in which queue; the core decides the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

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
from trunkline.features import audit, customers, numbers, outbound, queues
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


class Named(Protocol):
    """How somebody is named: by one of these at least."""

    @property
    def interaction_id(self) -> str | None:
        """Who called in an interaction."""

    @property
    def customer_id(self) -> str | None:
        """A customer."""

    @property
    def phone(self) -> str | None:
        """A number."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is to be called, and for which interaction."""

    phone: str | None
    customer: customers.Customer | None
    interaction: InteractionRow | None


async def ask(platform: Platform, principal: Principal, new: CallbackNew) -> str:
    """Have somebody called; returns the callback's id once it is durable.

    Raises 404 for what is unknown, 409 `callback_open`, 422 `number_not_callable` or
    `queue_required`; of a call that nobody asked for also 422 with the rule that forbids it.
    """

    def work(tx: Tx) -> OpenCallback:
        on = audit.writing(platform, tx, principal.tenant_id)
        return _opening(on, principal, new)

    given = await platform.db.write(work)
    await _submit(platform, principal, given, "opened")
    return given.callback


async def cancel(platform: Platform, principal: Principal, callback_id: str) -> None:
    """Call nobody; raises 404 `callback_unknown`, 409 `callback_busy`."""
    await platform.db.read(lambda tx: reading.visible(tx, principal, callback_id))
    await _submit(platform, principal, CancelCallback(CallbackId(callback_id)), "cancelled")


async def reschedule(
    platform: Platform, principal: Principal, callback_id: str, due_at: int
) -> None:
    """Call at another time; raises 404 `callback_unknown`, 409 `callback_busy`."""
    await platform.db.read(lambda tx: reading.visible(tx, principal, callback_id))
    given = RescheduleCallback(CallbackId(callback_id), due_at)
    await _submit(platform, principal, given, "rescheduled")


async def _submit(
    platform: Platform,
    principal: Principal,
    given: OpenCallback | CancelCallback | RescheduleCallback,
    verb: str,
) -> None:
    """Put it to the cell; who did it stands in the audit log with it."""

    def also(tx: Tx) -> None:
        now = platform.clock.now_ms()
        audit.record(tx, principal, f"callbacks.{verb}", given.callback, at=now)

    await platform.cells.submit(principal.tenant_id, given, also=also)


def _opening(on: Writing, principal: Principal, new: CallbackNew) -> OpenCallback:
    found = whom(on, principal, new)
    number = callable_number(on, found)
    customer_id = found.customer.id if found.customer else None
    party = Token(on.ids.new("pty"))
    customers.put_value(on.tx, on.keys, on.tenant_id, party, customer_id, number, now=on.now)
    token = on.ids.new("cal")
    queue = queue_of(on, new.queue, found)
    opening = OpenCallback(
        callback=CallbackId(on.ids.new("cbk")),
        origin=CallbackOrigin.ASKED_FOR if new.requested else CallbackOrigin.MANUAL,
        queue=QueueId(queue),
        number=shown(on, new.number, found, queue),
        party=party,
        caller=Token(customers.keep_caller(on.tx, on.keys, on.tenant_id, number, token)),
        due_at=epoch_ms(new.due_at) if new.due_at else on.now,
        customer=customer_id,
        level=found.customer.level if found.customer else Level.REGULAR,
        language=found.customer.language if found.customer else "zh",
        owner=AgentId(new.owner_id) if new.owner_id else None,
        interaction=InteractionId(found.interaction.id) if found.interaction else None,
    )
    if not new.requested:
        _permitted(on, opening, number)
    return opening


def _permitted(on: Writing, opening: OpenCallback, number: str) -> None:
    """Say at once what would keep an unasked call from being dialled; raises 422 `rule_<name>`."""
    asked = outbound.Asked(
        interaction_id="",
        number=number,
        purpose=outbound.Purpose.SERVICE,
        shown=opening.number,
        customer_id=opening.customer,
        agent_id=opening.owner,
    )
    refusal = outbound.foresee(replace(on, now=max(on.now, opening.due_at)), asked)
    if refusal is not None:
        told = f"It may not be dialled: {refusal.detail}."
        raise TrunklineError(f"rule_{refusal.rule}", 422, told)


def whom(on: Writing, principal: Principal, named: Named) -> Whom:
    """Who is meant by an interaction, a customer or a number, as far as one may see them.

    Raises 404 `interaction_unknown` or `customer_unknown`.
    """
    row = sight.visible(on.tx, principal, named.interaction_id) if named.interaction_id else None
    known = named.customer_id or (row.customer_id if row else None)
    customer = customers.get(on.tx, on.keys, on.tenant_id, known) if known else None
    unseen = customer is not None and not principal.reaches("customers.read", customer.team_id)
    if unseen or (named.customer_id and customer is None):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    phone = named.phone or (callers.caller(on.tx, on.keys, row) if row else None)
    if phone is None and customer is not None and customer.phones:
        phone = customer.phones[0].number
    return Whom(phone, customer, row)


def callable_number(on: Writing, found: Whom) -> str:
    """The number as it is dialled; raises 422 `number_not_callable`."""
    if found.phone is None:
        raise TrunklineError("number_not_callable", 422, "There is no number to call.")
    home = outbound.home_of(on.tx, on.tenant_id)
    number = customers.normalised(found.phone, home)
    if number is None or customers.barred(number, home) is not None:
        raise TrunklineError("number_not_callable", 422, "This number is not called back.")
    return number


def queue_of(on: Writing, wanted: str | None, found: Whom) -> str:
    """The queue that is named, else the interaction's; raises 422 `queue_required`."""
    wanted = wanted or (found.interaction.queue_id if found.interaction else None)
    if wanted is None:
        raise TrunklineError("queue_required", 422, "Say for which queue.")
    return queues.find(on.tx, on.tenant_id, wanted).id


def shown(on: Writing, wanted: str | None, found: Whom, queue: str | None = None) -> str:
    """The service number that the customer sees: one of ours; raises 404 `number_unknown`.

    Named by nobody it is the first that leads straight into the queue, else the first of all.
    """
    rows = numbers.list_numbers(on.tx, on.tenant_id)
    ours = [row.number for row in rows]
    wanted = wanted or (found.interaction.number if found.interaction else None)
    if wanted is None and ours:
        own = (row.number for row in rows if queue is not None and row.queue_id == queue)
        return next(own, ours[0])
    if wanted is None or wanted not in ours:
        raise TrunklineError("number_unknown", 404, "There is no such service number.")
    return wanted
