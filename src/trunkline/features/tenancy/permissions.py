"""The catalogue: what can be permitted, and which role may do it how far.

A permission is `things.verb`. A route names exactly one. `me.use` is held by whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trunkline.features.tenancy.principal import Grant, Scope

PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "me.use": "See and change one's own profile, password, sessions.",
        "desk.use": "Take offers, handle interactions, wrap up.",
        "live.read": "See live figures of queues and agents.",
        "interactions.read": "See interactions.",
        "interactions.create": "Put a chat, a mail or a task into a queue, and withdraw it.",
        "interactions.control": "Hold, transfer, end and wrap up interactions.",
        "interactions.route": "Let waiting interactions go first, and lead them to other queues.",
        "customers.read": "Find and see customers, numbers masked.",
        "customers.write": "Make, change and link customers.",
        "customers.read_pii": "See numbers of customers in full.",
        "customers.erase": "Erase a customer for good.",
        "knowledge.read": "Look answers up.",
        "knowledge.write": "Write and change answers.",
        "queues.read": "See queues and their rules.",
        "queues.write": "Change queues and their rules.",
        "routing.read": "See the rules of routing that are the whole tenant's.",
        "routing.write": "Change the rules of routing that are the whole tenant's.",
        "agents.read": "See agents, their skills and devices.",
        "agents.write": "Change agents, their queues, skills and devices.",
        "tickets.read": "See tickets.",
        "tickets.write": "Make and change tickets.",
        "recordings.listen": "Listen to recordings; each time is written down.",
        "recordings.delete": "Delete recordings.",
        "voicemails.read": "See and hear messages that were left for queues, and for oneself.",
        "voicemails.write": "Mark messages that were left as heard, and as done.",
        "surveys.read": "See survey results.",
        "users.read": "See users.",
        "users.write": "Make, change and deactivate users and their roles.",
        "teams.read": "See teams.",
        "teams.write": "Change the tree of teams.",
        "roles.read": "See roles and what they permit.",
        "configuration.read": "See the whole configuration, its versions and drafts.",
        "configuration.write": "Draft, publish, roll back and import the configuration.",
        "calendars.read": "See calendars: when we are open.",
        "calendars.write": "Change calendars.",
        "calendars.close": "Close a calendar at once by hand, and open it again.",
        "numbers.read": "See service numbers.",
        "numbers.write": "Change service numbers.",
        "trunks.read": "See trunks.",
        "trunks.write": "Change and test trunks.",
        "outbound.read": "See outward calls, the rules for them, and lists of numbers.",
        "outbound.write": "Change the rules for outward calls, and lists of numbers.",
        "announcements.read": "See and hear announcements.",
        "announcements.write": "Make, replace and remove announcements.",
        "flows.read": "See flows.",
        "flows.write": "Change and publish flows.",
        "dispositions.read": "See dispositions and not-ready reasons.",
        "dispositions.write": "Change dispositions and not-ready reasons.",
        "jobs.read": "See background work and dead letters.",
        "jobs.write": "Run background work again or drop it.",
        "audit.read": "Read and verify the audit log.",
        "settings.read": "See the tenant's settings.",
        "settings.write": "Change the tenant's settings.",
        "apikeys.read": "See API keys.",
        "apikeys.write": "Make and revoke API keys.",
        "setup.write": "Walk through the set-up.",
        "calls.listen": "Listen to running calls; each time is written down.",
        "calls.intervene": "Whisper, barge in, take over and end running calls.",
        "calls.guest": "Call a service number from a browser.",
    }
)


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions, each with how far it reaches."""

    name: str
    permissions: Mapping[str, Scope]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role held by a user; `team_id` moves its team scope from the user's team to that one."""

    role: str
    team_id: str | None = None


def _role(name: str, **reach: str) -> Role:
    found = {p: Scope(scope) for scope, words in reach.items() for p in words.split()}
    unknown = found.keys() - PERMISSIONS.keys()
    if unknown:
        raise ValueError(f"{name} names unknown permissions: {sorted(unknown)}")
    return Role(name, MappingProxyType({"me.use": Scope.OWN, **found}))


_READ = " ".join(p for p in PERMISSIONS if p.endswith(".read"))
_LOOK = (
    "interactions.read queues.read agents.read customers.read tickets.read surveys.read "
    "users.read teams.read roles.read dispositions.read live.read flows.read numbers.read "
    "settings.read knowledge.read calendars.read routing.read"
)

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        role.name: role
        for role in (
            _role("administrator", tenant=" ".join(PERMISSIONS)),
            _role(
                "supervisor",
                own="desk.use calls.guest",
                team="interactions.read interactions.create interactions.control "
                "interactions.route queues.read "
                "queues.write agents.read agents.write recordings.listen surveys.read users.read "
                "live.read customers.read customers.write calls.listen calls.intervene "
                "voicemails.read voicemails.write",
                tenant="customers.read_pii tickets.read outbound.read outbound.write "
                "tickets.write teams.read roles.read numbers.read flows.read announcements.read "
                "dispositions.read dispositions.write settings.read knowledge.read knowledge.write "
                "calendars.read calendars.close routing.read",
            ),
            _role(
                "agent",
                own="desk.use calls.guest interactions.read interactions.control "
                "recordings.listen surveys.read",
                team="queues.read agents.read live.read customers.read customers.write "
                "voicemails.read voicemails.write",
                tenant="tickets.read tickets.write dispositions.read settings.read knowledge.read",
            ),
            _role("quality", tenant=f"{_LOOK} recordings.listen"),
            _role("planner", tenant=_LOOK),
            _role("auditor", tenant=_READ),
        )
    }
)

Tree = Mapping[str, str | None]
"""Each team's parent; None at a root."""


def below(tree: Tree, roots: Iterable[str]) -> frozenset[str]:
    """These teams and all teams below them; unknown teams are left out."""
    found = {team for team in roots if team in tree}
    waiting = list(found)
    while waiting:
        parent = waiting.pop()
        children = {team for team, above in tree.items() if above == parent} - found
        found |= children
        waiting.extend(children)
    return frozenset(found)


def grants(
    assignments: Iterable[Assignment], home_team: str | None, tree: Tree
) -> dict[str, Grant]:
    """What a user with these roles may do; of two grants the wider wins, teams are united."""
    held: dict[str, Grant] = {}
    for assignment in assignments:
        root = assignment.team_id or home_team
        teams = below(tree, [root] if root else [])
        for permission, scope in ROLES[assignment.role].permissions.items():
            held[permission] = _wider(held.get(permission), scope, teams)
    return held


def _wider(held: Grant | None, scope: Scope, teams: frozenset[str]) -> Grant:
    reach = teams if scope is Scope.TEAM else frozenset[str]()
    if held is None:
        return Grant(scope, reach)
    return Grant(max(held.scope, scope, key=lambda s: s.width), held.team_ids | reach)
