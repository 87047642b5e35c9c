"""Trunks: their secrets sealed, the engine told, and a live test that says what mends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trunkline.core.outbound_rules.ways import Way
from trunkline.features.numbers import store
from trunkline.features.numbers.schemas import Check, TrunkNew, TrunkTest
from trunkline.features.numbers.service import find_number
from trunkline.kit.crypto import KeyRing, seal, unseal
from trunkline.kit.errors import TrunklineError
from trunkline.ports.edge import EdgeError, TrunkLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.numbers.schemas import NumberTrunk
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.edge import EdgeLink
    from trunkline.runtime.platform import Platform


def create(on: Writing, new: TrunkNew) -> str:
    """Make a trunk; raises `trunk_name_taken` or `trunk_source_taken`.

    Returns its id; the caller tells the engine.
    """
    _free_name(on, new.name)
    _free_sources(on, new.sources)
    trunk_id = on.ids.new("trk")
    row = store.TrunkRow(
        tenant_id=on.tenant_id,
        id=trunk_id,
        name=new.name,
        sources=new.sources,
        host=new.host,
        username=new.username,
        sealed_secret=_sealed(on, trunk_id, new.secret) if new.secret else None,
        place=new.place,
        weight=new.weight,
        most_calls=new.most_calls,
        most_calls_a_second=new.most_calls_a_second,
        emergency=new.emergency,
        location_header=new.location_header,
    )
    store.put_trunk(on.tx, row)
    return trunk_id


def change(on: Writing, trunk_id: str, given: dict[str, Any]) -> None:
    """Change what is given.

    Raises `trunk_unknown`, `trunk_name_taken`, `trunk_source_taken` or `trunk_unreachable`.
    """
    row = find(on.tx, on.tenant_id, trunk_id)
    if given.get("name", row.name) != row.name:
        _free_name(on, given["name"])
    _free_sources(on, given.get("sources", []))
    fields = {name: given[name] for name in given if name != "secret"}
    if given.get("secret"):
        fields["sealed_secret"] = _sealed(on, trunk_id, given["secret"])
    changed = replace(row, **fields, tested_at=None)
    if not changed.sources and changed.host is None:
        raise TrunklineError("trunk_unreachable", 422, "A trunk needs sources or a host.")
    store.put_trunk(on.tx, changed)


def delete(on: Writing, trunk_id: str) -> None:
    """Remove a trunk; raises `trunk_unknown`. The caller tells the engine."""
    find(on.tx, on.tenant_id, trunk_id)
    store.drop_trunk(on.tx, on.tenant_id, trunk_id)


def find(tx: Tx, tenant_id: str, trunk_id: str) -> store.TrunkRow:
    """One trunk; raises `trunk_unknown`."""
    for row in store.list_trunks(tx, tenant_id):
        if row.id == trunk_id:
            return row
    raise TrunklineError("trunk_unknown", 404, "There is no such trunk.")


def links(tx: Tx, keys: KeyRing, tenant_id: str) -> tuple[TrunkLink, ...]:
    """The trunks as the engine shall know them; told to it at each start."""
    return tuple(_link(keys, row) for row in store.list_trunks(tx, tenant_id))


@dataclass(frozen=True, slots=True)
class Trunks:
    """The trunks of a tenant: their bounds, and by which calls that show a number go out."""

    rows: tuple[store.TrunkRow, ...] = ()
    of_numbers: tuple[store.NumberTrunkRow, ...] = ()

    def ways(self, number: str) -> tuple[Way, ...]:
        """The trunks that lead out for a number, without how they stand now."""
        leads = {row.id: row for row in self.rows if row.host is not None}
        chosen = [it for it in self.of_numbers if it.number == number and it.trunk_id in leads]
        if chosen:
            return tuple(_way(leads[it.trunk_id], it.place, it.weight) for it in chosen)
        return tuple(_way(row, row.place, row.weight) for row in leads.values())

    def emergency_ways(self) -> tuple[store.TrunkRow, ...]:
        """Those by which emergency calls go out: the ones that are meant for them first."""
        leads = (row for row in self.rows if row.host is not None)
        return tuple(sorted(leads, key=lambda row: (not row.emergency, row.place, row.id)))


def trunks_of(tx: Tx, tenant_id: str) -> Trunks:
    """All of them."""
    rows = store.list_trunks(tx, tenant_id)
    return Trunks(tuple(rows), tuple(store.trunks_of_numbers(tx, tenant_id)))


def choose(on: Writing, number: str, chosen: Sequence[NumberTrunk]) -> None:
    """Let calls that show a number go by these; raises `number_unknown`, `trunk_unknown`."""
    find_number(on.tx, on.tenant_id, number)
    rows = {
        it.trunk_id: store.NumberTrunkRow(on.tenant_id, number, it.trunk_id, it.place, it.weight)
        for it in chosen
    }
    if not store.choose_trunks(on.tx, on.tenant_id, number, rows.values()):
        raise TrunklineError("trunk_unknown", 404, "There is no such trunk.")


def _way(row: store.TrunkRow, place: int, weight: int) -> Way:
    return Way(
        row.id,
        order=place,
        weight=weight,
        most_running=row.most_calls,
        most_a_second=row.most_calls_a_second,
    )


async def push(platform: Platform, tenant_id: str, trunk_id: str) -> None:
    """Tell the engine of one trunk, where there is an engine.

    What it cannot take now it is told at its next start.
    """
    if platform.edge is None:
        return
    row = await platform.db.read(lambda tx: find(tx, tenant_id, trunk_id))
    await _told(platform.edge, _link(platform.keys, row))


async def withdraw(edge: EdgeLink | None, trunk_id: str) -> None:
    """Let the engine trust nobody by this trunk any more."""
    if edge is not None:
        await _told(edge, TrunkLink(trunk_id))


async def test(platform: Platform, tenant_id: str, trunk_id: str) -> TrunkTest:
    """Look whether calls can come by this trunk now: engine, trunk, its host, numbers in turn."""
    row = await platform.db.read(lambda tx: find(tx, tenant_id, trunk_id))
    count = await platform.db.read(lambda tx: len(store.list_numbers(tx, tenant_id)))
    checks = [await _engine(platform.edge), await _trunk(platform, row)]
    if platform.edge is not None and row.host is not None and all(check.ok for check in checks):
        checks.append(await _answer(platform.edge, row.id, row.host))
    checks.append(_numbers(count))
    return TrunkTest(ok=all(check.ok for check in checks), checks=checks)


def tested(on: Writing, trunk_id: str) -> None:
    """Remember that a test went well."""
    row = find(on.tx, on.tenant_id, trunk_id)
    store.put_trunk(on.tx, replace(row, tested_at=on.now))


async def _engine(edge: EdgeLink | None) -> Check:
    if edge is None:
        remedy = "trunkline telephony install"
        return Check(name="engine", ok=False, detail="Telephony is not installed.", remedy=remedy)
    health = await edge.health()
    detail = "The telephony engine takes calls." if health.ready else health.reason
    return Check(name="engine", ok=health.ready, detail=detail, remedy=health.remedy)


async def _trunk(platform: Platform, row: store.TrunkRow) -> Check:
    if platform.edge is None:
        return Check(name="trunk", ok=False, detail="There is no engine to know this trunk.")
    failure = await _told(platform.edge, _link(platform.keys, row))
    if failure is not None:
        remedy = "Check addresses, host and login of the trunk."
        return Check(name="trunk", ok=False, detail=failure, remedy=remedy)
    places = ", ".join([*row.sources, *([row.host] if row.host else [])])
    return Check(name="trunk", ok=True, detail=f"Calls from {places} are trusted.")


async def _answer(edge: EdgeLink, trunk_id: str, host: str) -> Check:
    """Whether the host answers OPTIONS (RFC 3261 §11); what it says is not judged."""
    try:
        took_ms = await edge.probe(trunk_id)
    except EdgeError as failure:
        return Check(name="answer", ok=False, detail=failure.reason)
    if took_ms is None:
        detail = f"{host} was asked by OPTIONS and did not answer within 2 s."
        remedy = "Check host and port, and whether a firewall or the carrier keeps us out."
        return Check(name="answer", ok=False, detail=detail, remedy=remedy)
    return Check(name="answer", ok=True, detail=f"{host} answered after {took_ms:.0f} ms.")


def _numbers(count: int) -> Check:
    if count == 0:
        remedy = "Take a number into use."
        return Check(name="numbers", ok=False, detail="No number is in use.", remedy=remedy)
    return Check(name="numbers", ok=True, detail=f"Numbers in use: {count}.")


async def _told(edge: EdgeLink, link: TrunkLink) -> str | None:
    """Tell the engine; why it could not take it, or None."""
    try:
        await edge.put_trunk(link)
    except EdgeError as failure:
        return failure.reason
    return None


def _link(keys: KeyRing, row: store.TrunkRow) -> TrunkLink:
    # Names of tenants' trunks may be equal, ids are not.
    secret = _opened(keys, row) if row.sealed_secret else None
    return TrunkLink(row.id, tuple(row.sources), row.host, row.username, secret)


def _free_name(on: Writing, name: str) -> None:
    if any(row.name == name for row in store.list_trunks(on.tx, on.tenant_id)):
        raise TrunklineError("trunk_name_taken", 409, "Another trunk has this name.")


def _free_sources(on: Writing, sources: list[str]) -> None:
    """Who calls is known by the address only, so it can stand for one tenant."""
    taken = store.sources_taken(on.tx, on.tenant_id, sources)
    if taken:
        detail = f"Calls from {', '.join(taken)} come by another organisation's trunk already."
        raise TrunklineError("trunk_source_taken", 409, detail)


def _sealed(on: Writing, trunk_id: str, secret: str) -> bytes:
    return seal(on.keys.tenant_key(on.tenant_id, "trunks"), secret.encode(), trunk_id.encode())


def _opened(keys: KeyRing, row: store.TrunkRow) -> str:
    key = keys.tenant_key(row.tenant_id, "trunks")
    return unseal(key, row.sealed_secret or b"", row.id.encode()).decode()
