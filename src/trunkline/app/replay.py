"""`trunkline sim replay`: a day of the journal, played again under another policy.

The node may be running. What is read is read in short transactions that change nothing; the other
policy is put together in a copy of the configuration in memory; the day is played by the child
process that plays the simulations of the admin pages.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from trunkline.adapters.sql.engine import shown, try_to_connect
from trunkline.adapters.sql.migrations import newest_revision, present_revision
from trunkline.adapters.sql.reading import aside, extent, reading
from trunkline.app.offline import the_tenant
from trunkline.app.policy import compose
from trunkline.app.policy_file import UnfitPolicy, text_of, why_refused
from trunkline.app.simulation import progress_bar, wide_console
from trunkline.app.whatif import ChildSimulator, read_back
from trunkline.core.cell import CORE_VERSION
from trunkline.features import configuration, queues, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.crypto import KEY_BYTES, KeyRing
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import TimeIds, random_bytes
from trunkline.ports.simulator import Question, SimulationFailed
from trunkline.sim import compared

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from typing import Any

    from trunkline.core.config import Policy
    from trunkline.features.tenancy import Tenant
    from trunkline.kit.config import Settings
    from trunkline.ports.database import Tx

CONFIGURATION: Final = frozenset(
    {
        "agents",
        "announcement_uses",
        "announcements",
        "calendars",
        "configuration_versions",
        "dispositions",
        "flow_queues",
        "flows",
        "not_ready_reasons",
        "number_trunks",
        "outward_rules",
        "queue_agents",
        "queue_flows",
        "queues",
        "role_assignments",
        "routing_rules",
        "service_numbers",
        "skill_set_holders",
        "skill_sets",
        "teams",
        "tenant_settings",
        "tenants",
        "trunks",
        "users",
    }
)
"""The tables that a policy is put together from, and that a configuration is written to."""

FAILED, WRONG_USE = 1, 2


class CannotReplay(Exception):
    """Why there is nothing to play, and what would help; `code` is the exit code."""

    def __init__(self, why: str, code: int = FAILED) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which day, of which tenant, under which policy; without one, as it is published now."""

    day: date
    tenant: str | None
    policy: Path | None
    version: int | None
    out: Path | None

    @property
    def changed(self) -> str | None:
        """What the other policy is called, if there is one."""
        if self.policy:
            return f"with {self.policy.name}"
        return f"as version {self.version}" if self.version else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is played, and the names that it is told by."""

    question: Question
    tenant: str
    queues: dict[str, str]


def replay(settings: Settings, wanted: Wanted) -> None:
    """Play the day, show progress and print; raises `CannotReplay` or `OSError`."""
    if wanted.out and not wanted.out.absolute().parent.is_dir():
        raise CannotReplay(f"There is no directory {wanted.out.absolute().parent}.", WRONG_USE)
    asked = _asked(settings.database_url, wanted)
    title = f"{wanted.day} of {asked.tenant}, played again"
    with progress_bar(title) as progress:
        result = asyncio.run(_played(settings.database_url, asked.question, progress))
    told = _told(title, wanted, asked, result)
    out = wide_console()
    for table in compared.tables(told):
        out.print(table)
    out.print(told.about, highlight=False, markup=False)
    if wanted.out:
        wanted.out.write_text(compared.page(told), encoding="utf-8")
        out.print(f"{wanted.out} written", highlight=False, markup=False)


async def _played(
    url: str, question: Question, progress: Callable[[float], None]
) -> dict[str, Any]:
    async def pass_on(share: float) -> None:
        progress(share)

    try:
        return await ChildSimulator(url).compare(question, pass_on)
    except SimulationFailed as failure:
        raise CannotReplay(str(failure)) from failure


def _told(title: str, wanted: Wanted, asked: Asked, result: dict[str, Any]) -> compared.Told:
    named = {asked.queues.get(name, name): part for name, part in result["queues"].items()}
    found = read_back({**result, "queues": named})
    if not (found.stays or found.channels):
        raise CannotReplay(f"Nobody waited in a queue on {wanted.day}.")
    about = (
        f"{found.stays:,} stays in queues. The day is played five times under each policy; ± is "
        "half of the 95 % interval. How near “played as published” comes to “as it was” says how "
        "far a difference can be trusted."
    )
    return compared.Told(title, about, wanted.changed, found)


def _asked(url: str, wanted: Wanted) -> Asked:
    try_to_connect(url)
    try:
        with reading(url) as tx:
            _check_revision(tx)
            tenant = the_tenant(tx, wanted.tenant)
            begin, end = _stretch(tx, tenant, wanted.day)
            with aside(tx, tenant.tenant_id, CONFIGURATION) as own:
                published = compose(own, tenant.tenant_id, begin)
                draft = _draft(own, tenant.tenant_id, wanted, begin)
                rows = queues.list_queues(own, tenant.tenant_id)
    except FileNotFoundError:
        why = f"There is no database at {shown(url)}: name the directory with --data."
        raise CannotReplay(why) from None
    except UnfitPolicy as failure:
        raise CannotReplay(str(failure), WRONG_USE) from None
    except TrunklineError as refusal:
        raise CannotReplay(
            why_refused(refusal), WRONG_USE if refusal.status == 422 else FAILED
        ) from None
    question = Question(tenant.tenant_id, begin, end, published, draft or published)
    return Asked(question, tenant.slug, {row.id: row.name for row in rows})


def _draft(own: Tx, tenant_id: str, wanted: Wanted, begin: int) -> Policy | None:
    # Nothing in the copy is ever read again: any key will do.
    keys = KeyRing(random_bytes(KEY_BYTES))
    on = tenancy.Writing(own, keys, TimeIds(WallClock()), tenant_id, begin)

    def look(tx: Tx) -> Policy:
        return compose(tx, tenant_id, begin)

    if wanted.policy:
        return configuration.seen_of_file(on, text_of(wanted.policy), look)
    return configuration.seen_of_version(on, wanted.version, look) if wanted.version else None


def _check_revision(tx: Tx) -> None:
    present, known = present_revision(tx), newest_revision()
    if present != known:
        raise CannotReplay(
            f"The database is of revision {present or 'none'}, this program reads {known}: use the "
            "program that runs it, or start this one on it once."
        )


def _stretch(tx: Tx, tenant: Tenant, day: date) -> tuple[int, int]:
    """The day in ms UTC, where the journal has it."""
    zone = tenancy.settings(tx, tenant.tenant_id).timezone
    begin, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    found = extent(tx, tenant.tenant_id, tenant.tenant_id)
    if found is None:
        raise CannotReplay(f"The journal of {tenant.slug} is empty.")
    if found.core_version > CORE_VERSION:
        raise CannotReplay(
            f"The journal was written by a newer program (core {found.core_version}, this one "
            f"reads {CORE_VERSION}): use the program that runs it."
        )
    if end > WallClock().now_ms():
        raise CannotReplay(f"{day} is not over yet in {zone}.")
    if not (found.first_at < end and begin <= found.last_at):
        first, last = _date(found.first_at, zone), _date(found.last_at, zone)
        raise CannotReplay(f"There is no {day} in the journal: it reaches from {first} to {last}.")
    return begin, end


def _midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _date(at: int, zone: str) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).date()
