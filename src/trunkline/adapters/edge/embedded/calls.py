"""What pages do: they call, take up, refuse, press keys, hang up, and are gone.

Theory of operation. A page that closes says `bye`. One whose connection is lost may come back:
the main process may have died, with the call going on here. Its leg ends when nothing was heard
of it for `GRACE_S` since: a browser sends sound all the time, so a living page is never silent.
A page that came back names its legs and speaks for them again.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.embedded.legs import Leg
from trunkline.adapters.edge.embedded.peer import LONGEST_OFFER, Peer, UnfitOffer
from trunkline.core.call.events import LegAnswered
from trunkline.core.words import Cause, LegId
from trunkline.kit.clock import monotonic_s
from trunkline.kit.ids import secret_text
from trunkline.kit.logging import logger
from trunkline.ports.edge import CallArrived, Source

if TYPE_CHECKING:
    from trunkline.adapters.edge.background import Background
    from trunkline.adapters.edge.board import Board
    from trunkline.adapters.edge.embedded.keypad import Keypad
    from trunkline.adapters.edge.embedded.mixer import Mixer
    from trunkline.adapters.edge.embedded.pages import Page, Pages
    from trunkline.adapters.edge.embedded.settings import EmbeddedSettings
    from trunkline.adapters.edge.embedded.wire import Json
    from trunkline.ports.edge import Account

GRACE_S: Final = 6.0
LOOK_EVERY_S: Final = 0.5
SILENT_S: Final = 20.0
"""A leg from which no sound came for so long is lost, whoever says that it is there."""

WITHHELD: Final = "anonymous"
_KEYS: Final = frozenset("0123456789*#ABCD")
_LONGEST_NUMBER: Final = 32
_REFUSALS: Final = {"busy": Cause.BUSY, "declined": Cause.DECLINED}
_log = logger("telephony")


class Calls:
    """Legs as pages make them; every end of a leg passes through `end`."""

    def __init__(
        self,
        settings: EmbeddedSettings,
        board: Board[Leg],
        pages: Pages,
        keypad: Keypad,
        mixer: Mixer,
        background: Background,
    ) -> None:
        self.shed = 0
        self.held_off_until_s = 0.0
        self._settings = settings
        self._board = board
        self._pages = pages
        self._keypad = keypad
        self._mixer = mixer
        self._background = background
        self._numbers = count(1)
        self._series = secret_text(6).replace("_", "-").strip("-")

    @property
    def are_full(self) -> bool:
        """Whether no further call is taken."""
        inbound = sum(leg.inbound for leg in self._board.legs.values())
        return inbound >= self._settings.calls or self.has_no_room_for_legs

    @property
    def has_no_room_for_legs(self) -> bool:
        """Whether no leg more can be there, whoever makes it."""
        return len(self._board.legs) > self._settings.legs

    async def hear(self, page: Page, message: Json) -> None:
        """One message of a page that was welcomed; what makes no sense is ignored."""
        match message:
            case {"type": "call", "number": str(number), "sdp": str(offer)}:
                self._arrive(page, number, offer)
            case {"type": "bye"}:
                for mine in self._of(page):
                    self.end(mine.id, Cause.NORMAL)
            case {"type": str(kind), "leg": str(name)}:
                leg = self._board.legs.get(LegId(name))
                if leg is not None and leg.page is page:
                    await self._on_leg(leg, kind, message)

    def welcome(self, page: Page, legs: list[object]) -> None:
        """A page came, or came back with these legs; those that are over are told as ended."""
        for name in legs[: self._settings.legs]:
            leg = self._board.legs.get(LegId(str(name)))
            if leg is not None and leg.account == page.account:
                leg.page, leg.left_at_s = page, None
            else:
                page.tell({"type": "ended", "leg": str(name), "cause": Cause.NETWORK_LOST})

    def leave(self, page: Page) -> None:
        """A page's connection is lost."""
        for leg in self._of(page):
            leg.page, leg.left_at_s = None, monotonic_s()

    def end(self, name: LegId, cause: Cause) -> None:
        """A leg is gone, for both sides; what is gone already stays so."""
        leg = self._board.legs.get(name)
        if leg is None:
            return
        self._board.end(name, cause)
        if leg.page is not None:
            leg.page.tell({"type": "ended", "leg": name, "cause": cause})
        if leg.peer is not None:
            self._background.start(leg.peer.close())

    async def connect(self, leg: Leg, offer: str) -> bool:
        """Answer a page's offer; whether the leg is still there then. Raises UnfitOffer."""
        peer = leg.peer = Peer(lambda: self.end(leg.id, Cause.NETWORK_LOST))
        answer = await peer.answer(offer)
        if leg.id not in self._board.legs:
            await peer.close()
            return False
        leg.answered = True
        leg.offer = None
        if leg.page is not None:
            leg.page.tell({"type": "answered", "leg": leg.id, "sdp": answer})
        self._mixer.wake()
        return True

    async def watch(self) -> None:
        """End legs whose page is gone for good, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now_s = monotonic_s()
            for leg in tuple(self._board.legs.values()):
                if _is_lost(leg, now_s):
                    self.end(leg.id, Cause.NETWORK_LOST)

    async def _on_leg(self, leg: Leg, kind: str, message: Json) -> None:
        match kind:
            case "answer" if not leg.inbound and not leg.answered and leg.peer is None:
                await self._taken_up(leg, str(message.get("sdp", "")))
            case "refuse" if not leg.inbound and not leg.answered:
                cause = _REFUSALS.get(str(message.get("cause")), Cause.UNREACHABLE)
                self.end(leg.id, cause)
            case "digit" if leg.answered and message.get("digit") in _KEYS:
                self._keypad.press(leg, str(message["digit"]))
            case "hangup" | "refuse":
                self.end(leg.id, Cause.NORMAL if leg.inbound or leg.answered else Cause.DECLINED)

    def _arrive(self, page: Page, number: str, offer: str) -> None:
        name = LegId(f"web-{self._series}-{next(self._numbers)}")
        account = self._pages.account(page.account)
        if self.are_full or monotonic_s() < self.held_off_until_s:
            self.shed += 1
            page.tell({"type": "ended", "leg": name, "cause": Cause.OVERLOAD})
        elif account is None or len(number) > _LONGEST_NUMBER or len(offer) > LONGEST_OFFER:
            page.tell({"type": "ended", "leg": name, "cause": Cause.UNKNOWN_NUMBER})
        else:
            call = _arrival(name, number, account)
            leg = Leg(name, account.name, inbound=True, arrived=call, offer=offer, page=page)
            self._board.add(leg)
            page.tell({"type": "calling", "leg": name})
            self._board.told.tell(call)

    async def _taken_up(self, leg: Leg, offer: str) -> None:
        try:
            there = await self.connect(leg, offer)
        except UnfitOffer as failure:
            _log.warning("offer_unfit", reason=str(failure))
            self.end(leg.id, Cause.FAILED)
            return
        if there:
            leg.forget_timers()
            self._board.told.tell(LegAnswered(leg.id))

    def _of(self, page: Page) -> list[Leg]:
        return [leg for leg in self._board.legs.values() if leg.page is page]


def _arrival(name: LegId, number: str, account: Account) -> CallArrived:
    """A guest is shown by the number that was lent to it, an agent by the account."""
    shown = account.number or account.name
    return CallArrived(
        leg=name,
        number=number,
        caller=None if shown == WITHHELD else shown,
        source=Source.BROWSER if account.number else Source.DEVICE,
        trunk=account.name,
    )


def _is_lost(leg: Leg, now_s: float) -> bool:
    """Whether nobody is at the far end any more."""
    heard_at_s = leg.peer.heard_at_s if leg.peer is not None else 0.0
    if leg.left_at_s is not None and now_s - max(leg.left_at_s, heard_at_s) > GRACE_S:
        return True
    return leg.answered and now_s - heard_at_s > SILENT_S
