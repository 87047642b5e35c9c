"""Outward calls: each passes the one rule before it is dialled, and is kept with what it said.

Nothing else dials out. A refusal costs the try: the leg ends as not allowed, and the rule stands
with the call.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from trunkline.core.outbound_rules.words import Purpose, Refusal
from trunkline.core.words import CallbackOrigin, Token
from trunkline.features import customers, outbound
from trunkline.features.tenancy import Writing
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from trunkline.app.figures import Figures
    from trunkline.core.call.commands import DialCustomer
    from trunkline.core.state import State
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Database, Tx

log = logger("outward")
_UNASKED: Final = frozenset({CallbackOrigin.AFTER_ABANDON})
"""Callbacks of our own accord. Whom we lost in a talk had called us, and waits to be called."""


class NotAllowed(EdgeError):
    """A rule keeps this call from being dialled; its name is the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.rule}: {refusal.detail}")
        self.refusal = refusal


class Outward:
    """Makes a dial ready, or refuses it."""

    def __init__(
        self, db: Database, keys: KeyRing, clock: Clock, ids: Ids, figures: Figures
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._ids = ids
        self._figures = figures

    async def ready(
        self, tenant_id: str, state: State, command: DialCustomer, raw: str
    ) -> DialCustomer:
        """The dial with the number as a trunk dials it; raises `NotAllowed`."""
        asked = _asked(state, command, raw)

        def work(tx: Tx) -> Refusal | None:
            now = self._clock.now_ms()
            return outbound.judge(Writing(tx, self._keys, self._ids, tenant_id, now), asked)

        refusal = await self._db.write(work)
        self._figures.outward(refusal.rule if refusal else None)
        if refusal is not None:
            raise NotAllowed(refusal)
        number = customers.normalised(raw) or raw
        return dataclasses.replace(command, party=Token(customers.dialled(number)))


def _asked(state: State, command: DialCustomer, raw: str) -> outbound.Asked:
    """What the rule is told of a dial, out of the cell's own knowledge of its interaction."""
    it = state.interactions.get(command.interaction)
    is_customer = it is not None and command.party == it.party
    return outbound.Asked(
        interaction_id=command.interaction,
        number=raw,
        purpose=_purpose(state, command) if is_customer else Purpose.CONSULT,
        shown=command.caller,
        customer_id=it.customer if it is not None and is_customer else None,
        agent_id=it.talk.agent if it is not None and it.talk is not None else None,
    )


def _purpose(state: State, command: DialCustomer) -> Purpose:
    it = state.interactions[command.interaction]
    found = state.callbacks.get(it.callback) if it.callback else None
    if found is None or found.origin in _UNASKED:
        return Purpose.SERVICE
    return Purpose.CALLBACK
