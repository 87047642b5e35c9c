"""When new calls leave a lossy way – a trunk, a node, a region – and when they come back.

Theory of operation. Losses are counted in slots of the sampling time; the window is the last few
slots. A way is left when more than `leave_above_pct` of the window was lost, and when that is no
chance of few packets: the lower end of Wilson's interval (1927) must stand above `sure_above_pct`.
It is taken again when it stayed below `return_below_pct` for `calm_ms`, so nothing in between
moves anything; or when nothing was heard of it for `forgive_ms`, for a way that nobody uses tells
nothing.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from trunkline.core.records import record


@record(frozen=True, slots=True)
class Rules:
    """Bounds in percent of packets, times in ms."""

    window_ms: int = 30_000
    slot_ms: int = 5_000
    leave_above_pct: float = 5.0
    sure_above_pct: float = 4.0
    return_below_pct: float = 2.0
    calm_ms: int = 60_000
    forgive_ms: int = 300_000
    least_packets: int = 1_400
    """About what one call sends in a window: less proves nothing."""

    z: float = 4.0
    """Standard deviations: a way that loses just `sure_above_pct` is left by the chance of once in
    30,000 windows."""


@record(frozen=True, slots=True)
class Slot:
    """What was expected and lost in one slot of time."""

    number: int
    packets: int
    lost: int


@record(frozen=True, slots=True)
class Watch:
    """What is remembered of one way in one direction; at most a window's slots."""

    slots: tuple[Slot, ...] = ()
    left_at: int | None = None
    """Since when new calls leave it; None while it is good."""

    calm_since: int | None = None
    heard_at: int = 0


def heard(watch: Watch, rules: Rules, at_ms: int, packets: int, lost: int) -> Watch:
    """Packets of one sample, counted in the slot of its time."""
    if packets <= 0:
        return watch
    number = at_ms // rules.slot_ms
    slots = [slot for slot in watch.slots if _in_window(slot, rules, at_ms)]
    known = next((slot for slot in slots if slot.number == number), Slot(number, 0, 0))
    rest = tuple(slot for slot in slots if slot.number != number)
    added = Slot(number, known.packets + packets, known.lost + min(lost, packets))
    return replace(watch, slots=(*rest, added), heard_at=at_ms)


def judged(watch: Watch, rules: Rules, at_ms: int) -> Watch:
    """What follows from what was heard: left, taken again, or as it was."""
    slots = tuple(slot for slot in watch.slots if _in_window(slot, rules, at_ms))
    watch = replace(watch, slots=slots)
    packets, lost = sum(s.packets for s in slots), sum(s.lost for s in slots)
    if watch.left_at is None:
        return replace(watch, left_at=at_ms) if _is_lossy(rules, packets, lost) else watch
    if not packets:
        silent_ms = at_ms - max(watch.heard_at, watch.left_at)
        return Watch() if silent_ms >= rules.forgive_ms else watch
    if 100 * lost >= rules.return_below_pct * packets:
        return replace(watch, calm_since=None)
    since = at_ms if watch.calm_since is None else watch.calm_since
    if at_ms - since >= rules.calm_ms:
        return replace(watch, left_at=None, calm_since=None)
    return replace(watch, calm_since=since)


def loss_pct(watch: Watch) -> float:
    """Loss over the window, in percent."""
    packets = sum(slot.packets for slot in watch.slots)
    return 100 * sum(slot.lost for slot in watch.slots) / packets if packets else 0.0


def _in_window(slot: Slot, rules: Rules, at_ms: int) -> bool:
    return (slot.number + 1) * rules.slot_ms > at_ms - rules.window_ms


def _is_lossy(rules: Rules, packets: int, lost: int) -> bool:
    if packets < rules.least_packets or 100 * lost <= rules.leave_above_pct * packets:
        return False
    return 100 * _at_least(lost, packets, rules.z) > rules.sure_above_pct


def _at_least(lost: int, packets: int, z: float) -> float:
    """The lower end of Wilson's score interval of a share."""
    share = lost / packets
    spread = z * sqrt(share * (1 - share) / packets + z**2 / (4 * packets**2))
    return (share + z**2 / (2 * packets) - spread) / (1 + z**2 / packets)
