"""Several engines behind one port: a call stays on the one it came to, and dies with no other.

Theory of operation. Each engine has its own edge, which fences, reconnects and takes inventory by
itself. What they tell goes into one numbered stream. A command goes where its leg stands; a leg
that is to be dialled, where the other legs of its interaction stand, for no bridge spans two
engines. An engine that cannot be opened is opened when it is back: until then there is one less.
Before them stands the access, to which callers and devices come; it is told which trunks are
trusted and which engines get no new calls.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from trunkline.adapters.edge.background import Background
from trunkline.adapters.edge.told import Told
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegEnded
from trunkline.kit.logging import logger
from trunkline.ports.edge import (
    AccountSeen,
    CallArrived,
    EdgeError,
    EdgeFull,
    EpochOver,
    Health,
    Inventory,
    LegGone,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

    from trunkline.core.call.commands import EdgeCommand
    from trunkline.core.words import InteractionId, LegId
    from trunkline.ports.edge import (
        Account,
        EdgeLink,
        LegReading,
        Numbered,
        Offender,
        Sound,
        TrunkLink,
    )

OPEN_AGAIN_S: Final = 0.5
_log = logger("telephony")


class Access(Protocol):
    """What stands before the engines: a SIP proxy, or nothing."""

    async def trust(self, trunks: Sequence[TrunkLink]) -> None:
        """Let calls in by these trunks, and by no other; raises `EdgeError`."""

    async def welcome(self, engine: str) -> None:
        """Give this engine calls at once: it knows all that they need; raises `EdgeError`."""

    async def steer_around(self, engines: frozenset[str]) -> None:
        """Give these engines no new calls; raises `EdgeError`."""

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now."""

    async def pardon(self, offender: str) -> bool:
        """Take an offender's messages again; False when it is none."""


@dataclass(slots=True, eq=False)
class Member:
    """One engine: whether it is ours yet, what is dialled there, and whether it takes more."""

    name: str
    edge: EdgeLink
    opened: bool = False
    drained: bool = False
    legs: set[LegId] = field(default_factory=set)


class Fleet:
    """`EdgeLink` over several others, by name."""

    def __init__(self, edges: Mapping[str, EdgeLink], access: Access) -> None:
        self.members = {name: Member(name, edge) for name, edge in edges.items()}
        self.kind = next(iter(edges.values())).kind
        self.beside: Callable[[InteractionId], Iterable[LegId]] = lambda _: ()
        """The legs of an interaction; whoever knows them says so here."""

        self._access = access
        self._epoch = 0
        self._where: dict[LegId, Member] = {}
        self._trunks: dict[str, TrunkLink] = {}
        self._admits = False
        self._seen: dict[str, dict[str, bool]] = {}
        self._told = Told()
        self._background = Background()

    async def open(self, epoch: int) -> Inventory:
        """Take control of all that are there; raises `EdgeError` when none is."""
        self._epoch = epoch
        members = tuple(self.members.values())
        found = await asyncio.gather(*map(self._open, members), return_exceptions=True)
        for outcome in found:
            if isinstance(outcome, BaseException) and not _is_away(outcome):
                raise outcome
        there = [one for one in found if isinstance(one, Inventory)]
        if not there:
            raise EdgeError("no engine can be opened")
        for member in members:
            if not member.opened:
                self._background.start(self._open_later(member))
        self._told.reopen()
        return Inventory(
            legs=tuple(leg for one in there for leg in one.legs),
            recordings=tuple(name for one in there for name in one.recordings),
            # Of a leg that is gone nobody knows any more where it stood.
            lived_on=len(there) == len(members) and all(one.lived_on for one in there),
            closed=tuple(name for one in there for name in one.closed),
        )

    async def send(self, command: EdgeCommand, epoch: int) -> None:
        """Carry out one command where its leg stands; raises `EdgeError`."""
        if epoch < self._epoch:
            raise EpochOver(epoch)
        match command:
            case c.DialAgent() | c.DialCustomer():
                await self._dial(command, epoch)
            case c.Unbridge():
                await self._everywhere(lambda edge: edge.send(command, epoch))
            case c.Bridge(_, legs):
                await self._at(legs[0]).edge.send(command, epoch)
            case c.HangUp(leg) | c.RejectLeg(leg) if leg not in self._where:
                await self._everywhere(lambda edge: edge.send(command, epoch))
            case _:
                await self._at(command.leg).edge.send(command, epoch)

    def events(self) -> AsyncIterator[Numbered]:
        """Events from the oldest not acknowledged on, for ever; ends when the edge closes."""
        return self._told.events()

    async def acknowledge(self, seq: int) -> None:
        """Everything up to and including `seq` is durable on our side."""
        self._told.acknowledge(seq)

    async def hold_off(self, for_s: int) -> None:
        """Refuse arrivals for so long, at each."""
        await self._everywhere(lambda edge: edge.hold_off(for_s))

    async def health(self) -> Health:
        """Ready while one of them is; the details tell of each."""
        told = {member: await member.edge.health() for member in self.members.values()}
        details: dict[str, str | int | float] = {
            member.name: _in_words(member, health) for member, health in told.items()
        }
        ready = any(health.ready for health in told.values())
        worst = next((one for one in told.values() if not one.ready), Health(ready=True))
        return Health(ready, "" if ready else worst.reason, "" if ready else worst.remedy, details)

    async def put_account(self, account: Account) -> None:
        """Make or replace an account at each; one that is away is told at its next start."""
        self._seen.setdefault(account.name, {})
        await self._everywhere(lambda edge: edge.put_account(account))

    async def drop_account(self, name: str) -> None:
        """Forget an account."""
        self._seen.pop(name, None)
        await self._everywhere(lambda edge: edge.drop_account(name))

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """Make or replace a trunk at each, and let its calls in once any are admitted."""
        self._trunks[trunk.name] = trunk
        # A carrier at which two logged in would ring both.
        first = next(iter(self.members.values())).edge
        await self._everywhere(
            lambda edge: edge.put_trunk(replace(trunk, logs_in=trunk.logs_in and edge is first))
        )
        if self._admits:
            await self._access.trust(tuple(self._trunks.values()))

    async def sounds(self) -> dict[str, str]:
        """The announcements that all of them hold."""
        held = [await member.edge.sounds() for member in self.members.values()]
        first, *others = held
        return {
            name: mark
            for name, mark in first.items()
            if all(other.get(name) == mark for other in others)
        }

    async def put_sound(self, sound: Sound) -> None:
        """Make or replace an announcement at each."""
        await self._everywhere(lambda edge: edge.put_sound(sound))

    async def drop_sound(self, name: str) -> None:
        """Forget an announcement."""
        await self._everywhere(lambda edge: edge.drop_sound(name))

    async def reachable(self, account: str) -> bool:
        """Whether a device is registered for this account at one of them."""
        return any([await member.edge.reachable(account) for member in self._opened()])

    async def probe(self, trunk: str) -> float | None:
        """Ask a trunk's host by the first engine that is ready."""
        for member in self._opened():
            if (await member.edge.health()).ready:
                return await member.edge.probe(trunk)
        raise EdgeError("no engine is ready")

    async def offenders(self) -> tuple[Offender, ...]:
        """Who is refused now, the last one first."""
        found = {one.id: one for one in await self._access.offenders()}
        for member in self._opened():
            found |= {one.id: one for one in await member.edge.offenders()}
        return tuple(sorted(found.values(), key=lambda one: -one.since_ms))

    async def pardon(self, offender: str) -> bool:
        """Take an offender's messages again, wherever they are refused."""
        asked = [await member.edge.pardon(offender) for member in self._opened()]
        return any([*asked, await self._access.pardon(offender)])

    def on_readings(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Tell of the quality of the legs that talk."""
        for member in self.members.values():
            member.edge.on_readings(hear)

    def engine_ended(self) -> None:
        """All of them are gone."""
        for member in self.members.values():
            member.edge.engine_ended()

    async def close(self) -> None:
        """Let go of the engines; calls go on."""
        self._told.close()
        await asyncio.gather(*(member.edge.close() for member in self.members.values()))
        await self._background.close()

    async def admit(self) -> None:
        """Let calls in: all trunks and accounts were told; raises `EdgeError`.

        Until then the access goes on as the last program left it.
        """
        self._admits = True
        await self._access.trust(tuple(self._trunks.values()))
        for member in self._opened():
            if not member.drained:
                await self._access.welcome(member.name)

    async def drain(self, engines: frozenset[str]) -> None:
        """Give these no new calls from now, and all others some again; raises `EdgeError`."""
        for member in self.members.values():
            member.drained = member.name in engines
        await self._access.steer_around(engines)

    async def _open(self, member: Member) -> Inventory:
        inventory = await member.edge.open(self._epoch)
        if not member.opened:
            member.opened = True
            self._background.start(self._pump(member))
        for there in inventory.legs:
            self._stands(there.leg, member)
        return inventory

    async def _open_later(self, member: Member) -> None:
        """Until it is ours; what it holds then was closed as lost meanwhile."""
        while not member.opened:
            await asyncio.sleep(OPEN_AGAIN_S)
            with contextlib.suppress(EdgeError):
                for there in (await self._open(member)).legs:
                    if there.arrived is None or there.answered:
                        await member.edge.send(c.HangUp(there.leg), self._epoch)
        _log.info("engine_opened", engine=member.name)

    async def _pump(self, member: Member) -> None:
        """Its events into the one stream: that keeps them until they are durable."""
        async for numbered in member.edge.events():
            event = numbered.event
            if isinstance(event, AccountSeen):
                self._see(member, event)
            else:
                if isinstance(event, CallArrived):
                    self._stands(event.leg, member)
                elif isinstance(event, LegEnded):
                    self._gone(event.leg)
                self._told.tell(event)
            await member.edge.acknowledge(numbered.seq)
        self._told.close()

    def _see(self, member: Member, told: AccountSeen) -> None:
        """A device is there when one of them says so."""
        seen = self._seen.setdefault(told.account, {})
        before = any(seen.values()) if seen else None
        seen[member.name] = told.reachable
        if before is not (now := any(seen.values())):
            self._told.tell(AccountSeen(told.account, now))

    async def _dial(self, command: c.DialAgent | c.DialCustomer, epoch: int) -> None:
        member = self._where.get(command.leg) or await self._for(command.interaction)
        self._stands(command.leg, member)
        try:
            await member.edge.send(command, epoch)
        except EdgeError:
            self._gone(command.leg)
            raise

    async def _for(self, interaction: InteractionId) -> Member:
        """Where its other legs stand; for the first one, where there is least to do."""
        for leg in self.beside(interaction):
            if (member := self._where.get(leg)) is not None:
                return member
        ready = [one for one in self._opened() if (await one.edge.health()).ready]
        if not ready:
            raise EdgeError("no engine is ready")
        return min(ready, key=lambda one: (one.drained, len(one.legs)))

    def _at(self, leg: LegId) -> Member:
        member = self._where.get(leg)
        if member is None:
            raise LegGone("the leg is gone")
        return member

    def _stands(self, leg: LegId, member: Member) -> None:
        self._where[leg] = member
        member.legs.add(leg)

    def _gone(self, leg: LegId) -> None:
        member = self._where.pop(leg, None)
        if member is not None:
            member.legs.discard(leg)

    def _opened(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members.values() if member.opened)

    async def _everywhere(self, ask: Callable[[EdgeLink], Awaitable[None]]) -> None:
        """Ask each; it was done when one did it, for one that is away learns of it when back."""
        asked = (ask(member.edge) for member in self.members.values())
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        failures = [one for one in outcomes if isinstance(one, BaseException)]
        for failure in failures:
            if isinstance(failure, EdgeFull) or not _is_away(failure):
                raise failure
        if len(failures) == len(outcomes):
            raise failures[0]


def _is_away(failure: BaseException) -> bool:
    """Whether it speaks of one engine that is not there, and not of us."""
    return isinstance(failure, EdgeError) and not isinstance(failure, EpochOver)


def _in_words(member: Member, health: Health) -> str:
    if not health.ready:
        return health.reason
    return f"{'drained, ' if member.drained else ''}{len(member.legs)} legs"
