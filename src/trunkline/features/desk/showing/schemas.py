"""Showings as the API tells them, and the messages between a page and us."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from trunkline.core.showing import Cause, Deed, Part, Side, What
from trunkline.features.desk.schemas import Named
from trunkline.features.tenancy import ApiModel, Instant, Word

MOST_SDP, MOST_CANDIDATE = 24_000, 600
_HOST = r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.\-]{1,253})(:[0-9]{1,5})?"
Stun = Annotated[str, StringConstraints(pattern=rf"^stuns?:{_HOST}$")]
Turn = Annotated[str, StringConstraints(pattern=rf"^turns?:{_HOST}(\?transport=(udp|tcp))?$")]
Secret = Annotated[str, StringConstraints(pattern=r"^[!-~]{8,200}$")]
Text = Annotated[str, StringConstraints(max_length=60)]


class DeedTold(ApiModel):
    """A page does something about a part."""

    type: Literal["deed"]
    deed: Word[Deed]
    part: Word[Part]
    cause: Word[Cause] | None = None


class Description(ApiModel):
    """An offer or answer (RFC 8829)."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, StringConstraints(max_length=MOST_SDP)]


class Candidate(ApiModel):
    """A way to a page (RFC 8838); an empty one ends them."""

    candidate: Annotated[str, StringConstraints(max_length=MOST_CANDIDATE)]
    sdp_mid: Text | None = None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=16)] | None = None
    username_fragment: Text | None = None


class SignalTold(ApiModel):
    """What one page says to the other; `round` is the meeting it belongs to."""

    type: Literal["signal"]
    round: Annotated[int, Field(ge=0, le=2**31)]
    description: Description | None = None
    candidate: Candidate | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.description is None) == (self.candidate is None):
            raise ValueError("a signal is a description or a candidate")
        return self


class CameraTold(ApiModel):
    """The agent's own camera is on or off."""

    type: Literal["camera"]
    on: bool


class Hello(ApiModel):
    """A guest's page proves whose call it is."""

    type: Literal["hello"]
    account: Annotated[str, StringConstraints(max_length=80)]
    token: Annotated[str, StringConstraints(max_length=80)]


Told = Annotated[DeedTold | SignalTold | CameraTold, Field(discriminator="type")]
TOLD: TypeAdapter[DeedTold | SignalTold | CameraTold] = TypeAdapter(Told)


class ShowingSettingsIn(ApiModel):
    """Whether customers may show and send things, and by which servers pages find each other.

    `turn_secret` is shared with the TURN servers; one that is not given stays.
    """

    enabled: bool
    stun: Annotated[list[Stun], Field(max_length=4)]
    turn: Annotated[list[Turn], Field(max_length=4)]
    turn_secret: Secret | None = Field(None, description="Never read back.")


class ShowingSettingsOut(ApiModel):
    """The settings; the secret is never told."""

    enabled: bool
    stun: list[str]
    turn: list[str]
    has_turn_secret: bool


class ShowingStanding(ApiModel):
    """Whether the customer of an interaction is at a page of ours, and things may be shown."""

    possible: bool


class ShowingEventOut(ApiModel):
    """One thing that happened to one part, with whom the customer talked then."""

    at: Instant
    part: Word[Part]
    what: Word[What]
    by: Word[Side]
    cause: Word[Cause] | None
    agent: Named


class FileOut(ApiModel):
    """A file that passed in a talk; `name` is null when it was erased with its customer."""

    id: str
    name: str | None
    media_type: str
    size_bytes: int
    by: Word[Side]
    agent: Named
    at: Instant


class ShowingOut(ApiModel):
    """What was shown and sent in an interaction."""

    events: list[ShowingEventOut]
    files: list[FileOut]
