"""The parts of a configuration: how each kind is read out of its feature and written back.

A thing's content is what the API takes for it, without ids of its own. To write is to do what the
API would do: the same models check it and the same services refuse it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from trunkline.core import codec
from trunkline.core.flow.graph import Flow
from trunkline.features import (
    agents,
    announcements,
    calendars,
    flows,
    identity,
    numbers,
    queues,
    routing,
    tenancy,
)
from trunkline.features.configuration.references import AGENT, Names, named
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.features.configuration.changes import Content, Document
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

SETTINGS = "tenant"
"""The one thing of the kinds `settings` and `routing`."""
QUEUES = "queues"
SKILLS = "skills"
AGENTS = "agents"
OF_PEOPLE = frozenset({SKILLS, AGENTS})
"""Kinds whose things are called by the agent whom they are about."""
NAMING = frozenset({"calendars", QUEUES, "flows", "dispositions"})
"""The kinds whose things others point at by name."""
MOST_USERS = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """One kind: all of it with ids inside, one thing written, one thing removed."""

    kind: str
    read: Callable[[Tx, str], dict[str, Content]]
    write: Callable[[Writing, str, Content], None]
    remove: Callable[[Writing, str], None]


def names(tx: Tx, tenant_id: str) -> Names:
    """What the things that others point at are called; people are no part of it."""
    by_id = {row.id: ("queue", row.name) for row in queues.list_queues(tx, tenant_id)}
    by_id |= {row.id: ("flow", row.name) for row in flows.every(tx, tenant_id)}
    by_id |= {row.id: ("calendar", row.name) for row in calendars.every(tx, tenant_id)}
    by_id |= {row.id: ("disposition", row.code) for row in queues.list_dispositions(tx, tenant_id)}
    by_id |= {row.id: ("announcement", row.name) for row in announcements.every(tx, tenant_id)}
    by_id |= {team.team_id: ("team", team.name) for team in identity.list_teams(tx, tenant_id)}
    return Names.of(by_id)


def people(tx: Tx, tenant_id: str) -> Names:
    """What agents are called, for those who may read it."""
    wanted = identity.WantedUsers()
    users = identity.list_users(tx, tenant_id, wanted, MOST_USERS)
    return Names.of({user.user_id: (AGENT, user.username) for user in users})


def current(tx: Tx, tenant_id: str) -> Document:
    """The configuration as it is stored now."""
    known = names(tx, tenant_id)
    return {
        part.kind: {name: named(one, known) for name, one in part.read(tx, tenant_id).items()}
        for part in PARTS.values()
    }


def _read_calendars(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return {row.name: row.plan for row in calendars.every(tx, tenant_id)}


def _write_calendar(on: Writing, name: str, content: Content) -> None:
    new = calendars.CalendarNew.model_validate({**content, "name": name})
    known = {row.name: row for row in calendars.every(on.tx, on.tenant_id)}
    if name in known:
        calendars.change(on, known[name], new.model_dump(mode="json"))
    else:
        calendars.create(on, new)


def _remove_calendar(on: Writing, name: str) -> None:
    calendars.delete(on, calendars.find(on.tx, on.tenant_id, name))


def _read_queues(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return {told.name: _queue(told) for told in queues.listed(tx, tenant_id)}


def _queue(told: queues.QueueOut) -> Content:
    return told.model_dump(mode="json", exclude={"id", "name", "version", "dispositions"})


def _write_queue(on: Writing, name: str, content: Content) -> None:
    new = queues.QueueNew.model_validate({**content, "name": name})
    known = {row.name: row for row in queues.list_queues(on.tx, on.tenant_id)}
    if name in known:
        queues.change(on, known[name], dict(new))
    else:
        queues.create(on, new)


def _remove_queue(on: Writing, name: str) -> None:
    queues.delete(on, queues.find(on.tx, on.tenant_id, name))


def _read_flows(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return {row.name: _graph(row) for row in flows.every(tx, tenant_id)}


def _graph(row: flows.FlowRow) -> Content:
    return {"start": row.graph["start"], "nodes": row.graph["nodes"]}


def _write_flow(on: Writing, name: str, content: Content) -> None:
    whole = {"t": "Flow", "id": "", "version": 0, **content}
    try:
        flow: Flow = codec.decode(Flow, whole)
    except (ValueError, KeyError, TypeError) as error:
        raise TrunklineError("flow_invalid", 422, "The graph cannot be read.") from error
    flows.publish(on, name, flows.Draft(flow.start, flow.nodes))


def _remove_flow(on: Writing, name: str) -> None:
    flows.delete(on, name)


def _read_numbers(tx: Tx, tenant_id: str) -> dict[str, Content]:
    rows = (numbers.NumberOut.of(row) for row in numbers.list_numbers(tx, tenant_id))
    return {one.number: one.model_dump(mode="json", exclude={"number"}) for one in rows}


def _write_number(on: Writing, number: str, content: Content) -> None:
    new = numbers.NumberNew.model_validate({**content, "number": number})
    if any(row.number == number for row in numbers.list_numbers(on.tx, on.tenant_id)):
        numbers.change_number(on, number, new.model_dump(exclude={"number"}))
    else:
        numbers.create_number(on, new)


def _remove_number(on: Writing, number: str) -> None:
    numbers.delete_number(on, number)


def _read_dispositions(tx: Tx, tenant_id: str) -> dict[str, Content]:
    rows = queues.list_dispositions(tx, tenant_id)
    return {
        row.code: {
            "label": row.label,
            "parent_id": row.parent_id,
            "queues": row.queues,
            "active": row.active,
        }
        for row in sorted(rows, key=lambda row: row.parent_id is not None)
    }


def _write_disposition(on: Writing, code: str, content: Content) -> None:
    new = queues.DispositionNew.model_validate({**content, "code": code})
    known = {row.code: row for row in queues.list_dispositions(on.tx, on.tenant_id)}
    if code not in known:
        queues.create_disposition(on, new)
        return
    if known[code].parent_id != new.parent_id:
        detail = "A disposition stays where it is in the tree; records name it there."
        raise TrunklineError("disposition_moved", 409, detail)
    given = new.model_dump(include={"label", "queues", "active"})
    queues.change_disposition(on, known[code].id, given)


def _remove_disposition(on: Writing, code: str) -> None:
    rows = queues.list_dispositions(on.tx, on.tenant_id)
    for row in rows:
        if row.code == code:
            queues.delete_disposition(on, row.id)


def _read_reasons(tx: Tx, tenant_id: str) -> dict[str, Content]:
    rows = queues.list_reasons(tx, tenant_id)
    return {row.code: {"label": row.label, "active": row.active} for row in rows}


def _write_reason(on: Writing, code: str, content: Content) -> None:
    new = queues.ReasonNew.model_validate({**content, "code": code})
    known = {row.code: row.id for row in queues.list_reasons(on.tx, on.tenant_id)}
    if code in known:
        queues.change_reason(on, known[code], new.model_dump(include={"label", "active"}))
    else:
        queues.create_reason(on, new)


def _remove_reason(on: Writing, code: str) -> None:
    """Records name reasons by their code, so one is put out of use and not forgotten."""
    known = {row.code: row.id for row in queues.list_reasons(on.tx, on.tenant_id)}
    if code in known:
        queues.change_reason(on, known[code], {"active": False})


def _read_skills(tx: Tx, tenant_id: str) -> dict[str, Content]:
    rows = (row for row in agents.every(tx, tenant_id) if row.skills)
    return {row.id: dict(sorted(row.skills.items())) for row in rows}


def _write_skills(on: Writing, agent_id: str, content: Content) -> None:
    agents.change(on, agent_id, {"skills": agents.skills_of(content)})


def _remove_skills(on: Writing, agent_id: str) -> None:
    agents.change(on, agent_id, {"skills": {}})


def _read_agents(tx: Tx, tenant_id: str) -> dict[str, Content]:
    """What requirements may ask of each agent besides skills; who has nothing is left out."""
    told = {row.id: agents.abilities_of(row) for row in agents.every(tx, tenant_id)}
    plain = agents.Abilities()
    return {one: able.model_dump(mode="json") for one, able in told.items() if able != plain}


def _write_agent(on: Writing, agent_id: str, content: Content) -> None:
    agents.change(on, agent_id, agents.Abilities.model_validate(content).model_dump())


def _remove_agent(on: Writing, agent_id: str) -> None:
    _write_agent(on, agent_id, {})


def _read_skill_sets(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return agents.kept_skill_sets(tx, tenant_id)


def _write_skill_set(on: Writing, name: str, content: Content) -> None:
    agents.keep_skill_set(on, name, agents.SkillSetKept.model_validate(content))


def _remove_skill_set(on: Writing, name: str) -> None:
    agents.delete_skill_set(on, agents.find_skill_set(on.tx, on.tenant_id, name))


def _read_settings(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return {SETTINGS: asdict(tenancy.settings(tx, tenant_id))}


def _write_settings(on: Writing, name: str, content: Content) -> None:
    known = asdict(tenancy.TenantSettings())
    if name != SETTINGS or not content.keys() <= known.keys():
        raise TrunklineError("settings_unknown", 422, "There are no such settings.")
    if any(type(value) is not type(known[key]) for key, value in content.items()):
        raise TrunklineError("settings_invalid", 422, "A setting has a value of another type.")
    tenancy.choose(on.tx, on.tenant_id, tenancy.TenantSettings(**content))


def _remove_settings(on: Writing, name: str) -> None:
    _write_settings(on, name, {})


def _read_routing(tx: Tx, tenant_id: str) -> dict[str, Content]:
    return {SETTINGS: routing.rules(tx, tenant_id)[0].model_dump(mode="json")}


def _write_routing(on: Writing, name: str, content: Content) -> None:
    """Experts who are no agents (any more) are left out, as agents of a queue are."""
    if name != SETTINGS:
        raise TrunklineError("settings_unknown", 422, "There are no such rules.")
    given = routing.RoutingRules.model_validate(content)
    known = {row.id for row in agents.every(on.tx, on.tenant_id)}
    there = [one for one in given.experts if one.agent in known]
    routing.change(on, given.model_copy(update={"experts": there}))


def _remove_routing(on: Writing, name: str) -> None:
    _write_routing(on, name, {})


PARTS: dict[str, Part] = {
    part.kind: part
    for part in (
        Part("calendars", _read_calendars, _write_calendar, _remove_calendar),
        Part(QUEUES, _read_queues, _write_queue, _remove_queue),
        Part("flows", _read_flows, _write_flow, _remove_flow),
        Part("numbers", _read_numbers, _write_number, _remove_number),
        Part("dispositions", _read_dispositions, _write_disposition, _remove_disposition),
        Part("reasons", _read_reasons, _write_reason, _remove_reason),
        Part(SKILLS, _read_skills, _write_skills, _remove_skills),
        Part("skill_sets", _read_skill_sets, _write_skill_set, _remove_skill_set),
        Part(AGENTS, _read_agents, _write_agent, _remove_agent),
        Part("routing", _read_routing, _write_routing, _remove_routing),
        Part("settings", _read_settings, _write_settings, _remove_settings),
    )
}
REMOVED: tuple[str, ...] = tuple(reversed(PARTS))
"""The order in which kinds are removed: a flow before the queue that it leads to."""
WRITTEN: tuple[str, ...] = tuple(dict.fromkeys(("calendars", "flows", *PARTS)))
"""The order in which kinds are written: a flow before the queue that overflows into it."""
