"""Changes in the mass: a file of lines is tried, answered line by line, and made in one step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trunkline.features.configuration import people, service
from trunkline.features.configuration.parts import SKILLS, current
from trunkline.features.configuration.parts import people as usernames
from trunkline.features.configuration.references import AGENT, MARK, Lost, Names, resolved
from trunkline.kit import sheets
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.configuration.changes import Content
    from trunkline.features.configuration.service import Deed, Trial
    from trunkline.features.configuration.tables import Key, Table
    from trunkline.features.tenancy import Writing
    from trunkline.kit.sheets import Line
    from trunkline.ports.database import Tx


class Fate(StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one line; `part` is what of the thing it speaks of. `code` says why not."""

    line: int
    name: str
    part: str
    fate: Fate
    code: str = ""
    detail: str = ""


def exported(tx: Tx, tenant_id: str, table: Table) -> str:
    """All things of a table as a file."""
    things = _things(tx, tenant_id, table)
    rows = (row for name, content in things.items() for row in table.rows(name, content))
    return sheets.written(table.columns, rows)


def read(table: Table, text: str) -> list[Line]:
    """The lines of a file; raises 422 `table_unreadable`."""
    return sheets.read(text, table.columns, table.needed)


class Unwritten(Exception):
    """Nothing is to stay of what was written: the answers are what it was for."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__("unwritten")
        self.answers = answers


def write(
    on: Writing, table: Table, lines: list[Line], deed: Deed, *, dry_run: bool
) -> list[Answer]:
    """Make what the lines ask for, as one version; what became of each line.

    Raises `Unwritten` with that instead, in a dry run, when a line is refused, and when nothing
    changes.
    """
    reading = against(on.tx, on.tenant_id, table, lines)
    things = {table.kind: reading.things}
    changes, _ = people.read_in(on.tx, on.tenant_id, things)
    trial = service.write(on, changes, deed)
    answers = _settled(reading.answers, people.name_trial(on.tx, on.tenant_id, trial))
    fates = {answer.fate for answer in answers}
    if dry_run or Fate.REFUSED in fates or fates <= {Fate.UNCHANGED}:
        raise Unwritten(answers)
    return answers


def counted(answers: list[Answer]) -> dict[str, int]:
    """How many lines have each fate."""
    found = Counter(answer.fate.value for answer in answers)
    return {fate.value: found[fate.value] for fate in Fate}


def _settled(known: list[Answer], trial: Trial) -> list[Answer]:
    """The answers after the attempt: what it refused, and what really differs."""
    wrong = {one.name: one for one in trial.problems}
    differing = {one.name for one in trial.changes}
    answers = []
    for answer in known:
        problem = wrong.get(answer.name)
        if answer.fate is Fate.REFUSED:
            answers.append(answer)
        elif problem:
            told = replace(answer, fate=Fate.REFUSED, code=problem.code, detail=problem.detail)
            answers.append(told)
        elif answer.name not in differing:
            answers.append(replace(answer, fate=Fate.UNCHANGED))
        else:
            answers.append(answer)
    return answers


@dataclass(slots=True)
class Reading:
    """A file on its way: things as lines make them, and what is known of each line so far."""

    things: dict[str, Content]
    answers: list[Answer]


def against(tx: Tx, tenant_id: str, table: Table, lines: list[Line]) -> Reading:
    """The lines read against what is there: what each does, and what things would become."""
    before, who = _things(tx, tenant_id, table), usernames(tx, tenant_id)
    after: dict[str, Content] = {}
    spoken: set[tuple[str, Key]] = set()
    read: list[tuple[Line, Key] | Answer] = []
    for line in lines:
        name = line.cells[table.name_column]
        key: Key = ()
        try:
            _check_name(table, name, who)
            key = table.key(line.cells)
            known = after.get(name, before.get(name, {}))
            content = table.put(known, line.cells, (name, key) in spoken)
            _check_people(content, who)
        except TrunklineError as refusal:
            why = (refusal.code, refusal.detail)
            read.append(Answer(line.number, name, "/".join(key), Fate.REFUSED, *why))
            continue
        spoken.add((name, key))
        after[name] = content
        read.append((line, key))
    answers = [
        one if isinstance(one, Answer) else _answer(table, *one, before, after) for one in read
    ]
    differing = {one.name for one in answers if one.fate is not Fate.UNCHANGED}
    return Reading({name: after[name] for name in after if name in differing}, answers)


def _answer(
    table: Table, line: Line, key: Key, before: dict[str, Content], after: dict[str, Content]
) -> Answer:
    name = line.cells[table.name_column]
    was = table.part(before[name], key) if name in before else None
    fate = _fate(was, table.part(after[name], key))
    return Answer(line.number, name, "/".join(key), fate)


def _fate(was: Any, will_be: Any) -> Fate:
    if was == will_be:
        return Fate.UNCHANGED
    if was is None:
        return Fate.ADDED
    return Fate.REMOVED if will_be is None else Fate.CHANGED


def _things(tx: Tx, tenant_id: str, table: Table) -> dict[str, Content]:
    return people.shown(tx, tenant_id, current(tx, tenant_id))[table.kind]


def _check_name(table: Table, name: str, who: Names) -> None:
    if not name:
        raise TrunklineError("name_missing", 422, f"{table.name_column}: a name is wanted.")
    if table.kind == SKILLS and f"{MARK}{AGENT}/{name}" not in who.by_name:
        raise TrunklineError("agent_unknown", 422, "There is no such agent.")


def _check_people(content: Content, who: Names) -> None:
    lost = Lost()
    resolved(content, who, lost, only=AGENT)
    if lost.agents:
        names = ", ".join(sorted(one.rpartition("/")[2] for one in lost.agents)[:5])
        raise TrunklineError("agent_unknown", 422, f"There is no such agent: {names}.")
