"""Causes: between Q.850 as Asterisk speaks it and the core's words."""

from __future__ import annotations

from typing import Final

from trunkline.core.words import Cause

# chan_pjsip makes the SIP status of a refusal out of these. Never 16: before the answer that
# becomes 603, on which carriers do not fail over.
_REFUSE: Final = {
    Cause.UNKNOWN_NUMBER: 1,  # 404
    Cause.OVERLOAD: 42,  # 503
    Cause.BUSY: 17,  # 486
    Cause.DECLINED: 17,  # 486
    Cause.FAILED: 42,  # 503
}
_TEMPORARILY_UNAVAILABLE: Final = 19  # 480

MACHINE: Final = 49
"""What our dialplan ends a leg with that a machine answered; no far end gives it after that."""

_DIAL_FAILED: Final = {
    17: Cause.BUSY,
    21: Cause.DECLINED,
    19: Cause.NO_ANSWER,
    MACHINE: Cause.MACHINE,
}
# 404, 408 (no response), 480 of a proxy, 5xx, a dead transport: the device is not there.
_UNREACHABLE: Final = frozenset({1, 3, 18, 20, 27, 34, 38, 41, 42, 44, 102})
_SILENT: Final = 44  # what chan_pjsip gives when no RTP came for rtp_timeout


def refusal(cause: Cause) -> int:
    """The Q.850 cause with which an inbound leg that is not answered is ended."""
    return _REFUSE.get(cause, _TEMPORARILY_UNAVAILABLE)


def of_dial(q850: int, *, to_agent: bool = False) -> Cause:
    """Why a leg that we dialled was never answered.

    An agent's device that answers 480 is not there: how long it may ring is for us to say.
    """
    if to_agent and q850 == _TEMPORARILY_UNAVAILABLE:
        return Cause.UNREACHABLE
    if q850 in _DIAL_FAILED:
        return _DIAL_FAILED[q850]
    return Cause.UNREACHABLE if q850 in _UNREACHABLE else Cause.FAILED


def of_talk(q850: int) -> Cause:
    """Why a leg ended that was answered, or an inbound one that was given up."""
    return Cause.NETWORK_LOST if q850 == _SILENT else Cause.NORMAL
