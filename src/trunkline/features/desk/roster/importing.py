"""Agents of a CSV text: name, queue, device (`sip:…` or empty), wrap_up_s.

What is not there is made: the user (without a password: he cannot sign in before he gets one),
the agent, the queue. The whole text is taken or nothing.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.core.words import WrapUpMode
from trunkline.features import agents, identity, queues, tenancy
from trunkline.features.queues import QueueNew, WrapUp
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.runtime.platform import Platform

COLUMNS: Final = ("name", "queue", "device", "wrap_up_s")
MOST_ROWS: Final = 5_000
LONGEST_WRAP_UP_S: Final = 3_600
_USERNAME: Final = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
_QUEUE: Final = re.compile(r"[a-z0-9][a-z0-9_\-]{0,59}")
_CONTACT: Final = re.compile(r"sip:[A-Za-z0-9_.+\-]+@[A-Za-z0-9.\-\[\]:]{1,160}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text."""

    number: int
    name: str
    queue: str
    device: str | None
    wrap_up_s: int | None


def import_csv(on: Writing, platform: Platform, principal: Principal, text: str) -> list[str]:
    """Make the agents of a text; a line for each. Raises 422 `csv_invalid` with the line."""
    lines = read(text)
    for line in lines:
        user_id = _user(on, platform, principal, line.name)
        agents.ensure(on, user_id, contact=line.device)
        _serve(on, user_id, line)
    tenancy.policy_changed(on.tx, on.tenant_id)
    return [f"{line.name} serves {line.queue}" for line in lines]


def read(text: str) -> list[Line]:
    """The lines of a text; raises 422 `csv_invalid`."""
    rows = [row for row in enumerate(csv.reader(io.StringIO(text)), 1) if any(row[1])]
    if rows and [cell.strip() for cell in rows[0][1]][:2] == list(COLUMNS[:2]):
        rows = rows[1:]
    if not rows or len(rows) > MOST_ROWS:
        raise TrunklineError("csv_invalid", 422, f"Between 1 and {MOST_ROWS} lines are taken.")
    return [_line(number, [cell.strip() for cell in cells]) for number, cells in rows]


def _line(number: int, cells: list[str]) -> Line:
    name, queue, device, wrap_up = [*cells, *[""] * len(COLUMNS)][: len(COLUMNS)]
    tests = (
        ("name", _USERNAME.fullmatch(name)),
        ("queue", _QUEUE.fullmatch(queue)),
        ("device", not device or _CONTACT.fullmatch(device)),
        ("wrap_up_s", not wrap_up or (wrap_up.isdecimal() and len(wrap_up) <= 4)),
    )
    wrong = next((column for column, right in tests if not right), None)
    if wrong is not None:
        raise TrunklineError("csv_invalid", 422, f"Line {number}: {wrong} cannot be read.")
    seconds = min(int(wrap_up), LONGEST_WRAP_UP_S) if wrap_up else None
    return Line(number, name, queue, device or None, seconds)


def _user(on: Writing, platform: Platform, principal: Principal, name: str) -> str:
    known = identity.named(on.tx, name, on.tenant_id)
    if known:
        return known[0].user_id
    tenant = tenancy.get(on.tx, on.tenant_id)
    new = identity.NewUser(
        username=name,
        display_name=name,
        password_hash=None,
        roles=(identity.RoleHeld("agent"),),
        language=tenant.language if tenant else "en",
    )
    return identity.add_user(on.tx, platform, principal, new).user_id


def _serve(on: Writing, user_id: str, line: Line) -> None:
    names = {queue.name for queue in queues.list_queues(on.tx, on.tenant_id)}
    if line.queue not in names:
        queues.create(on, QueueNew(name=line.queue))
    queue = queues.find(on.tx, on.tenant_id, line.queue)
    if line.wrap_up_s is not None:
        queues.change(on, queue, {"wrap_up": _wrap_up(line.wrap_up_s)})
    queues.serve(on, user_id, {*queues.queues_of(on.tx, on.tenant_id, user_id), queue.id})


def _wrap_up(seconds: int) -> dict[str, object]:
    if seconds == 0:
        return WrapUp(mode=WrapUpMode.NONE).model_dump(mode="json")
    return WrapUp(seconds=seconds).model_dump(mode="json")
