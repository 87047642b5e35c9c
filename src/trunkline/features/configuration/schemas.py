"""Versions, drafts and files of a configuration as the API tells them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from trunkline.features.configuration.changes import Change, What
from trunkline.features.configuration.mass import Fate
from trunkline.features.configuration.service import Trial
from trunkline.features.configuration.store import DraftRow, VersionRow
from trunkline.features.tenancy import ApiModel, Instant, Word, instant

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"\S")]
Kind = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ThingName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(max_length=500)]
Things = dict[ThingName, dict[str, Any] | None]
LONGEST_FILE = 5_000_000


class FieldOut(ApiModel):
    """One field that differs, by its dotted path; null where it is not there."""

    path: str
    before: Any
    after: Any


class ChangeOut(ApiModel):
    """One thing that differs."""

    kind: str
    name: str
    what: Word[What]
    fields: list[FieldOut]

    @classmethod
    def of(cls, one: Change) -> Self:
        """From what was found."""
        fields = [FieldOut(path=f.path, before=f.before, after=f.after) for f in one.fields]
        return cls(kind=one.kind, name=one.name, what=one.what, fields=fields)


class ProblemOut(ApiModel):
    """Why a thing cannot be written so."""

    kind: str
    name: str
    code: str
    detail: str


class TrialOut(ApiModel):
    """What changes would do; with problems nothing is written. `left_out` are unknown agents."""

    changes: list[ChangeOut]
    problems: list[ProblemOut]
    left_out: list[str]

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """From a trial whose people are named already."""
        return cls(
            changes=[ChangeOut.of(one) for one in trial.changes],
            problems=[
                ProblemOut(kind=one.kind, name=one.name, code=one.code, detail=one.detail)
                for one in trial.problems
            ],
            left_out=trial.left_out,
        )


class AppliedOut(TrialOut):
    """What was done: `version` is now in force; with `dry_run` it is the one before, still."""

    dry_run: bool
    version: int


class VersionOut(ApiModel):
    """A version: who made it when, by what; `changed` names what differs from the one before."""

    number: int
    policy_version: int
    at: Instant
    by: str
    action: str
    subject: str
    note: str
    changed: list[str]

    @classmethod
    def of(cls, row: VersionRow) -> Self:
        """From the stored row."""
        return cls(
            number=row.number,
            policy_version=row.policy_version,
            at=instant(row.at),
            by=row.by,
            action=row.action,
            subject=row.subject,
            note=row.note,
            changed=[kind for kind, _ in row.changed],
        )


class VersionShown(VersionOut):
    """A version with what it changed of the one before."""

    changes: list[ChangeOut]


class ThingRef(ApiModel):
    """One thing by kind and name."""

    kind: Kind
    name: ThingName


class RestoreIn(ApiModel):
    """Which things are to be as they were; without `things` all."""

    things: Annotated[list[ThingRef], Field(max_length=1_000)] | None = None
    note: Note = ""


class ConfigurationOut(ApiModel):
    """The whole configuration by kind and name, and the number of its version."""

    version: int
    things: dict[str, dict[str, dict[str, Any]]]


class FileIn(ApiModel):
    """A configuration file, JSON or TOML; with `remove` what its kinds do not name goes."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_FILE)]
    remove: bool = False
    note: Note = ""


class DraftNew(ApiModel):
    """A draft of changes by kind and name; null: the thing is to go."""

    name: Name
    changes: dict[Kind, Things] = Field(default_factory=dict)


class DraftChange(ApiModel):
    """Things to be put into the draft; a new name where it is to have one."""

    name: Name | None = None
    changes: dict[Kind, Things] = Field(default_factory=dict)


class DraftCard(ApiModel):
    """A draft in a list; `things` is how many it changes."""

    id: str
    name: str
    base: int
    made_by: str
    changed_at: Instant
    version: int
    things: int

    @classmethod
    def of(cls, row: DraftRow) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            name=row.name,
            base=row.base,
            made_by=row.made_by,
            changed_at=instant(row.changed_at),
            version=row.version,
            things=sum(map(len, row.changes.values())),
        )


class DraftList(ApiModel):
    """All drafts, the one that was changed last first."""

    items: list[DraftCard]


class DraftOut(DraftCard):
    """A draft: what it would do now, and what others changed since it was begun."""

    trial: TrialOut
    stale: list[ThingRef]


class LinesIn(ApiModel):
    """A CSV file: its first line names the columns, as the export has them."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_FILE)]
    note: Note = ""


class LineOut(ApiModel):
    """What becomes of a line; `part` is what of the thing it speaks of, `code` why it is refused.

    `line` is where it begins in the file; the first line of a file is 1.
    """

    line: int
    name: str
    part: str
    fate: Word[Fate]
    code: str
    detail: str


class LinesOut(ApiModel):
    """What becomes of a file; with a line that is refused nothing is written.

    `version` is the configuration's that is now in force; `counts` are by fate.
    """

    dry_run: bool
    written: bool
    version: int
    counts: dict[str, int]
    lines: list[LineOut]


class PublishIn(ApiModel):
    """Publish a draft; `overwrite` also what others changed meanwhile."""

    note: Note = ""
    overwrite: bool = False
