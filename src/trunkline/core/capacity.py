"""Capacity: how much of each channel an agent handles at once, and which may run beside which.

A written channel (chat, email, task) has no leg. An agent is in one call at most, or in none;
beside it, or instead of it, they handle as many written interactions as their capacity says.
Channels run beside each other where they are paired; what is `interruptible` does not keep a call
away, but nothing written is offered during the call unless the two are paired.
"""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.core.records import record
from trunkline.core.words import Channel

MOST_AT_ONCE = 20
"""So many of one channel an agent may handle at once, at most."""
WRITTEN = (Channel.CHAT, Channel.EMAIL, Channel.TASK)
"""The channels without a leg, in the order in which a free agent looks at them."""


@record(frozen=True, slots=True)
class Capacity:
    """What one agent takes at once: how many of each channel (0: none), and what beside what."""

    voice: int = 1
    chat: int = 3
    email: int = 2
    task: int = 2
    interruptible: tuple[Channel, ...] = (Channel.EMAIL, Channel.TASK)
    beside: tuple[tuple[Channel, Channel], ...] = (
        (Channel.CHAT, Channel.EMAIL),
        (Channel.CHAT, Channel.TASK),
        (Channel.EMAIL, Channel.TASK),
    )


@record(frozen=True, slots=True)
class WrittenChannel:
    """How long an offer of a written channel stands, and how soon it should be answered, ms.

    The target is the threshold of its service level, and the measure of its waiting: a wait counts
    to the rules of order as a call's does that is as far from the target of its queue.
    """

    channel: Channel
    offer_ms: int
    target_ms: int


WRITTEN_CHANNELS = (
    WrittenChannel(Channel.CHAT, 45_000, 60_000),
    WrittenChannel(Channel.EMAIL, 180_000, 14_400_000),
    WrittenChannel(Channel.TASK, 180_000, 28_800_000),
)


def most_of(capacity: Capacity, channel: Channel) -> int:
    """How many of a channel at once."""
    match channel:
        case Channel.VOICE:
            return capacity.voice
        case Channel.CHAT:
            return capacity.chat
        case Channel.EMAIL:
            return capacity.email
        case Channel.TASK:
            return capacity.task


def stands_beside(capacity: Capacity, channel: Channel, other: Channel) -> bool:
    """Whether one of `channel` may begin while one of `other` is open."""
    if channel is other or (channel, other) in capacity.beside:
        return True
    if channel is Channel.VOICE and other in capacity.interruptible:
        return True
    return (other, channel) in capacity.beside


def slots_left(capacity: Capacity, opened: Sequence[Channel], channel: Channel) -> int:
    """How many more of a channel may begin beside what is open."""
    if not all(stands_beside(capacity, channel, other) for other in opened):
        return 0
    return max(0, most_of(capacity, channel) - sum(other is channel for other in opened))
