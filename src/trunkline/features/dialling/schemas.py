"""Dialling lists and their entries as the API tells them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from trunkline.core.call.dialling import DialMode
from trunkline.core.outbound_rules.words import Purpose, Rule
from trunkline.features.dialling.store import (
    EntryState,
    ListRow,
    ListState,
    Outcome,
    Rules,
    Window,
)
from trunkline.features.tenancy import ApiModel, Instant, Word, instant

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"\S")]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Minute = Annotated[int, Field(ge=0, le=1440)]
LaterMs = Annotated[int, Field(ge=1_000, le=30 * 24 * 3_600_000)]
RULES = tuple(Rules.__dataclass_fields__)


class WindowIo(ApiModel):
    """When entries are called, in their own time: days (0 is Monday), minutes since midnight.

    One that names `zones` is for these alone; one that names none, for all that no other names.
    """

    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    opens: Minute
    closes: Minute
    zones: Annotated[list[Zone], Field(max_length=50)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("a window opens before it closes")
        return self

    def row(self) -> Window:
        """As it is kept."""
        days = tuple(sorted(set(self.weekdays)))
        return Window(days, self.opens, self.closes, tuple(self.zones))

    @classmethod
    def of(cls, window: Window) -> Self:
        """From what is kept."""
        return cls(
            weekdays=list(window.weekdays),
            opens=window.opens,
            closes=window.closes,
            zones=list(window.zones),
        )


class ListChange(ApiModel):
    """What is to change of a list; it holds for the next entry that stands in line."""

    name: Name = "-"
    queue_id: Ref = "-"
    number: Annotated[str, StringConstraints(min_length=1, max_length=40)] = "-"
    purpose: Word[Purpose] = Purpose.SERVICE
    mode: Word[DialMode] = DialMode.PREVIEW
    look_ms: Annotated[int, Field(ge=5_000, le=600_000)] = Field(
        60_000, description="How long an agent may look at an entry before they call or skip it."
    )
    ring_ms: Annotated[int, Field(ge=5_000, le=120_000)] = 30_000
    most_tries: Annotated[int, Field(ge=1, le=20)] = 3
    spacing_ms: dict[Word[Outcome], LaterMs] = Field(
        default_factory=lambda: {
            Outcome.BUSY: 900_000,
            Outcome.NO_ANSWER: 7_200_000,
            Outcome.MACHINE: 14_400_000,
            Outcome.FAILED: 3_600_000,
            Outcome.SKIPPED: 3_600_000,
            Outcome.GIVEN_UP: 900_000,
        },
        description="By outcome: when the next try may be. Without one there is none.",
    )
    again_on: Annotated[dict[Code, LaterMs], Field(max_length=50)] = Field(
        default_factory=dict,
        description="By disposition of who was reached: when they are called once more.",
    )
    windows: Annotated[list[WindowIo], Field(max_length=50)] = Field(
        default_factory=list, description="None: at the hours that the country allows."
    )
    tell_machine: bool = Field(
        default=False,
        description="Tell an answering machine from a person before the agent is joined: a person "
        "waits a second or two after their first word, and some are taken for machines.",
    )

    @model_validator(mode="after")
    def _is_dialled(self) -> Self:
        if self.purpose is Purpose.CONSULT:
            raise ValueError("nobody on a list is consulted")
        return self

    def given(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was said: columns of the list, and rules."""
        return self._split(self.model_fields_set)

    def _split(self, names: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        said = {name: getattr(self, name) for name in names}
        if "windows" in said:
            said["windows"] = tuple(one.row() for one in self.windows)
        if "spacing_ms" in said:
            said["spacing_ms"] = {str(key): later for key, later in self.spacing_ms.items()}
        rules = {name: said.pop(name) for name in RULES if name in said}
        return said, rules


class ListNew(ListChange):
    """A new list; it begins when it is started."""

    name: Name
    queue_id: Ref
    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]

    def whole(self) -> tuple[dict[str, Any], Rules]:
        """All of it: columns of the list, and its rules."""
        columns, rules = self._split(set(type(self).model_fields))
        return columns, Rules(**rules)


class ProgressOut(ApiModel):
    """How far a list is: entries in all, by state, and of the ended ones by outcome."""

    total: int
    ended: int
    states: dict[str, int]
    outcomes: dict[str, int]

    @classmethod
    def of(cls, counted: list[tuple[str, str, int]]) -> Self:
        """From counts of (state, outcome, count)."""
        states: dict[str, int] = {}
        outcomes: dict[str, int] = {}
        for state, outcome, count in counted:
            states[state] = states.get(state, 0) + count
            if state == EntryState.ENDED:
                outcomes[outcome] = outcomes.get(outcome, 0) + count
        ended = states.get(EntryState.ENDED, 0)
        return cls(total=sum(states.values()), ended=ended, states=states, outcomes=outcomes)


class ListOut(ApiModel):
    """A dialling list; `why` says what paused it, where that was nobody's wish."""

    id: str
    name: str
    queue_id: str
    queue_name: str | None
    number: str
    purpose: Word[Purpose]
    mode: Word[DialMode]
    state: Word[ListState]
    why: str | None
    look_ms: int
    ring_ms: int
    most_tries: int
    spacing_ms: dict[str, int]
    again_on: dict[str, int]
    windows: list[WindowIo]
    tell_machine: bool
    created_at: Instant
    created_by: str
    progress: ProgressOut

    @classmethod
    def of(cls, row: ListRow, queue_name: str | None, progress: ProgressOut) -> Self:
        """From the stored row."""
        rules = {name: getattr(row.rules, name) for name in RULES if name != "windows"}
        return cls(
            id=row.id,
            name=row.name,
            queue_id=row.queue_id,
            queue_name=queue_name,
            number=row.number,
            purpose=Purpose(row.purpose),
            mode=DialMode(row.mode),
            state=ListState(row.state),
            why=row.why,
            windows=[WindowIo.of(one) for one in row.rules.windows],
            created_at=instant(row.created_at),
            created_by=row.created_by,
            progress=progress,
            **rules,
        )


class ListsOut(ApiModel):
    """The lists of a tenant, made last first."""

    items: list[ListOut]


class EntryOut(ApiModel):
    """One entry; number and fields are there in full only with `customers.read_pii`.

    `rule` and `detail` say why it is not called now, or was not; `due_at` when it is looked at
    next.
    """

    id: str
    number: str
    customer_id: str | None
    fields: dict[str, str]
    zones: list[str]
    state: Word[EntryState]
    outcome: Word[Outcome] | None
    rule: Word[Rule] | None
    detail: str
    disposition: str | None
    tries: int
    due_at: Instant | None
    interaction_id: str | None
    agent_id: str | None
    changed_at: Instant


class EntriesFile(ApiModel):
    """A CSV file: `number`, `customer` (an id), `zone` (IANA), and what the agent shall see."""

    text: Annotated[str, StringConstraints(max_length=8_000_000)]


class RefusedLine(ApiModel):
    """A line of a file that was left out, and why."""

    line: int
    code: str


class ImportedOut(ApiModel):
    """What a file brings; with `dry_run` nothing was written. Lines are told up to a hundred."""

    dry_run: bool
    lines: int
    added: int
    refused: int
    refusals: list[RefusedLine]


class ListedCard(ApiModel):
    """What an agent sees of the entry that they are asked to call."""

    list_id: str
    list_name: str
    entry_id: str
    mode: Word[DialMode]
    purpose: Word[Purpose]
    fields: dict[str, str]
    tries: int
    last_outcome: Word[Outcome] | None
