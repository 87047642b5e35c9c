"""Many users at once, from pasted lines or CSV: read all, say what is wrong, then write.

Who is there already is refused, or with `change` made what the line says: the display name, and
team and role where the line has them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from trunkline.features.identity import service, store
from trunkline.features.identity.service import NewUser
from trunkline.features.identity.store import RoleHeld
from trunkline.features.tenancy import ROLES, Principal, get
from trunkline.kit import sheets
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.database import Priority, Tx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.features.identity.passwords import Passwords
    from trunkline.features.identity.store import User
    from trunkline.runtime.platform import Platform

ROWS_MAX = 1000
EXPORTED_MAX = 100_000
_ROWS_AT_ONCE = 50
_COLUMNS = ("username", "display_name", "role", "team")
_USERNAME = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
_NAME_MAX = 100


class Fate(StrEnum):
    """What becomes of a line."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it says, what is wrong with it, and what became of it."""

    line: int
    username: str
    display_name: str
    role: str
    team: str | None
    has_role: bool = True
    fate: Fate = Fate.CREATED
    problem: str | None = None
    user_id: str | None = None
    initial_password: str | None = None


def read(text: str, role: str) -> list[Row]:
    """The rows of a paste; raises 422 `too_many_rows` beyond `ROWS_MAX`."""
    rows = list(_rows(text, role))
    if len(rows) > ROWS_MAX:
        raise TrunklineError("too_many_rows", 422, f"At most {ROWS_MAX} users at a time.")
    return rows


def exported(tx: Tx, principal: Principal) -> str:
    """The active users in reach as a file that can be read in again."""
    wanted = store.WantedUsers(principal.visible_teams("users.read"), active=True)
    teams = {team.team_id: team.name for team in store.list_teams(tx, principal.tenant_id)}
    users = store.list_users(tx, principal.tenant_id, wanted, EXPORTED_MAX)
    return sheets.written(_COLUMNS, (_cells_of(user, teams) for user in users))


def checked(tx: Tx, tenant_id: str, rows: list[Row], *, change: bool = False) -> list[Row]:
    """The rows, each with its fate, and its problem if it has one."""
    names = [store.username_key(row.username) for row in rows]
    known = {store.username_key(user.username): user for user in _known(tx, tenant_id, names)}
    often = Counter(names)
    teams = {team.name: team.team_id for team in store.list_teams(tx, tenant_id)}

    def problem(row: Row, key: str) -> str | None:
        tests = (
            ("username_invalid", not _USERNAME.fullmatch(row.username)),
            ("display_name_invalid", not 0 < len(row.display_name) <= _NAME_MAX),
            ("role_unknown", row.role not in ROLES),
            ("team_unknown", row.team is not None and row.team not in teams),
            ("username_taken", key in known and not change),
            ("user_inactive", key in known and not known[key].active),
            ("roles_differ", key in known and _roles_differ(row, known[key])),
            ("username_twice", often[key] > 1),
        )
        return next((word for word, wrong in tests if wrong), None)

    def looked_at(row: Row, key: str) -> Row:
        wrong, user = problem(row, key), known.get(key)
        if wrong:
            return replace(row, problem=wrong, fate=Fate.REFUSED)
        if user is None:
            return row
        fate = Fate.CHANGED if _changes(row, user, teams) else Fate.UNCHANGED
        return replace(row, fate=fate, user_id=user.user_id)

    return [looked_at(row, key) for row, key in zip(rows, names, strict=True)]


async def write(
    platform: Platform,
    passwords: Passwords,
    principal: Principal,
    rows: list[Row],
    team_id: str | None,
) -> list[Row]:
    """Make the users, a bounded number a transaction, each with a password that is told once.

    All of them at once would keep calls waiting. Should somebody else change one of the users
    between the look and the writing, what is written stays and is told, with its passwords; that
    portion and all that come after it are refused with the reason.
    """
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
        try:
            written += await platform.db.write(work, priority=Priority.BULK)
        except TrunklineError as refusal:
            rest = rows[start:]
            return written + [replace(r, fate=Fate.REFUSED, problem=refusal.code) for r in rest]
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
        if row.user_id is not None:
            return _change(tx, platform, principal, row, teams)
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


def _change(
    tx: Tx, platform: Platform, principal: Principal, row: Row, teams: dict[str, str]
) -> Row:
    """Make a user what a line says; who did not differ is left alone."""
    user = service.known_user(tx, principal, "users.write", row.user_id or "")
    changes = _changes(row, user, teams)
    if changes:
        service.change_user(tx, platform, principal, user.user_id, changes)
    return row


def _changes(row: Row, user: User, teams: dict[str, str]) -> dict[str, Any]:
    """The fields in which a user differs from a line."""
    wanted: dict[str, Any] = {"display_name": row.display_name}
    if row.team is not None:
        wanted["team_id"] = teams.get(row.team)
    if row.has_role and len(user.roles) == 1:
        wanted["roles"] = (replace(user.roles[0], role=row.role),)
    return {name: value for name, value in wanted.items() if getattr(user, name) != value}


def _roles_differ(row: Row, user: User) -> bool:
    """Who holds none or several roles is not given another by a line."""
    held = {one.role for one in user.roles}
    return row.has_role and len(user.roles) != 1 and row.role not in held


def _known(tx: Tx, tenant_id: str, keys: list[str]) -> list[User]:
    taken = store.taken(tx, tenant_id, keys)
    return [user for key in sorted(taken) for user in store.named(tx, key, tenant_id)]


def _cells_of(user: User, teams: dict[str, str]) -> dict[str, str]:
    return {
        "username": user.username,
        "display_name": user.display_name,
        "role": user.roles[0].role if user.roles else "",
        "team": teams.get(user.team_id or "", ""),
    }


def _rows(text: str, role: str) -> Iterator[Row]:
    text = text.removeprefix(sheets.MARK)
    lines = [line for line in enumerate(text.splitlines(), 1) if line[1].strip()]
    columns: tuple[str, ...] = _COLUMNS
    separator: str | None = None
    for position, (number, line) in enumerate(lines):
        cells = _cells(line, separator or _separator(line))
        if position == 0 and "username" in (cell.lower() for cell in cells):
            columns = tuple(cell.lower().replace(" ", "_") for cell in cells)
            separator = _separator(line)
            continue
        found = dict(zip(columns, cells, strict=False))
        yield Row(
            line=number,
            username=found.get("username", ""),
            display_name=found.get("display_name") or found.get("username", ""),
            role=found.get("role") or role,
            team=found.get("team") or None,
            has_role=bool(found.get("role")),
        )


def _separator(line: str) -> str:
    return next((mark for mark in "\t;," if mark in line), ",")


def _cells(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        cells = [line]
    return [sheets.bare(cell.strip()) for cell in cells]
