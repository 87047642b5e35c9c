"""Rooms: where a customer's page and an agent's meet beside their talk, in memory only.

A room has two seats and the state of `core.showing`. What happens is written down before it counts;
what pages say to each other to connect is handed on and kept nowhere. A meeting is a `round`: it is
another one when a page comes (again) or when nothing is shown any more, and what belongs to an
earlier one is dropped. The room is the agent's who has the talk now; it looks for itself, four
times a second, whether he still has it.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.showing import (
    Budget,
    Cause,
    Deed,
    Part,
    Showing,
    ShowingFact,
    Side,
    What,
    apply,
    decide,
    may_signal,
    why_not,
)
from trunkline.core.words import AgentId
from trunkline.features import audit
from trunkline.features.desk.showing import store
from trunkline.features.desk.showing.schemas import CameraTold, DeedTold, SignalTold
from trunkline.features.tenancy import Principal
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.desk.showing.ice import IceServer
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

Json = dict[str, Any]
MOST_ROOMS: Final = 2_000
MOST_UNSENT: Final = 256
GRACE_MS: Final = 15_000
"""How long a page may be away, being loaded anew, before what it showed or saw is over."""
CUSTOMER: Final = "customer"
"""The actor in the audit log of what a customer did."""
OVER, TRY_LATER, REPLACED = 1008, 1013, 4001
_SAID_BY_PAGES = frozenset(
    {Cause.DENIED, Cause.CANCELLED, Cause.NO_DEVICE, Cause.DEVICE_FAILED, Cause.STOPPED_BY_BROWSER}
)


@dataclass(slots=True, eq=False)
class Seat:
    """One page. What it is told waits in `out`; a number there is the code to close with."""

    side: Side
    principal: Principal
    ice: tuple[IceServer, ...]
    budget: Budget = field(default_factory=Budget)
    out: asyncio.Queue[Json | int] = field(default_factory=lambda: asyncio.Queue(MOST_UNSENT))

    def tell(self, message: Json) -> None:
        """Send a message; a page that takes nothing is let go."""
        if self.out.full():
            self.close(TRY_LATER)
        else:
            self.out.put_nowait(message)

    def close(self, code: int) -> None:
        """End the page's line, at once."""
        while not self.out.empty():
            self.out.get_nowait()
        self.out.put_nowait(code)


class Room:
    """One interaction's; `agent_id` has the talk, as far as his page was here.

    `lines` counts pages that are here, or on their way to their seat.
    """

    def __init__(self, platform: Platform, tenant_id: str, interaction_id: str) -> None:
        self.tenant_id = tenant_id
        self.interaction_id = interaction_id
        self.agent_id: str | None = None
        self.state = Showing()
        self.lines = 0
        self._platform = platform
        self._seats: dict[Side, Seat] = {}
        self._gone_at: dict[Side, int] = {}
        self._round = 0
        self._known = False
        self._camera = False
        self._turn = asyncio.Lock()

    async def sit(self, seat: Seat) -> None:
        """A page comes, in place of an earlier one of the same side."""
        async with self._turn:
            await self._recall()
            if seat.side is Side.AGENT and self.agent_id != seat.principal.user_id:
                await self._end(Cause.OTHER_AGENT)
                self._dismiss(OVER)
                self.agent_id, self.state = seat.principal.user_id, Showing()
            earlier = self._seats.get(seat.side)
            if earlier is not None:
                earlier.close(REPLACED)
            self._seats[seat.side] = seat
            self._gone_at.pop(seat.side, None)
            self._round += 1
            ice = [asdict(server) for server in seat.ice]
            seat.tell({"type": "welcome", "side": seat.side, "ice": ice})
            self._tell_state()

    async def leave(self, seat: Seat) -> None:
        """A page is gone, perhaps to come again."""
        async with self._turn:
            if self._seats.get(seat.side) is not seat:
                return
            del self._seats[seat.side]
            self._gone_at[seat.side] = self._platform.clock.now_ms()
            if seat.side is Side.AGENT:
                self._camera = False
            if not self._seats:
                await self._end(Cause.PAGE_GONE)
            self._tell_state()

    async def hear(self, seat: Seat, told: DeedTold | SignalTold | CameraTold) -> None:
        """A page says something."""
        async with self._turn:
            if self._seats.get(seat.side) is not seat or not self._spend(seat):
                return
            if isinstance(told, SignalTold):
                self._relay(seat, told)
            elif isinstance(told, CameraTold):
                self._camera = told.on and seat.side is Side.AGENT
                self._tell_state()
            else:
                await self._do(seat, told)

    async def look(self) -> None:
        """End what nobody may go on with: the talk is over or another's, or a page stays away."""
        async with self._turn:
            if self.agent_id is not None and not self._talks():
                await self._end(Cause.OTHER_AGENT if self._another_talks() else Cause.TALK_OVER)
                self._dismiss(OVER)
                self.agent_id, self.state = None, Showing()
                self._tell_state()
            now = self._platform.clock.now_ms()
            if any(now - gone_at > GRACE_MS for gone_at in self._gone_at.values()):
                self._gone_at.clear()
                await self._end(Cause.PAGE_GONE)
                self._tell_state()

    def told_to_all(self, message: Json) -> None:
        """Tell both pages."""
        for seat in self._seats.values():
            seat.tell(message)

    def holds(self) -> bool:
        """Whether the agent who was here still has the talk."""
        return self.agent_id is not None and self._talks()

    async def _do(self, seat: Seat, told: DeedTold) -> None:
        refused = why_not(self.state, seat.side, told.deed, told.part)
        if refused is None and not (self.agent_id and self._talks()):
            refused = "no_agent"
        if refused is None and told.deed is Deed.ASK and Side.CUSTOMER not in self._seats:
            refused = "page_away"
        if refused is not None:
            seat.tell({"type": "refused", "code": refused, "part": told.part})
            return
        ends = told.deed in (Deed.FAIL, Deed.WITHDRAW)
        cause = told.cause if ends and told.cause in _SAID_BY_PAGES else None
        if told.deed in (Deed.WITHDRAW, Deed.TAKE_BACK):
            cause = cause or (Cause.CUSTOMER if seat.side is Side.CUSTOMER else Cause.AGENT)
        await self._happen(decide(self.state, seat.side, told.deed, told.part, cause), seat)
        self._tell_state()

    def _relay(self, seat: Seat, told: SignalTold) -> None:
        kind = told.description.type if told.description else "candidate"
        other = self._seats.get(_ACROSS[seat.side])
        if other is None or told.round != self._round or not self._holds_for(seat.side, kind):
            return
        other.tell(told.model_dump(mode="json", exclude_none=True))

    def _holds_for(self, side: Side, kind: str) -> bool:
        return self.holds() and may_signal(self.state, side, kind)

    def _spend(self, seat: Seat) -> bool:
        left = seat.budget.spend(self._platform.clock.now_ms())
        if left is None:
            seat.close(OVER)
            return False
        seat.budget = left
        return True

    async def _recall(self) -> None:
        """What an earlier process left open, having been killed, is over: say so, once."""
        if self._known:
            return
        rows = await self._platform.db.read(
            lambda tx: store.events_of(tx, self.tenant_id, self.interaction_id)
        )
        self._known = True
        for row in rows:
            self.state = apply(
                self.state, ShowingFact(Part(row.part), What(row.what), Side(row.by))
            )
            self.agent_id = row.agent_id
        await self._end(Cause.PAGE_GONE)
        self.agent_id, self.state = None, Showing()

    async def _end(self, cause: Cause) -> None:
        """The house ends every part."""
        for part in Part:
            await self._happen(decide(self.state, Side.HOUSE, Deed.END, part, cause), None)

    async def _happen(self, facts: tuple[ShowingFact, ...], seat: Seat | None) -> None:
        """Write down, then let it count."""
        if not facts:
            return
        by = seat.principal if seat else Principal(self.tenant_id, audit.SYSTEM)

        def work(tx: Tx) -> None:
            for fact in facts:
                self._write(tx, fact, by)

        await self._platform.db.write(work)
        connected = self.state.connects
        for fact in facts:
            self.state = apply(self.state, fact)
        if connected and not self.state.connects:
            self._round += 1
            self._camera = False

    def _write(self, tx: Tx, fact: ShowingFact, by: Principal) -> None:
        platform, agent, now = self._platform, self.agent_id or "", self._platform.clock.now_ms()
        row = store.EventRow(
            self.tenant_id, platform.ids.new("shw"), self.interaction_id, agent, now,
            fact.part, fact.what, fact.by, fact.cause,
        )  # fmt: skip
        store.add_event(tx, row)
        detail = {"part": fact.part, "agent_id": agent, "cause": fact.cause}
        audit.record(tx, by, f"showings.{fact.what}", self.interaction_id, detail, at=now)

    def _dismiss(self, code: int) -> None:
        """The agent's page is not this talk's any more."""
        seat = self._seats.pop(Side.AGENT, None)
        self._gone_at.pop(Side.AGENT, None)
        if seat is not None:
            seat.close(code)

    def _talks(self) -> bool:
        return talks(self._platform, self.tenant_id, self.agent_id or "", self.interaction_id)

    def _another_talks(self) -> bool:
        platform, tenant_id = self._platform, self.tenant_id
        others = platform.cells.picture(tenant_id).agents
        return any(talks(platform, tenant_id, other, self.interaction_id) for other in others)

    def _tell_state(self) -> None:
        parts = {part.value: self.state.stage(part) for part in Part}
        for side, seat in self._seats.items():
            peer = _ACROSS[side] in self._seats
            told = {"round": self._round, "parts": parts, "peer": peer, "camera": self._camera}
            seat.tell({"type": "state", **told})


_ACROSS = {Side.AGENT: Side.CUSTOMER, Side.CUSTOMER: Side.AGENT}


class Rooms:
    """The rooms of this process."""

    def __init__(self) -> None:
        self._rooms: dict[tuple[str, str], Room] = {}

    def enter(self, platform: Platform, tenant_id: str, interaction_id: str) -> Room:
        """The room of an interaction; raises 503 `showings_busy` when there are too many."""
        key = (tenant_id, interaction_id)
        room = self._rooms.get(key)
        if room is None:
            if len(self._rooms) >= MOST_ROOMS:
                detail = "Too much is shown now: try again later."
                raise TrunklineError("showings_busy", 503, detail, retry_after_s=5)
            room = self._rooms[key] = Room(platform, tenant_id, interaction_id)
        return room

    def find(self, tenant_id: str, interaction_id: str) -> Room | None:
        """The room of an interaction, where somebody is in it."""
        return self._rooms.get((tenant_id, interaction_id))

    def tidy(self, room: Room) -> None:
        """Forget a room that everybody has left."""
        key = (room.tenant_id, room.interaction_id)
        if room.lines == 0 and self._rooms.get(key) is room:
            del self._rooms[key]


def talks(platform: Platform, tenant_id: str, agent_id: str, interaction_id: str) -> bool:
    """Whether the agent has the customer of this interaction on the line now."""
    picture = platform.cells.picture(tenant_id)
    view = picture.agents.get(AgentId(agent_id)) if picture else None
    work = view.work if view else None
    if work is None or work.kind != "segment" or work.calling or work.retrieving:
        return False
    return bool(work.interaction == interaction_id)
