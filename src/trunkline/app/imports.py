"""Agents out of a CSV file: `name,queue,device,wrap_up_s`, all or nothing.

`device` is `sip:user@host:port`, a phone that is always there (its agent is ready at once), or
empty for one that registers or a browser. `wrap_up_s` is the queue's: 0 for none. A queue that is
not there is made; importing the same file again changes nothing more.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.core.words import WrapUpMode
from trunkline.features import agents, audit, identity, queues, tenancy
from trunkline.features.identity import NewUser, RoleHeld
from trunkline.features.queues import QueueNew, WrapUp
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

COLUMNS: Final = ["name", "queue", "device", "wrap_up_s"]
MOST_ROWS: Final = 5_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DEVICE = re.compile(r"sips?:[^\s@;<>\"]+@[^\s@;<>\"]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One agent of the file."""

    name: str
    queue: str
    device: str | None
    wrap_up_s: int | None


def import_csv(tx: Tx, platform: Platform, principal: Principal, text: str) -> list[str]:
    """Make the agents; a line to print each. Raises 422 `import_invalid` with the line number."""
    on = audit.writing(platform, tx, principal.tenant_id)
    rows = read(text)
    known = {user.username: user.user_id for user in _users(tx, principal.tenant_id)}
    told = [_one(on, platform, principal, row, known) for row in rows]
    tenancy.policy_changed(tx, principal.tenant_id)
    imported = ("agents.imported", "file")
    platform.policies.keep(tx, principal.tenant_id, principal.user_id, *imported, on.now)
    return told


def read(text: str) -> list[Row]:
    """The rows of a file; raises 422 `import_invalid`."""
    lines = csv.DictReader(io.StringIO(text))
    if lines.fieldnames is None or [name.strip() for name in lines.fieldnames] != COLUMNS:
        raise _invalid(1, f"the first line has to be {','.join(COLUMNS)}")
    rows = [_row(number, line) for number, line in enumerate(lines, 2)]
    if len(rows) > MOST_ROWS:
        raise _invalid(MOST_ROWS + 2, f"at most {MOST_ROWS} agents at a time")
    return rows


def _row(number: int, line: dict[str, str | None]) -> Row:
    cells = {name: (line.get(name) or "").strip() for name in COLUMNS}
    if not _NAME.fullmatch(cells["name"]):
        raise _invalid(number, "name: letters, digits, dot, hyphen, underscore; 1 to 40")
    if not cells["queue"]:
        raise _invalid(number, "queue is missing")
    if cells["device"] and not _DEVICE.fullmatch(cells["device"]):
        raise _invalid(number, "device has to be sip:user@host[:port] or empty")
    seconds = cells["wrap_up_s"]
    if seconds and not (seconds.isdecimal() and int(seconds) <= 3_600):
        raise _invalid(number, "wrap_up_s has to be 0 to 3600 or empty")
    return Row(
        cells["name"], cells["queue"], cells["device"] or None, int(seconds) if seconds else None
    )


def _one(
    on: Writing, platform: Platform, principal: Principal, row: Row, known: dict[str, str]
) -> str:
    user_id = known.get(row.name)
    if user_id is None:
        new = NewUser(row.name, row.name, None, (RoleHeld("agent"),))
        user_id = known[row.name] = identity.add_user(on.tx, platform, principal, new).user_id
    agents.ensure(on, user_id, contact=row.device)
    queue = _queue(on, row)
    served = {*queues.queues_of(on.tx, on.tenant_id, user_id), queue.id}
    queues.serve(on, user_id, sorted(served))
    return f"{row.name}: {queue.name}, {row.device or 'registers'}"


def _queue(on: Writing, row: Row) -> queues.QueueRow:
    try:
        found = queues.find(on.tx, on.tenant_id, row.queue)
    except TrunklineError:
        queues.create(on, QueueNew(name=row.queue))
        found = queues.find(on.tx, on.tenant_id, row.queue)
    if row.wrap_up_s is None:
        return found
    wanted = _wrap_up(row.wrap_up_s)
    if found.rules.get("wrap_up") != wanted.model_dump(mode="json"):
        given = {"wrap_up": wanted, "disposition_required": row.wrap_up_s > 0}
        queues.change(on, found, given)
        found = queues.find(on.tx, on.tenant_id, found.id)
    return found


def _wrap_up(seconds: int) -> WrapUp:
    return (
        WrapUp(mode=WrapUpMode.FIXED, seconds=seconds) if seconds else WrapUp(mode=WrapUpMode.NONE)
    )


def _users(tx: Tx, tenant_id: str) -> list[identity.User]:
    return identity.list_users(tx, tenant_id, identity.WantedUsers(), MOST_ROWS * 2)


def _invalid(number: int, what: str) -> TrunklineError:
    return TrunklineError("import_invalid", 422, f"Line {number}: {what}.")
