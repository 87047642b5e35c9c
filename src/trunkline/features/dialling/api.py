"""Dialling lists over HTTP: made, filled from a file, started, paused, stopped, looked into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from trunkline.features import audit, customers, queues
from trunkline.features.dialling import entries, filling, lists, store, working
from trunkline.features.dialling.schemas import (
    EntriesFile,
    EntryOut,
    ImportedOut,
    ListChange,
    ListNew,
    ListOut,
    ListsOut,
    ProgressOut,
)
from trunkline.features.dialling.store import EntryState, ListRow, ListState, Outcome
from trunkline.features.outbound import Rule
from trunkline.features.tenancy import Principal, Writing, instant, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/dialling-lists", tags=["outbound"], responses=problem(401, 403, 422))
READ, WRITE, PII = "outbound.read", "outbound.write", "customers.read_pii"
THING = "dialling_list"
ListRef = Annotated[str, Path(min_length=1, max_length=40)]
_VERBS: Final = {
    ListState.RUNNING: "started",
    ListState.PAUSED: "paused",
    ListState.STOPPED: "stopped",
}


@router.get("")
async def list_dialling_lists(
    platform: PlatformDep, principal: Principal = permit(READ)
) -> ListsOut:
    """All lists with their progress, made last first."""

    def work(tx: Tx) -> ListsOut:
        rows = store.all_lists(tx, principal.tenant_id, lists.MOST_LISTS)
        return ListsOut(items=_told(tx, principal.tenant_id, rows))

    return await platform.db.read(work)


@router.post("", status_code=201, responses=problem(404, 409))
async def make_dialling_list(
    platform: PlatformDep, body: ListNew, principal: Principal = permit(WRITE)
) -> ListOut:
    """A new list, empty and not started."""
    columns, rules = body.whole()

    def work(on: Writing) -> str:
        return lists.add(on, principal.user_id, columns, rules)

    return await _shown(platform, principal, await _done(platform, principal, "created", work))


@router.get("/{list_id}", responses=problem(404))
async def show_dialling_list(
    platform: PlatformDep, list_id: ListRef, principal: Principal = permit(READ)
) -> ListOut:
    """One list with its progress."""
    return await _shown(platform, principal, list_id)


@router.patch("/{list_id}", responses=problem(404, 409))
async def change_dialling_list(
    platform: PlatformDep, list_id: ListRef, body: ListChange, principal: Principal = permit(WRITE)
) -> ListOut:
    """Change what is given; a list may run meanwhile."""
    columns, rules = body.given()

    def work(on: Writing) -> str:
        return lists.change(on, list_id, columns, rules)

    return await _shown(platform, principal, await _done(platform, principal, "updated", work))


@router.delete("/{list_id}", status_code=204, responses=problem(404, 409))
async def remove_dialling_list(
    platform: PlatformDep, list_id: ListRef, principal: Principal = permit(WRITE)
) -> None:
    """Forget a list that does not run, and everybody on it."""
    await _done(platform, principal, "deleted", lambda on: lists.remove(on, list_id))


@router.post("/{list_id}/start", responses=problem(404, 409))
async def start_dialling_list(
    platform: PlatformDep, list_id: ListRef, principal: Principal = permit(WRITE)
) -> ListOut:
    """Begin, or go on after a pause."""
    return await _turn(platform, principal, list_id, ListState.RUNNING)


@router.post("/{list_id}/pause", responses=problem(404, 409))
async def pause_dialling_list(
    platform: PlatformDep, list_id: ListRef, principal: Principal = permit(WRITE)
) -> ListOut:
    """Ask nobody else; whoever is being called is called."""
    return await _turn(platform, principal, list_id, ListState.PAUSED)


@router.post("/{list_id}/stop", responses=problem(404, 409))
async def stop_dialling_list(
    platform: PlatformDep, list_id: ListRef, principal: Principal = permit(WRITE)
) -> ListOut:
    """End it for good."""
    return await _turn(platform, principal, list_id, ListState.STOPPED)


@router.post("/{list_id}/entries", responses=problem(404, 409))
async def import_entries(
    platform: PlatformDep,
    list_id: ListRef,
    body: EntriesFile,
    dry_run: bool = False,
    principal: Principal = permit(WRITE),
) -> ImportedOut:
    """Add people from a CSV file, at most 10,000 lines at a time.

    The column `number` is needed; `customer` is an id, `zone` a time zone (IANA), and all others
    are shown to the agent. Numbers that stand on the list already, and those that are none, are
    left out and told. With `dry_run` nothing is written.
    """
    return await filling.fill(platform, principal, list_id, body.text, dry_run=dry_run)


@router.get("/{list_id}/entries", responses=problem(400, 404))
async def list_entries(
    platform: PlatformDep,
    list_id: ListRef,
    state: EntryState | None = None,
    outcome: Outcome | None = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[EntryOut]:
    """Entries of a list, changed last first; the refused name their rule."""
    before = None
    if cursor is not None:
        at, last = decode_cursor(cursor, int, str)
        before = (int(at), str(last))

    def work(tx: Tx) -> tuple[list[EntryOut], str | None]:
        lists.find(tx, principal.tenant_id, list_id)
        rows = store.page_entries(
            tx,
            principal.tenant_id,
            list_id,
            state=state,
            outcome=outcome,
            before=before,
            limit=limit + 1,
        )
        kept, following = cut(rows, limit, lambda row: (row.changed_at, row.id))
        return [_entry(tx, platform, principal, row) for row in kept], following

    items, following = await platform.db.read(work)
    return Page(items=items, next=following)


@router.delete("/{list_id}/entries/{entry_id}", status_code=204, responses=problem(404, 409))
async def erase_entry(
    platform: PlatformDep,
    list_id: ListRef,
    entry_id: Annotated[str, Path(min_length=1, max_length=40)],
    principal: Principal = permit(WRITE),
) -> None:
    """Forget one person of a list; refused while an agent is asked for them."""
    deed = audit.Deed("dialling_entry", "deleted", READ)
    await audit.perform(platform, principal, deed, lambda on: filling.erase(on, list_id, entry_id))


async def _turn(platform: Platform, principal: Principal, list_id: str, into: ListState) -> ListOut:
    await _done(platform, principal, _VERBS[into], lambda on: lists.turn(on, list_id, into))
    if into is not ListState.RUNNING:
        await working.take_back(platform, principal.tenant_id, list_id)
    return await _shown(platform, principal, list_id)


async def _done(
    platform: Platform, principal: Principal, verb: str, work: Callable[[Writing], str]
) -> str:
    return await audit.perform(platform, principal, audit.Deed(THING, verb, READ), work)


async def _shown(platform: Platform, principal: Principal, list_id: str) -> ListOut:
    def work(tx: Tx) -> ListOut:
        row = lists.find(tx, principal.tenant_id, list_id)
        return _told(tx, principal.tenant_id, [row])[0]

    return await platform.db.read(work)


def _told(tx: Tx, tenant_id: str, rows: list[ListRow]) -> list[ListOut]:
    counted = store.count(tx, tenant_id, [row.id for row in rows])
    names = {queue.id: queue.name for queue in queues.list_queues(tx, tenant_id)}
    return [
        ListOut.of(
            row,
            names.get(row.queue_id),
            ProgressOut.of([one[1:] for one in counted if one[0] == row.id]),
        )
        for row in rows
    ]


def _entry(tx: Tx, platform: Platform, principal: Principal, row: store.EntryRow) -> EntryOut:
    person = entries.opened(tx, platform.keys, row)
    whole = principal.may(PII)
    number = person.number if person else None
    return EntryOut(
        id=row.id,
        number=(number or "") if whole else customers.masked(number),
        customer_id=row.customer_id,
        fields=person.fields if person and whole else {},
        zones=[zone for zone in row.zones.split(",") if zone],
        state=EntryState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        rule=Rule(row.rule) if row.rule else None,
        detail=row.detail,
        disposition=row.disposition,
        tries=row.tries,
        due_at=instant(row.due_at) if row.state == EntryState.WAITING else None,
        interaction_id=row.interaction_id,
        agent_id=row.agent_id,
        changed_at=instant(row.changed_at),
    )
