"""Numbers and trunks as the API tells them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from trunkline.core.flow.speech import OWN
from trunkline.core.words import RecordingRule
from trunkline.features.numbers.store import NumberRow, TrunkRow
from trunkline.features.tenancy import ApiModel, Instant, Word, instant_or_none

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"\S")]
Dialled = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
Language = Literal["zh", "en"]
Announcement = Annotated[str, StringConstraints(pattern=rf"^{OWN}[0-9A-Z]{{26}}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?$")]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+\-]{1,120}$")]
Secret = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]

Place = Annotated[int, Field(ge=0, le=1_000, description="A lower one is tried first.")]
Weight = Annotated[int, Field(ge=0, le=1_000, description="Among equals: its share of the calls.")]
Most = Annotated[int, Field(ge=1, le=100_000)]


def _network(text: str) -> str:
    return str(ip_network(text, strict=False))


Source = Annotated[str, StringConstraints(max_length=64), AfterValidator(_network)]


class Title(ApiModel):
    """What people read, in both languages."""

    zh: Annotated[str, StringConstraints(max_length=60)] = ""
    en: Annotated[str, StringConstraints(max_length=60)] = ""


class NumberNew(ApiModel):
    """A service number: it opens a flow, or leads straight into a queue. No calendar: always open.

    `closed_flow_id` is opened out of hours; without one the caller hears
    `closed_announcement`, or that we are closed. `greeting` is an announcement that is said before
    anything else. With `recording` a rule of its own counts beside the queue's, the stricter of
    the two. With `agent_id` beside a queue it is that agent's own: it rings them alone, by the
    queue's rules, and leads to their voicemail where they do not take it within 30 s.
    """

    number: Dialled
    name: Title = Title()
    flow_id: Id | None = None
    queue_id: Id | None = None
    agent_id: Id | None = None
    calendar_id: Id | None = None
    closed_flow_id: Id | None = None
    greeting: Announcement | None = None
    closed_announcement: Announcement | None = None
    language: Language = "zh"
    priority: Annotated[int, Field(ge=0, le=1_000)] = 0
    recording: Word[RecordingRule] | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.flow_id is None) == (self.queue_id is None):
            raise ValueError("a number has either a flow or a queue")
        if self.agent_id and self.queue_id is None:
            raise ValueError("an agent's own number has a queue whose rules hold")
        return self


class NumberChange(ApiModel):
    """What is to change; a flow takes the place of a queue and its agent, and the reverse."""

    name: Title = Title()
    flow_id: Id | None = None
    queue_id: Id | None = None
    agent_id: Id | None = None
    calendar_id: Id | None = None
    closed_flow_id: Id | None = None
    greeting: Announcement | None = None
    closed_announcement: Announcement | None = None
    language: Language = "zh"
    priority: Annotated[int, Field(ge=0, le=1_000)] = 0
    recording: Word[RecordingRule] | None = None


class NumberOut(ApiModel):
    """A service number."""

    number: str
    name: Title
    flow_id: str | None
    queue_id: str | None
    agent_id: str | None
    calendar_id: str | None
    closed_flow_id: str | None
    greeting: str | None
    closed_announcement: str | None
    language: str
    priority: int
    recording: Word[RecordingRule] | None

    @classmethod
    def of(cls, row: NumberRow) -> Self:
        """From the stored row."""
        return cls(
            number=row.number,
            name=Title(**row.name),
            flow_id=row.flow_id,
            queue_id=row.queue_id,
            agent_id=row.agent_id,
            calendar_id=row.calendar_id,
            closed_flow_id=row.closed_flow_id,
            greeting=row.greeting,
            closed_announcement=row.closed_announcement,
            language=row.language,
            priority=row.priority,
            recording=RecordingRule(row.recording) if row.recording else None,
        )


class NumberList(ApiModel):
    """All numbers of the tenant."""

    items: list[NumberOut]


class NumberTrunk(ApiModel):
    """A trunk by which calls that show a number go out."""

    trunk_id: Id
    place: Place = 0
    weight: Weight = 1


class NumberTrunks(ApiModel):
    """The trunks of a number; none of its own: all that lead out."""

    items: Annotated[list[NumberTrunk], Field(max_length=50)]


Header = Annotated[str, StringConstraints(pattern=r"^(Geolocation|[XP]-[A-Za-z0-9\-]{1,37})$")]
"""`Geolocation` (RFC 6442) carries a document or a URI; one of the carrier's what was entered."""


class TrunkNew(ApiModel):
    """A link to a carrier: addresses it calls from, or a registrar to log in to."""

    name: Name
    sources: list[Source] = Field(default_factory=list, max_length=50)
    host: Host | None = None
    username: Login | None = None
    secret: Secret | None = Field(None, description="Never read back.")
    place: Place = 0
    weight: Weight = 1
    most_calls: Most | None = Field(None, description="At a time; null is no bound.")
    most_calls_a_second: Most | None = None
    emergency: bool = Field(default=False, description="Emergency calls go out by it first.")
    location_header: Header | None = Field(
        None, description="The SIP header that carries the seat's location with an emergency call."
    )

    @model_validator(mode="after")
    def _is_reachable(self) -> Self:
        if not self.sources and self.host is None:
            raise ValueError("a trunk needs sources or a host")
        return self


class TrunkChange(ApiModel):
    """What is to change; a secret that is not given stays."""

    name: Name = "trunk"
    sources: list[Source] = Field(default_factory=list, max_length=50)
    host: Host | None = None
    username: Login | None = None
    secret: Secret | None = None
    place: Place = 0
    weight: Weight = 1
    most_calls: Most | None = None
    most_calls_a_second: Most | None = None
    emergency: bool = False
    location_header: Header | None = None


class TrunkOut(ApiModel):
    """A trunk; its secret is never told."""

    id: str
    name: str
    sources: list[str]
    host: str | None
    username: str | None
    has_secret: bool
    tested_at: Instant | None
    place: int
    weight: int
    most_calls: int | None
    most_calls_a_second: int | None
    emergency: bool
    location_header: str | None

    @classmethod
    def of(cls, row: TrunkRow) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            name=row.name,
            sources=row.sources,
            host=row.host,
            username=row.username,
            has_secret=row.sealed_secret is not None,
            tested_at=instant_or_none(row.tested_at),
            place=row.place,
            weight=row.weight,
            most_calls=row.most_calls,
            most_calls_a_second=row.most_calls_a_second,
            emergency=row.emergency,
            location_header=row.location_header,
        )


class TrunkList(ApiModel):
    """All trunks of the tenant."""

    items: list[TrunkOut]


class Check(ApiModel):
    """One thing that was looked at; `remedy` says what mends it."""

    name: Literal["engine", "trunk", "answer", "numbers"]
    ok: bool
    detail: str
    remedy: str = ""


class TrunkTest(ApiModel):
    """Whether calls can come by this trunk now."""

    ok: bool
    checks: list[Check]
