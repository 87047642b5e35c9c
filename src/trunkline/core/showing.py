"""A showing: what a customer lets one agent see beside their talk, by video or of the screen.

Theory of operation. Each part stands by itself: nothing → asked → agreed → shown. The agent asks;
the customer agrees, refuses, or offers unasked. Nothing is captured, and neither page learns the
other's address, before the customer has agreed. He withdraws when he likes, and that ends the part.
A showing is one agent's in one talk: who has the customer next asks anew. The table below is the
whole of it; what has no row there is late or doubled news and changes nothing.

A page may say so much and no more: `Budget` is a token bucket over what is relayed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from trunkline.core.records import record

MOST_ASKS = 6
"""So often an agent may ask in one talk; then it is for the customer to offer."""
BURST = 150
PER_S = 20
MOST_RELAYED = 3_000
"""Messages that one page may have relayed in a showing."""


class Part(StrEnum):
    """What can be shown."""

    VIDEO = "video"
    SCREEN = "screen"


class Side(StrEnum):
    """Who does something; the house ends what nobody may go on with."""

    CUSTOMER = "customer"
    AGENT = "agent"
    HOUSE = "house"


class Stage(StrEnum):
    """How far a part is."""

    NONE = "none"
    ASKED = "asked"
    AGREED = "agreed"
    SHOWN = "shown"


class Deed(StrEnum):
    """What somebody does about a part."""

    ASK = "ask"
    TAKE_BACK = "take_back"
    AGREE = "agree"
    REFUSE = "refuse"
    BEGIN = "begin"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    END = "end"


class What(StrEnum):
    """What happened."""

    ASKED = "asked"
    TAKEN_BACK = "taken_back"
    AGREED = "agreed"
    OFFERED = "offered"
    REFUSED = "refused"
    BEGAN = "began"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    LAPSED = "lapsed"


class Cause(StrEnum):
    """Why something failed or ended."""

    AGENT = "agent"
    CUSTOMER = "customer"
    DENIED = "denied"
    CANCELLED = "cancelled"
    NO_DEVICE = "no_device"
    DEVICE_FAILED = "device_failed"
    STOPPED_BY_BROWSER = "stopped_by_browser"
    TALK_OVER = "talk_over"
    OTHER_AGENT = "other_agent"
    PAGE_GONE = "page_gone"
    NOT_ALLOWED = "not_allowed"


DEEDS_OF = {
    Side.AGENT: frozenset({Deed.ASK, Deed.TAKE_BACK}),
    Side.CUSTOMER: frozenset({Deed.AGREE, Deed.REFUSE, Deed.BEGIN, Deed.FAIL, Deed.WITHDRAW}),
    Side.HOUSE: frozenset({Deed.END}),
}
FROM = {
    (Stage.NONE, Deed.ASK): (What.ASKED,),
    (Stage.NONE, Deed.AGREE): (What.OFFERED,),
    (Stage.ASKED, Deed.AGREE): (What.AGREED,),
    (Stage.ASKED, Deed.REFUSE): (What.REFUSED,),
    (Stage.ASKED, Deed.TAKE_BACK): (What.TAKEN_BACK,),
    (Stage.ASKED, Deed.END): (What.LAPSED,),
    (Stage.AGREED, Deed.BEGIN): (What.BEGAN,),
    (Stage.AGREED, Deed.FAIL): (What.FAILED,),
    (Stage.AGREED, Deed.TAKE_BACK): (What.TAKEN_BACK,),
    (Stage.AGREED, Deed.WITHDRAW): (What.WITHDRAWN,),
    (Stage.AGREED, Deed.END): (What.LAPSED,),
    (Stage.SHOWN, Deed.WITHDRAW): (What.WITHDRAWN, What.ENDED),
    (Stage.SHOWN, Deed.TAKE_BACK): (What.ENDED,),
    (Stage.SHOWN, Deed.END): (What.ENDED,),
}
_LEADS_TO = {
    What.ASKED: Stage.ASKED,
    What.AGREED: Stage.AGREED,
    What.OFFERED: Stage.AGREED,
    What.BEGAN: Stage.SHOWN,
}
_CONNECTS = frozenset({Stage.AGREED, Stage.SHOWN})


@record(frozen=True, slots=True)
class ShowingFact:
    """One thing that happened to one part; a cause where something failed or ended."""

    part: Part
    what: What
    by: Side
    cause: Cause | None = None


@record(frozen=True, slots=True)
class Showing:
    """How far both parts are, and how often was asked."""

    video: Stage = Stage.NONE
    screen: Stage = Stage.NONE
    asks: int = 0

    def stage(self, part: Part) -> Stage:
        """How far a part is."""
        return self.video if part is Part.VIDEO else self.screen

    @property
    def connects(self) -> bool:
        """Whether the pages may speak with each other: only while the customer agrees to a part."""
        return bool(_CONNECTS & {self.video, self.screen})

    @property
    def quiet(self) -> bool:
        """Whether nothing is asked or shown."""
        return self.video is self.screen is Stage.NONE


def why_not(state: Showing, side: Side, deed: Deed, part: Part) -> str | None:
    """The code of a refusal, or None: `not_yours`, `not_now`, `asked_too_often`."""
    if deed not in DEEDS_OF[side]:
        return "not_yours"
    if (state.stage(part), deed) not in FROM:
        return "not_now"
    if deed is Deed.ASK and state.asks >= MOST_ASKS:
        return "asked_too_often"
    return None


def decide(
    state: Showing, side: Side, deed: Deed, part: Part, cause: Cause | None = None
) -> tuple[ShowingFact, ...]:
    """What follows from a deed; nothing where `why_not` has an answer."""
    if why_not(state, side, deed, part) is not None:
        return ()
    happened = FROM[state.stage(part), deed]
    return tuple(ShowingFact(part, what, side, cause) for what in happened)


def apply(state: Showing, fact: ShowingFact) -> Showing:
    """The showing after a fact."""
    stage = _LEADS_TO.get(fact.what, Stage.NONE)
    asks = state.asks + (fact.what is What.ASKED)
    if fact.part is Part.VIDEO:
        return replace(state, video=stage, asks=asks)
    return replace(state, screen=stage, asks=asks)


def may_signal(state: Showing, side: Side, kind: str) -> bool:
    """Whether a page may send the other an `offer`, an `answer` or a `candidate` now.

    The customer's page offers and the agent's answers, so that two offers never meet.
    """
    sender = {"offer": Side.CUSTOMER, "answer": Side.AGENT}.get(kind, side)
    return state.connects and side is sender


@dataclass(frozen=True, slots=True)
class Budget:
    """What one page may still have relayed: `now` at once, refilled with time, `left` in all."""

    now: float = BURST
    left: int = MOST_RELAYED
    at_ms: int = 0

    def spend(self, at_ms: int) -> Budget | None:
        """The budget after one more message; None when it is used up."""
        refilled = min(BURST, self.now + (at_ms - self.at_ms) * PER_S / 1000)
        if refilled < 1 or self.left < 1:
            return None
        return Budget(refilled - 1, self.left - 1, at_ms)
