"""Names beside ids: what rows of interactions and offers need to be read by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from trunkline.core.words import Level
from trunkline.features import customers, identity, queues
from trunkline.features.desk.schemas import (
    BothLanguages,
    CustomerNamed,
    Named,
    PathStepOut,
    VerifiedOut,
)
from trunkline.features.desk.words import path_words
from trunkline.features.tenancy import instant, instant_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from trunkline.features.customers import Customer
    from trunkline.features.desk.schemas import By
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

CUSTOMERS = "customers.read"


@dataclass(frozen=True, slots=True)
class Names:
    """Queues, users and those customers that the principal may see, by id."""

    queues: dict[str, queues.QueueRow]
    users: dict[str, str]
    customers: dict[str, Customer]

    @classmethod
    def of(
        cls,
        tx: Tx,
        keys: KeyRing,
        principal: Principal,
        *,
        users: Iterable[str | None] = (),
        known: Iterable[str | None] = (),
    ) -> Names:
        """The names of these users and customers, and of all queues."""
        tenant_id = principal.tenant_id
        wanted = {customer_id for customer_id in known if customer_id}
        found = customers.several(tx, keys, tenant_id, wanted) if wanted else {}
        people = {user_id for user_id in users if user_id}
        return cls(
            queues={queue.id: queue for queue in queues.list_queues(tx, tenant_id)},
            users=identity.display_names(tx, tenant_id, people) if people else {},
            customers={
                one.id: one for one in found.values() if principal.reaches(CUSTOMERS, one.team_id)
            },
        )

    def queue_name(self, queue_id: str | None) -> str | None:
        """The name of a queue; None when it is gone."""
        queue = self.queues.get(queue_id) if queue_id else None
        return queue.name if queue else None

    def queue(self, queue_id: str | None) -> Named | None:
        """A queue by id and name."""
        return Named(id=queue_id, name=self.queue_name(queue_id)) if queue_id else None

    def user(self, user_id: str | None) -> Named | None:
        """A user by id and name."""
        return Named(id=user_id, name=self.users.get(user_id)) if user_id else None

    def customer(self, row: InteractionRow) -> CustomerNamed | None:
        """The customer of an interaction; without a name for those who may not see it."""
        if row.customer_id is None:
            return None
        found = self.customers.get(row.customer_id)
        level = found.level if found else Level(row.level)
        return CustomerNamed(id=row.customer_id, name=found.name if found else None, level=level)


def verified(row: InteractionRow, names: Names) -> VerifiedOut:
    """Whether it is known who is there."""
    who = names.users.get(row.verified_agent) if row.verified_agent else None
    return VerifiedOut(
        by=cast("By", row.verified_by),
        by_user=who,
        at=instant_or_none(row.verified_at),
        how=row.verified_how,
    )


def path(steps: list[dict[str, Any]]) -> list[PathStepOut]:
    """The way through the flow, in words."""
    return [
        PathStepOut(
            node=step["node"],
            key=step["key"],
            at=instant(step["at"]),
            words=BothLanguages(zh=zh, en=en),
        )
        for step, (zh, en) in zip(steps, path_words(steps), strict=True)
    ]
