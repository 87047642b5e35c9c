"""Who the customer is: linked and verified by the agent who handles the interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.inputs import LinkCustomer
from trunkline.core.words import AgentId, InteractionId, Level
from trunkline.features import audit, customers
from trunkline.features.desk import callers, sight, texts
from trunkline.features.desk.deeds import written_down
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.desk.handling.schemas import CustomerPicked
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.cells import Accepted
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

LINKED: Final = "interactions.customer_linked"


async def link(
    platform: Platform, principal: Principal, interaction_id: str, picked: CustomerPicked
) -> Accepted:
    """Say who it is; what is kept about the interaction moves under that customer's key.

    Raises 404 `customer_unknown`, 403 `forbidden` for saving a number without the right to,
    409 `not_your_work`, 422 `number_invalid`.
    """
    if picked.save_number:
        principal.require("customers.write")
    level = await _level(platform, principal, picked.customer_id)

    def also(tx: Tx) -> None:
        on = audit.writing(platform, tx, principal.tenant_id)
        row = sight.own(tx, principal, interaction_id)
        number = callers.caller(tx, platform.keys, row)
        texts.move(on, row, picked.customer_id)
        who = picked.customer_id
        written_down(platform, principal, LINKED, interaction_id, customer_id=who)(tx)
        if picked.save_number and picked.customer_id is not None:
            _save(on, principal, picked.customer_id, number)

    given = LinkCustomer(
        AgentId(principal.user_id), InteractionId(interaction_id), picked.customer_id, level
    )
    return await platform.cells.submit(principal.tenant_id, given, also=also)


async def _level(platform: Platform, principal: Principal, customer_id: str | None) -> Level:
    if customer_id is None:
        return Level.REGULAR
    found = await platform.db.read(
        lambda tx: customers.get(tx, platform.keys, principal.tenant_id, customer_id)
    )
    if not principal.reaches("customers.read", found.team_id):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    return found.level


def _save(on: Writing, principal: Principal, customer_id: str, number: str | None) -> None:
    if number is None:
        raise TrunklineError("number_withheld", 409, "The number was withheld.")
    customers.add_phone(on, customer_id, number)
    audit.record(on.tx, principal, "customers.updated", customer_id, at=on.now)
