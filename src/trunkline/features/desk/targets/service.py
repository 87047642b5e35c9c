"""Colleagues and queues joined with what the cell shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.words import AgentId, AgentState, DeviceKind, QueueId
from trunkline.features import agents, calendars, identity, queues
from trunkline.features.desk.schemas import BothLanguages
from trunkline.features.desk.targets.schemas import ColleagueOut, QueueTargetOut, TargetsOut
from trunkline.features.tenancy import instant_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.core.picture import AgentView
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.driver import Picture
    from trunkline.runtime.platform import Platform

MOST_SHOWN: Final = 20
MOST_USERS: Final = 100_000
_NOT_THERE: Final = 3
_NEARNESS: Final = {AgentState.READY: 0, AgentState.NOT_READY: 1, AgentState.OFFLINE: _NOT_THERE}
"""Who can come first; who is at work stands before who is not there at all."""


def found(tx: Tx, platform: Platform, principal: Principal, typed: str) -> TargetsOut:
    """Who fits what was typed."""
    wanted = typed.strip().casefold()
    picture = platform.cells.picture(principal.tenant_id)
    people = _colleagues(tx, principal, picture, wanted)
    lines = _queues(tx, principal.tenant_id, picture, wanted, platform.clock.now_ms())
    more = len(people) > MOST_SHOWN or len(lines) > MOST_SHOWN
    return TargetsOut(colleagues=people[:MOST_SHOWN], queues=lines[:MOST_SHOWN], more=more)


def _colleagues(
    tx: Tx, principal: Principal, picture: Picture | None, wanted: str
) -> list[ColleagueOut]:
    rows = {row.id: row for row in agents.every(tx, principal.tenant_id)}
    teams = {one.team_id: one.name for one in identity.list_teams(tx, principal.tenant_id)}
    users = identity.list_users(tx, principal.tenant_id, identity.WantedUsers(), MOST_USERS)
    listed = [
        _colleague(user, rows[user.user_id], teams.get(user.team_id or ""), picture)
        for user in users
        if user.user_id in rows
        and user.active
        and user.user_id != principal.user_id
        and _fits(wanted, _words(user, rows[user.user_id], teams))
    ]
    return sorted(listed, key=lambda one: (not one.can_come, _NEARNESS.get(one.state, 2), one.name))


def _words(user: identity.User, row: agents.AgentRow, teams: dict[str, str]) -> tuple[str, ...]:
    """What somebody is found by: names, extension, and the department they belong to."""
    team = teams.get(user.team_id or "", "")
    return user.display_name, user.username, row.extension or "", team


def _colleague(
    user: identity.User, row: agents.AgentRow, team: str | None, picture: Picture | None
) -> ColleagueOut:
    view = picture.agents.get(AgentId(row.id)) if picture else None
    return ColleagueOut(
        id=row.id,
        name=user.display_name,
        username=user.username,
        extension=row.extension,
        team=team,
        state=view.state if view else AgentState.OFFLINE,
        reason=view.reason if view else None,
        since=instant_or_none(view.since if view else None),
        can_come=_can_come(view),
        skills=row.skills,
    )


def _can_come(view: AgentView | None) -> bool:
    if view is None or view.work is not None or view.state is AgentState.OFFLINE:
        return False
    return view.device is DeviceKind.SIP or view.connected


def _queues(
    tx: Tx, tenant_id: str, picture: Picture | None, wanted: str, now: int
) -> list[QueueTargetOut]:
    hours = calendars.opened(tx, tenant_id, now=now)
    listed = []
    for row in queues.list_queues(tx, tenant_id):
        if not _fits(wanted, (row.name, *row.rules["display"].values())):
            continue
        opened = hours.get(row.calendar_id) if row.calendar_id else None
        is_open = opened is None or any(a <= now < b for a, b in opened.intervals)
        view = picture.queues.get(QueueId(row.id)) if picture else None
        listed.append(
            QueueTargetOut(
                id=row.id,
                name=row.name,
                display=BothLanguages(**row.rules["display"]),
                open=is_open,
                waiting=view.waiting if view else 0,
                ewt_ms=view.ewt_ms if view else None,
                free=dict(view.agents).get(AgentState.READY, 0) if view else 0,
                skills_required=row.rules["skills_required"],
            )
        )
    return sorted(listed, key=_soonest)


def _soonest(one: QueueTargetOut) -> tuple[bool, bool, int, str]:
    return not one.open, one.ewt_ms is None, one.ewt_ms or 0, one.name


def _fits(wanted: str, words: Iterable[str]) -> bool:
    return not wanted or any(wanted in word.casefold() for word in words)
