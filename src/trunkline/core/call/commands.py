"""What the core asks of the edge. Each command is idempotent by the ids it carries.

Repeating a command that already took effect (answering an answered leg, hanging up a leg that
is gone, bridging legs that stand in the bridge) is done, not failed: the core may ask again
after a restart.
"""

from __future__ import annotations

from trunkline.core.flow.speech import Say
from trunkline.core.records import record
from trunkline.core.words import (
    BridgeId,
    Cause,
    DeviceKind,
    InteractionId,
    LegId,
    RecordingId,
    Token,
)

RINGBACK = "ringback"
SILENCE = "none"


@record(frozen=True, slots=True)
class AnswerLeg:
    """Answer an inbound leg (200 OK at once, without waiting for media)."""

    leg: LegId


@record(frozen=True, slots=True)
class RejectLeg:
    """Refuse an inbound leg before it is answered: 404 for an unknown number, 503 for overload."""

    leg: LegId
    cause: Cause


@record(frozen=True, slots=True)
class HangUp:
    """End a leg; a leg that is gone already is done."""

    leg: LegId
    cause: Cause = Cause.NORMAL


@record(frozen=True, slots=True)
class Play:
    """Play items to one leg once; `PlayEnded(play)` follows, also when it is stopped."""

    leg: LegId
    play: str
    items: tuple[Say, ...]
    language: str


@record(frozen=True, slots=True)
class StopPlay:
    """Stop one play of a leg; music goes on if it was on."""

    leg: LegId
    play: str


@record(frozen=True, slots=True)
class StartMusic:
    """Music on hold to one leg until `StopMusic`, a play, or a bridge takes its place.

    `RINGBACK` is the tone of a phone that rings at the far end, `SILENCE` no sound at all.
    """

    leg: LegId
    music: str = "default"


@record(frozen=True, slots=True)
class StopMusic:
    """Silence the music of one leg."""

    leg: LegId


@record(frozen=True, slots=True)
class Collect:
    """Collect keys of one leg; exactly one `DigitsCollected(collect)` follows while it lives.

    Keys pressed while a play of the same leg runs stop that play and count. `first_ms` runs
    from the end of the play (or from now if none plays), `between_ms` from the last key.
    `personal` digits are handed on only as a token.
    """

    leg: LegId
    collect: str
    max_digits: int = 1
    first_ms: int = 5000
    between_ms: int = 3000
    terminator: str = "#"
    personal: bool = False


@record(frozen=True, slots=True)
class StopCollect:
    """Give a collection up; no event follows."""

    leg: LegId
    collect: str


@record(frozen=True, slots=True)
class AwaitSilence:
    """Tell by one `SilenceFell(wait)` when a leg has said nothing for `silence_ms`, from now on."""

    leg: LegId
    wait: str
    silence_ms: int


@record(frozen=True, slots=True)
class StopAwaiting:
    """Give an `AwaitSilence` up; no event follows."""

    leg: LegId
    wait: str


@record(frozen=True, slots=True)
class DialAgent:
    """Make an agent's leg with an id of ours and ring it.

    `LegRinging`, `LegAnswered` or `LegEnded` follow. A browser answers by itself: the edge adds
    the header `X-Trunkline-Interaction`. `caller` is replaced by the caller's number (or
    "anonymous") before the edge sees it.
    """

    leg: LegId
    account: str
    device: DeviceKind
    interaction: InteractionId
    caller: Token
    ring_ms: int


@record(frozen=True, slots=True)
class DialCustomer:
    """Make a customer's leg with an id of ours, out through a trunk, and ring it.

    `LegRinging`, `LegAnswered` or `LegEnded` follow. `party` is replaced by the number to dial
    and `trunk` named before the edge sees it; `caller` is the service number that is shown. A trunk
    that fails gives the call to the next of `others`; whatever comes of it is told of the same leg.
    `headers` go with it over each trunk that names them: (trunk, header, value). With
    `tell_machine` an answer by a machine ends the leg (`Cause.MACHINE`), and is none.
    """

    leg: LegId
    interaction: InteractionId
    party: Token
    caller: str
    ring_ms: int
    trunk: str = ""
    others: tuple[str, ...] = ()
    headers: tuple[tuple[str, str, str], ...] = ()
    tell_machine: bool = False


@record(frozen=True, slots=True)
class Bridge:
    """Join legs in one mixing point (made when missing); music and plays of them stop."""

    bridge: BridgeId
    legs: tuple[LegId, ...]


@record(frozen=True, slots=True)
class Unbridge:
    """Dissolve a bridge; its legs stay up, alone."""

    bridge: BridgeId


@record(frozen=True, slots=True)
class Hold:
    """Take one leg out of the bridge and give it music; the others stay."""

    bridge: BridgeId
    leg: LegId
    music: str = "default"


@record(frozen=True, slots=True)
class Resume:
    """Bring a held leg back into the bridge."""

    bridge: BridgeId
    leg: LegId


@record(frozen=True, slots=True)
class Mute:
    """The bridge no longer hears this leg."""

    leg: LegId


@record(frozen=True, slots=True)
class Unmute:
    """The bridge hears this leg again."""

    leg: LegId


@record(frozen=True, slots=True)
class Listen:
    """Let a leg hear what another one says and hears, unheard; it leaves any bridge for that.

    With `whisper` that other one hears it, and nobody else does.
    """

    leg: LegId
    to: LegId
    whisper: bool = False


@record(frozen=True, slots=True)
class StopListening:
    """End what `Listen` began; the leg stays up, alone. Done also when the leg is gone."""

    leg: LegId


@record(frozen=True, slots=True)
class SendDigits:
    """Send DTMF to a leg (the agent's keypad)."""

    leg: LegId
    digits: Token


@record(frozen=True, slots=True)
class Record:
    """Record a leg from now: what it says and what it hears, in two files of the spool.

    The files are `<recording>-in.wav` and `<recording>-out.wav`; asked twice is asked once, as long
    as it runs. `RecordingEnded` follows when the leg ends or `StopRecording` comes. With `beep_ms`
    whoever stands in the leg's bridge hears a short tone at once and each so many ms, until then.
    """

    recording: RecordingId
    leg: LegId
    beep_ms: int = 0


@record(frozen=True, slots=True)
class StopRecording:
    """End a recording and close its files."""

    recording: RecordingId
    leg: LegId


@record(frozen=True, slots=True)
class Echo:
    """Play back to a leg what it says, until it hangs up."""

    leg: LegId


EdgeCommand = (
    AnswerLeg
    | RejectLeg
    | HangUp
    | Play
    | StopPlay
    | StartMusic
    | StopMusic
    | Collect
    | StopCollect
    | AwaitSilence
    | StopAwaiting
    | DialAgent
    | DialCustomer
    | Bridge
    | Unbridge
    | Hold
    | Resume
    | Mute
    | Unmute
    | Listen
    | StopListening
    | SendDigits
    | Record
    | StopRecording
    | Echo
)
