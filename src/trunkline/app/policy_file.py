"""A configuration file, or a part of one, in the hands of the simulator."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from trunkline.adapters.sql.reading import bare
from trunkline.app.policy import compose
from trunkline.core.codec import decode, encode
from trunkline.core.config import Policy
from trunkline.core.words import WrapUpMode
from trunkline.features import configuration, queues, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.crypto import KEY_BYTES, KeyRing
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import TimeIds, random_bytes
from trunkline.sim.plan import MORNING_MS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from trunkline.core.config import QueuePolicy
    from trunkline.ports.database import Tx
    from trunkline.sim.scenario import Line, Scenario

TENANT: Final = "scenario"
PLAYED: Final = ("queues", "routing")
BY_NAME: Final = "@agent/"
OF_ALL: Final = ("order", "sharing", "capacity", "written")
"""What the routing rules say in a policy; experts are people of an installation."""


class UnfitPolicy(Exception):
    """The file cannot be used; the text says where and why."""


def text_of(file: Path) -> str:
    """What the file says; raises `UnfitPolicy` where that is no text, `OSError`."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnfitPolicy(f"{file} is no text in UTF-8.") from None


def why_refused(refusal: TrunklineError) -> str:
    """Why a configuration was refused, a line a problem."""
    problems = refusal.extra.get("problems", [])
    lines = [f"  {one['kind']} {one['name']}: {one['detail']}" for one in problems]
    return "\n".join([refusal.detail, *lines])


def laid_over(scenario: Scenario, base: Policy, text: str) -> Policy:
    """A policy of the scenario with what a file says of queues and routing; raises `UnfitPolicy`.

    What the file does not name stays. It is read, checked and written as an installation does, into
    a house in memory that has the scenario's queues; what that changes in the house is changed.
    """
    try:
        _check(scenario, text)
        with bare() as tx:
            on = _house(tx, scenario)
            before = _named(tx, compose(tx, TENANT, MORNING_MS))
            after = configuration.seen_of_file(
                on, text, lambda tx: _named(tx, compose(tx, TENANT, MORNING_MS))
            )
    except TrunklineError as refusal:
        raise UnfitPolicy(why_refused(refusal)) from None
    return _changed(base, before, after)


def _check(scenario: Scenario, text: str) -> None:
    given, known = configuration.read_file(text), {line.name for line in scenario.queues}
    for kind in given:
        if kind not in PLAYED:
            raise UnfitPolicy(
                f"The people, hours and numbers are the scenario's: of a file its queues and "
                f"routing are played, not {kind}."
            )
    for name, content in given.get("queues", {}).items():
        if name not in known:
            raise UnfitPolicy(f"There is no queue {name} in the scenario.")
        if _names_people(content.get("agents")):
            raise UnfitPolicy(f"queues {name}: the agents are the scenario's, leave them out.")


def _names_people(agents: object) -> bool:
    """Whether ids stand there; names, as exported files have them, are left out in reading."""
    return isinstance(agents, list) and any(not str(one).startswith(BY_NAME) for one in agents)


def _house(tx: Tx, scenario: Scenario) -> tenancy.Writing:
    tenancy.add(tx, tenancy.Tenant(TENANT, TENANT, TENANT, "en", MORNING_MS))
    # Nothing in the house is ever read again: any key will do.
    keys = KeyRing(random_bytes(KEY_BYTES))
    on = tenancy.Writing(tx, keys, TimeIds(WallClock()), TENANT, MORNING_MS)
    for line in scenario.queues:
        try:
            queues.create(on, _queue(scenario, line))
        except ValidationError as failure:
            first = failure.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UnfitPolicy(
                f"{line.name} of the scenario is no queue that a file could change: "
                f"{where}: {first['msg']}"
            ) from None
    return on


def _queue(scenario: Scenario, line: Line) -> queues.QueueNew:
    """As the scenario has it, so that what the file says alike changes nothing."""
    calling = scenario.callbacks
    seconds = round(line.wrap_up_s)
    return queues.QueueNew(
        name=line.name,
        offer_timeout_s=round(scenario.offer_timeout_s),
        service_level_s=round(line.service_level_s),
        max_waiting=line.max_waiting,
        handling_s=round(line.aht_s),
        wrap_up=queues.WrapUp(mode=WrapUpMode.FIXED, seconds=seconds)
        if seconds
        else queues.WrapUp(mode=WrapUpMode.NONE),
        disposition_required=False,
        survey_rate_pct=0,
        announce_every_s=0,
        callback=queues.Callbacks(
            enabled=True,
            min_ewt_s=round(calling.offered_from_s),
            ring_s=round(calling.ring_s),
            tries=calling.tries,
            retry_after_s=round(calling.retry_after_s),
            most_share_pct=calling.most_share_pct,
        )
        if calling
        else queues.Callbacks(),
    )


def _named(tx: Tx, policy: Policy) -> Policy:
    """The policy with the names of its queues for their ids, as a scenario has them."""
    names = {row.id: row.name for row in queues.list_queues(tx, TENANT)}
    found: Policy = decode(Policy, _renamed(encode(policy), names))
    return found


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value


def _changed(base: Policy, before: Policy, after: Policy) -> Policy:
    was = {queue.id: queue for queue in before.queues}
    then = {queue.id: queue for queue in after.queues}
    return replace(
        base,
        queues=tuple(_queue_changed(one, was[one.id], then[one.id]) for one in base.queues),
        **{
            name: getattr(after, name)
            for name in OF_ALL
            if getattr(after, name) != getattr(before, name)
        },
    )


def _queue_changed(base: QueuePolicy, was: QueuePolicy, then: QueuePolicy) -> QueuePolicy:
    differing = {
        part.name: getattr(then, part.name)
        for part in fields(base)
        if getattr(then, part.name) != getattr(was, part.name)
    }
    return replace(base, **differing)
