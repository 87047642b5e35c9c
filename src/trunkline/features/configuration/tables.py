"""Tables: parts of the configuration as rows of a CSV file, for changes in the mass.

A table says how a thing of the document becomes lines, and what a line asks of its thing. Things
are as they stand at the border: people and all else by name. Lines add and change; what a file
does not name stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.configuration import fields, weeks
from trunkline.features.queues import DispositionNew, QueueNew
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    from trunkline.features.configuration.changes import Content
    from trunkline.kit.sheets import Cells

Key = tuple[str, ...]
"""Which part of a thing a line speaks of; empty where it is the whole thing."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind as a file.

    `put` lays a line over its thing; it is told whether an earlier line of the file spoke of the
    same part. `part` finds that part again, None where it is not there. `whole` says that lines
    are things.
    """

    kind: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    rows: Callable[[str, Content], Iterator[Cells]]
    key: Callable[[Cells], Key]
    put: Callable[[Content, Cells, bool], Content]
    part: Callable[[Content, Key], Any]

    @property
    def name_column(self) -> str:
        """The column that names the thing."""
        return self.needed[0]


def things(
    kind: str, model: type[BaseModel], name: str, kinds: dict[str, str] | None = None
) -> Table:
    """A table with a line for each thing, its columns out of the model of the API."""
    known = fields.fields_of(model, kinds or {}, name)

    def rows(called: str, content: Content) -> Iterator[Cells]:
        yield {name: called, **fields.cells_of(known, content)}

    def put(content: Content, cells: Cells, again: bool) -> Content:
        _once(again)
        return fields.laid_over(known, content, cells)

    columns = (name, *(field.column for field in known))
    return Table(kind, columns, (name,), rows, lambda _: (), put, lambda content, _: content)


def _skill_rows(username: str, content: Content) -> Iterator[Cells]:
    for skill, level in content.items():
        yield {"username": username, "skill": skill, "level": str(level)}


def _put_skill(content: Content, cells: Cells, again: bool) -> Content:
    """A skill without a level is one that the agent has no more."""
    _once(again)
    skill, level = cells["skill"], cells["level"] or "0"
    if not skill:
        raise fields.cell_invalid("skill: a name is wanted.")
    if level not in ("0", "1", "2", "3", "4", "5"):
        raise fields.cell_invalid("level: 1 to 5 is wanted, or nothing where it is to go.")
    rest = {name: one for name, one in content.items() if name != skill}
    return rest if level == "0" else {**rest, skill: int(level)}


def _once(again: bool) -> None:
    if again:
        detail = "An earlier line of the file says something of the same."
        raise TrunklineError("line_repeated", 422, detail)


TABLES: Final[dict[str, Table]] = {
    table.kind: table
    for table in (
        Table(
            "skills",
            ("username", "skill", "level"),
            ("username", "skill", "level"),
            _skill_rows,
            lambda cells: (cells["skill"],),
            _put_skill,
            lambda content, key: content.get(key[0]),
        ),
        things(
            "queues",
            QueueNew,
            "name",
            {
                "team_id": "team",
                "calendar_id": "calendar",
                "agents": "agent",
                "comfort_announcement": "announcement",
                "voicemail_announcement": "announcement",
            },
        ),
        Table(
            "calendars",
            weeks.COLUMNS,
            weeks.NEEDED,
            weeks.rows,
            weeks.key,
            weeks.put,
            weeks.part,
        ),
        things(
            "dispositions", DispositionNew, "code", {"parent_id": "disposition", "queues": "queue"}
        ),
    )
}
