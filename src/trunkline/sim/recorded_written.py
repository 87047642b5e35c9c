"""What was written in a real day, read out of the journal beside its calls.

Each piece comes when it came, to the queue that it entered first. Who left had just that patience;
who was answered is taken to be patient. A piece is open as long as it was open then, calls of the
meanwhile included, so that it does not stand still a second time when it is played. One that nobody
finished gets the length of another of its channel.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trunkline.core.words import Channel, Level, QueueId
from trunkline.kit.chance import stream
from trunkline.sim.plan import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trunkline.core.config import Policy
    from trunkline.ports.journal import Json

ASSUMED_WORK_MS = 300_000
KNOWN = ("presumed", "verified")


@dataclass(slots=True)
class Written:
    """One piece as it came about; times in ms."""

    channel: Channel
    queue: QueueId
    level: Level
    at: int
    wait_ms: int | None = None
    abandoned: bool = False
    work_ms: int | None = None
    agent: str | None = None


class WrittenReading:
    """What is known of written work while facts go by."""

    def __init__(self, begin: int, end: int) -> None:
        self._begin = begin
        self._end = end
        self._who: dict[str, Json] = {}
        self._open: dict[str, Written] = {}
        self._handled: dict[str, Written] = {}
        self.pieces: list[Written] = []

    def is_settled(self) -> bool:
        """Whether nothing of the day waits or is handled any more."""
        return not (self._open or self._handled)

    def follow(self, at: int, fact: Json) -> None:
        """One fact of the journal."""
        follow = _FOLLOW.get(fact["t"])
        if follow:
            follow(self, at, fact)

    def started(self, at: int, fact: Json) -> None:
        """Something came; calls are read elsewhere."""
        if Channel(fact.get("channel", Channel.VOICE)) is not Channel.VOICE:
            self._who[fact["interaction"]] = fact

    def queued(self, at: int, fact: Json) -> None:
        """It stands in a queue: the first one is where it came to."""
        name, who = fact["interaction"], self._who.pop(fact["interaction"], None)
        if who is None or at >= self._end:
            return
        known = who.get("presumption") in KNOWN
        level = Level(who.get("level", Level.REGULAR)) if known else Level.REGULAR
        piece = Written(Channel(who["channel"]), QueueId(fact["queue"]), level, at)
        self._open[name] = piece
        if at >= self._begin:
            self.pieces.append(piece)

    def answered(self, at: int, fact: Json) -> None:
        """An agent took it up."""
        piece = self._open.pop(fact["interaction"], None)
        if piece:
            piece.wait_ms, piece.agent = at - piece.at, fact["agent"]
            self._handled[fact["interaction"]] = piece

    def finished(self, at: int, fact: Json) -> None:
        """The agent's part is over."""
        piece = self._handled.pop(fact["interaction"], None)
        if piece:
            piece.work_ms = fact["talk_ms"]

    def ended(self, at: int, fact: Json) -> None:
        """It is over, perhaps before anybody took it up."""
        piece = self._open.pop(fact["interaction"], None)
        if piece:
            piece.wait_ms, piece.abandoned = at - piece.at, fact["ended_by"] == "abandoned"
        self._who.pop(fact["interaction"], None)


_FOLLOW: dict[str, Callable[[WrittenReading, int, Any], None]] = {
    "InteractionStarted": WrittenReading.started,
    "InteractionQueued": WrittenReading.queued,
    "InteractionAnswered": WrittenReading.answered,
    "TalkEnded": WrittenReading.finished,
    "InteractionEnded": WrittenReading.ended,
}


def pieces_of(written: Iterable[Written], policy: Policy, seed: int) -> tuple[Piece, ...]:
    """The same pieces for a policy's queues; the seed draws what nobody can know."""
    served = {queue.id for queue in policy.queues}
    known: dict[Channel, list[int]] = defaultdict(list)
    every = list(written)
    for piece in every:
        if piece.work_ms is not None:
            known[piece.channel].append(piece.work_ms)
    draw = stream(seed, "unknown-written")
    return tuple(
        Piece(
            piece.at,
            piece.channel,
            piece.queue,
            piece.level,
            _work_of(piece, known[piece.channel], draw.random()),
            patience_ms=piece.wait_ms if piece.abandoned else None,
            waits_for_calls=False,
        )
        for piece in every
        if piece.queue in served
    )


def _work_of(piece: Written, known: list[int], share: float) -> int:
    if piece.work_ms is not None:
        return max(1, piece.work_ms)
    return max(1, known[int(share * len(known))]) if known else ASSUMED_WORK_MS
