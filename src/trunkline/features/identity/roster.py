"""Many users at once, from pasted lines or CSV: read all, say what is wrong, then write."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from trunkline.features.identity import service, store
from trunkline.features.identity.service import NewUser
from trunkline.features.identity.store import RoleHeld
from trunkline.features.tenancy import ROLES, Principal, get
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.database import Priority, Tx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.features.identity.passwords import Passwords
    from trunkline.runtime.platform import Platform

ROWS_MAX = 1000
_ROWS_AT_ONCE = 50
_COLUMNS = ("username", "display_name", "role", "team")
_USERNAME = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
_NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it says, what is wrong with it, and what became of it."""

    line: int
    username: str
    display_name: str
    role: str
    team: str | None
    problem: str | None = None
    user_id: str | None = None
    initial_password: str | None = None


def read(text: str, role: str) -> list[Row]:
    """The rows of a paste; raises 422 `too_many_rows` beyond `ROWS_MAX`."""
    rows = list(_rows(text, role))
    if len(rows) > ROWS_MAX:
        raise TrunklineError("too_many_rows", 422, f"At most {ROWS_MAX} users at a time.")
    return rows


def checked(tx: Tx, tenant_id: str, rows: list[Row]) -> list[Row]:
    """The rows, each with its problem if it has one."""
    names = [store.username_key(row.username) for row in rows]
    taken, often = store.taken(tx, tenant_id, names), Counter(names)
    teams = {team.name for team in store.list_teams(tx, tenant_id)}

    def problem(row: Row, key: str) -> str | None:
        tests = (
            ("username_invalid", not _USERNAME.fullmatch(row.username)),
            ("display_name_invalid", not 0 < len(row.display_name) <= _NAME_MAX),
            ("role_unknown", row.role not in ROLES),
            ("team_unknown", row.team is not None and row.team not in teams),
            ("username_taken", key in taken),
            ("username_twice", often[key] > 1),
        )
        return next((word for word, wrong in tests if wrong), None)

    return [replace(row, problem=problem(row, key)) for row, key in zip(rows, names, strict=True)]


async def write(
    platform: Platform,
    passwords: Passwords,
    principal: Principal,
    rows: list[Row],
    team_id: str | None,
) -> list[Row]:
    """Make the users, a bounded number a transaction, each with a password that is told once."""
    written: list[Row] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        piece = rows[start : start + _ROWS_AT_ONCE]
        work = partial(
            _write,
            platform=platform,
            passwords=passwords,
            principal=principal,
            rows=piece,
            team_id=team_id,
        )
        written += await platform.db.write(work, priority=Priority.BULK)
    return written


def _write(
    tx: Tx,
    platform: Platform,
    passwords: Passwords,
    principal: Principal,
    rows: list[Row],
    team_id: str | None,
) -> list[Row]:
    tenant = get(tx, principal.tenant_id)
    language = tenant.language if tenant else "en"
    teams = {team.name: team.team_id for team in store.list_teams(tx, principal.tenant_id)}

    def made(row: Row) -> Row:
        password = secret_text(12)
        new = NewUser(
            username=row.username,
            display_name=row.display_name,
            password_hash=passwords.hash_random(password),
            roles=(RoleHeld(row.role),),
            team_id=teams[row.team] if row.team else team_id,
            language=language,
        )
        user = service.add_user(tx, platform, principal, new)
        return replace(row, user_id=user.user_id, initial_password=password)

    return [made(row) for row in rows]


def _rows(text: str, role: str) -> Iterator[Row]:
    lines = [line for line in enumerate(text.splitlines(), 1) if line[1].strip()]
    columns: tuple[str, ...] = _COLUMNS
    for position, (number, line) in enumerate(lines):
        cells = _cells(line)
        if position == 0 and "username" in (cell.lower() for cell in cells):
            columns = tuple(cell.lower().replace(" ", "_") for cell in cells)
            continue
        found = dict(zip(columns, cells, strict=False))
        yield Row(
            line=number,
            username=found.get("username", ""),
            display_name=found.get("display_name") or found.get("username", ""),
            role=found.get("role") or role,
            team=found.get("team") or None,
        )


def _cells(line: str) -> list[str]:
    separator = next((mark for mark in "\t;," if mark in line), ",")
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        cells = [line]
    return [cell.strip() for cell in cells]
