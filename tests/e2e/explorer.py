"""Walks over the API as everybody, with ids that exist, and keeps what was answered.

What is asked as each role names what exists, with the body of a recipe where there is one; other
requests, well-formed and ill-formed, are as schemathesis made them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

API = "/api/v1"
PASSWORD = "trunkline-demo"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TRIES = 3
PATIENCE_S = 30.0
NEWEST = 20
"""Deeds that are looked at after one: others may have done something meanwhile."""
ORDER = ("POST", "GET", "PUT", "PATCH", "DELETE")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recipes:
    """How an operation is made to do what it is for.

    `bodies` give a sensible body, `queries` what must stand in the query, `ready` brings about what
    it needs, `known` finds ids of things below a path, or for an operation, when its list is not
    the place; each is given the explorer and who asks.
    """

    bodies: dict[str, Callable[[Explorer], Any]]
    ready: dict[str, Callable[[Explorer, str], None]]
    known: dict[str, Callable[[Explorer, str], list[str]]]
    queries: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Explorer:
    """One walk; `reached` are operations that answered 2xx, `faults` what broke the document.

    Of those that change something, `audited` left an entry of whoever asked in the audit log, at
    least once, and `silent` left none at least once.
    """

    url: str
    users: dict[str, str]
    recipes: Recipes
    reached: set[str] = field(default_factory=set)
    seen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    faults: list[str] = field(default_factory=list)
    audited: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    made: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _ids: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE_S)
        self.session = requests.Session()
        self.schema = schemathesis.openapi.from_url(f"{self.url}/openapi.json", timeout=PATIENCE_S)
        found = [result.ok() for result in self.schema.get_all_operations()]
        ours = [operation for operation in found if operation.path.startswith(API)]
        self.operations = sorted(ours, key=lambda op: (ORDER.index(op.method.upper()), op.path))

    def ask(self, role: str, method: str, path: str, **given: Any) -> httpx.Response:
        """One request as this role; signs in again when the session has ended."""
        for _ in range(2):
            headers = {**self._as(role), **given.get("headers", {})}
            reply = self.client.request(method, API + path, **{**given, "headers": headers})
            if reply.status_code != 401:
                break
            self._tokens.pop(role, None)
        return reply

    def items(self, path: str, role: str = "administrator") -> list[Json]:
        """What a list holds."""
        reply = self.ask(role, "GET", path)
        return list(reply.json().get("items", [])) if reply.status_code == 200 else []

    def walk(self, operation: Any, roles: Sequence[str], more: int) -> None:
        """Ask for one operation as it is meant, as each role, until it did what it is for.

        Then, `more` times each, with what nobody thought of: well-formed, and ill-formed.
        """
        meant, *odd = self._think(operation, 1 + more, GenerationMode.POSITIVE)
        name = name_of(operation.method, operation.path)
        for _ in range(TRIES):
            for role in roles:
                case = _again(meant)
                self._use_what_exists(case, role, name)
                self._try(case, role)
            if name in self.reached:
                break
        for case in odd + self._think(operation, more, GenerationMode.NEGATIVE):
            self._try(case, roles[0])

    def _think(self, operation: Any, examples: int, mode: GenerationMode) -> list[Case]:
        """Requests of this kind; none where nothing is asked, so nothing can be asked wrongly."""
        cases: list[Case] = []

        @seed(1)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def think(case: Case) -> None:
            cases.append(case)

        with suppress(Unsatisfiable):
            think()
        return cases

    def close(self) -> None:
        """Let the connections go."""
        self.client.close()
        self.session.close()

    def _try(self, case: Case, role: str) -> None:
        name = name_of(case.method, case.path)
        changes = case.method.upper() != "GET" and name not in self.audited
        before = self._deeds(1)[0]["seq"] if changes else 0
        reply = self._call(case, role)
        if reply.status_code == 401 and name != "POST /sessions":
            self._tokens.pop(role, None)
            reply = self._call(case, role)
        self.seen[name].add(reply.status_code)
        if 200 <= reply.status_code < 300:
            self.reached.add(name)
            if changes:
                told = self.audited if self._has_told(name, role, before) else self.silent
                told.add(name)
            if reply.status_code == 201:
                self.made[case.path.removeprefix(API)].append(reply.json())
        try:
            case.validate_response(reply, checks=CHECKS)
        except FailureGroup as group:
            told = "; ".join(f"{type(f).__name__}: {f}" for f in group.exceptions)
            self.faults.append(f"{role} {name} {reply.status_code}: {told[:700]}")

    def _deeds(self, limit: int) -> list[Json]:
        return self.items(f"/audit?limit={limit}")

    def _has_told(self, name: str, role: str, before: int) -> bool:
        """Whether the role's user did something since; that they signed in again says nothing."""
        user = self.users[role]
        if user not in self._ids:
            self._ids |= {one["username"]: one["id"] for one in self.items(f"/users?q={user}")}
        return any(
            deed["seq"] > before
            and deed["actor_id"] == self._ids.get(user)
            and (deed["action"] != "sessions.opened" or name == "POST /sessions")
            for deed in self._deeds(NEWEST)
        )

    def _call(self, case: Case, role: str) -> Any:
        return case.call(session=self.session, headers=self._as(role), timeout=PATIENCE_S)

    def _use_what_exists(self, case: Case, role: str, name: str) -> None:
        self.recipes.ready.get(name, _as_it_is)(self, role)
        for parameter in case.path_parameters or {}:
            known = self._known(case, parameter, role)
            if known:
                case.path_parameters[parameter] = known[next(self._turn) % len(known)]
        if name in self.recipes.bodies:
            case.body = self.recipes.bodies[name](self)
        if name in self.recipes.queries:
            case.query = dict(self.recipes.queries[name])
        if case.method.upper() != "GET":
            case.headers["If-Match"] = "*"

    def _known(self, case: Case, parameter: str, role: str) -> list[str]:
        method, path = case.method.upper(), case.path.removeprefix(API)
        prefix = path.partition(f"/{{{parameter}}}")[0]
        for name in (f"{method} {path}", prefix):
            if name in self.recipes.known:
                return self.recipes.known[name](self, role)
        found = self.made[prefix] if method in ("PATCH", "DELETE") else []
        found = found or self.items(prefix, role)
        mine = set(self.users.values())
        found = [item for item in found if item.get("username") not in mine]
        return [str(item.get(parameter) or item.get("id")) for item in found]

    def _as(self, role: str) -> dict[str, str]:
        if role not in self._tokens:
            login = {"username": self.users[role], "password": PASSWORD, "kind": "token"}
            reply = self.client.post(f"{API}/sessions", json=login)
            assert reply.status_code == 201, (role, reply.text)
            self._tokens[role] = reply.json()["token"]
        return {"Authorization": f"Bearer {self._tokens[role]}"}


def name_of(method: str, path: str) -> str:
    """An operation as recipes and reports call it."""
    return f"{method.upper()} {path.removeprefix(API)}"


def _again(case: Case) -> Case:
    """The same request, to be changed without a trace in the other."""
    return case.operation.Case(
        path_parameters={**(case.path_parameters or {})},
        headers={**(case.headers or {})},
        cookies={**(case.cookies or {})},
        query={**(case.query or {})},
        body=case.body,
        media_type=case.media_type,
    )


def _as_it_is(explorer: Explorer, role: str) -> None:
    """Nothing needs to be brought about."""
