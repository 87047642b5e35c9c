"""Outward calls: each passes the one rule before it is dialled, and is kept with what it said.

Nothing else dials out. A refusal costs the try: the leg ends as not allowed, and the rule stands
with the call.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from trunkline.core.outbound_rules.words import Purpose, Refusal
from trunkline.core.words import CallbackOrigin, Token
from trunkline.features import agents, customers, dialling, outbound
from trunkline.features.tenancy import Writing
from trunkline.kit.logging import logger
from trunkline.ports.edge import LOCATION, EdgeError

if TYPE_CHECKING:
    from trunkline.app.figures import Figures
    from trunkline.core.call.commands import DialCustomer
    from trunkline.core.state import State
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Database, Tx

log = logger("outward")
_UNASKED: Final = frozenset({CallbackOrigin.AFTER_ABANDON, CallbackOrigin.MANUAL})
"""Calls of our own accord. Whom we lost in a talk had called us, and waits to be called."""


class NotAllowed(EdgeError):
    """A rule keeps this call from being dialled; its name is the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.rule}: {refusal.detail}")
        self.refusal = refusal


_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>]+")
_ELEMENT = re.compile(r"(A[1-6]|PRD|RD|POD|STS|HNO|HNS|LMK|LOC|NAM|PC|BLD|UNIT|FLR|ROOM|SEAT)=(.+)")
"""Elements of a civic address (RFC 4119, RFC 5139)."""


def located(header: str, where: str, home: str) -> str:
    """A location in a country (ISO 3166-1) as its header wants it.

    `Geolocation` (RFC 6442) takes a URI in angle brackets, or a civic address as `name="value"`s,
    which becomes a PIDF-LO body; any other header the text as it was entered.
    """
    plain = "".join(char for char in where if char.isprintable())
    if header != LOCATION:
        return plain
    return f"<{plain}>" if _URI.fullmatch(plain) else _civic(plain, home)


def _civic(text: str, home: str) -> str:
    """What was entered as `A3=Shanghai; RD=Century Avenue`, element by element; else as one."""
    safe = text.translate(dict.fromkeys(map(ord, '"\\${}'), " "))
    parts = [part.strip() for part in safe.split(";") if part.strip()]
    found = [_ELEMENT.fullmatch(part) for part in parts]
    named = [(hit[1], hit[2]) for hit in found if hit]
    elements = named if named and all(found) else [("LOC", safe)]
    told = ",".join(f'{name}="{value}"' for name, value in elements)
    return f"country={home},{told}"


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
        """The dial with the number as a trunk dials it; raises `NotAllowed`.

        Of an emergency call the rule never says no, and only that it was made is kept.
        """
        asked, entry = _asked(state, command, raw), _entry(state, command)

        def work(tx: Tx) -> tuple[Refusal | None, str]:
            on = Writing(tx, self._keys, self._ids, tenant_id, self._clock.now_ms())
            listed = dialling.asked(tx, tenant_id, asked.interaction_id, entry) if entry else None
            refusal = outbound.judge(on, _of_list(asked, listed) if listed else asked)
            return refusal, outbound.home_of(tx, tenant_id)

        refusal, home = await self._db.write(work)
        self._figures.outward(refusal.rule if refusal else None)
        if refusal is not None:
            raise NotAllowed(refusal)
        number = customers.normalised(raw, home) or raw
        return dataclasses.replace(command, party=Token(customers.dialled(number, home)))

    async def home_of(self, tenant_id: str) -> str:
        """The country that the tenant dials from."""
        return await self._db.read(lambda tx: outbound.home_of(tx, tenant_id), short=True)

    async def seat_of(self, tenant_id: str, state: State, command: DialCustomer) -> str:
        """Where the agent sits who makes the call, as it was entered; empty where it was not."""
        agent = _asked(state, command, "").agent_id

        def work(tx: Tx) -> str:
            found = agents.several(tx, tenant_id, [agent]) if agent else []
            return found[0].location if found else ""

        return await self._db.read(work)


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


def _entry(state: State, command: DialCustomer) -> str | None:
    """The entry of a dialling list that is dialled; None for any other call."""
    it = state.interactions.get(command.interaction)
    found = state.callbacks.get(it.callback) if it is not None and it.callback else None
    is_customer = it is not None and command.party == it.party
    return found.dialling.entry if found and found.dialling and is_customer else None


def _of_list(asked: outbound.Asked, listed: outbound.Asked) -> outbound.Asked:
    """What the list says of the call, with what the cell knows of it."""
    return dataclasses.replace(
        listed, number=asked.number, agent_id=asked.agent_id, shown=asked.shown
    )


def _purpose(state: State, command: DialCustomer) -> Purpose:
    it = state.interactions[command.interaction]
    found = state.callbacks.get(it.callback) if it.callback else None
    if found is None or found.origin in _UNASKED:
        return Purpose.SERVICE
    return Purpose.CALLBACK
