"""The configuration over HTTP: its versions, drafts and files; publishing and rolling back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from trunkline.features import audit
from trunkline.features.configuration import changes as changing
from trunkline.features.configuration import files, many, mass, parts, people, service, store
from trunkline.features.configuration.schemas import (
    AppliedOut,
    ChangeOut,
    ConfigurationOut,
    DraftCard,
    DraftChange,
    DraftList,
    DraftNew,
    DraftOut,
    FileIn,
    LineOut,
    LinesIn,
    LinesOut,
    PublishIn,
    RestoreIn,
    ThingRef,
    TrialOut,
    VersionOut,
    VersionShown,
)
from trunkline.features.configuration.service import Deed
from trunkline.features.configuration.tables import TABLES, Table
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    entity_tag,
    permit,
    problem,
    require_match,
)
from trunkline.kit import sheets
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.kit.sheets import Line
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(
    prefix="/configuration", tags=["configuration"], responses=problem(401, 403, 422)
)
READ, WRITE = "configuration.read", "configuration.write"
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
DraftId = Annotated[str, Path(min_length=1, max_length=40)]
TableName = Literal["skills", "queues", "calendars", "dispositions"]
CSV = "text/csv"
ThingKind = Annotated[str, Path(min_length=1, max_length=40)]
ThingName = Annotated[str, Path(min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done to the configuration, or tried: the changes, and agents that are left out."""

    verb: str
    subject: str
    note: str
    changes: Callable[[Tx], tuple[changing.Changes, list[str]]]
    dry_run: bool = False


@router.get("")
async def get_configuration(
    platform: PlatformDep, response: Response, principal: Principal = permit(READ)
) -> ConfigurationOut:
    """Everything that is configured, as it is in force."""

    def work(tx: Tx) -> ConfigurationOut:
        document = people.shown(tx, principal.tenant_id, parts.current(tx, principal.tenant_id))
        return ConfigurationOut(
            version=service.number_now(tx, principal.tenant_id), things=document
        )

    found = await platform.db.read(work)
    response.headers["ETag"] = entity_tag(found.version)
    return found


@router.get("/export", response_class=Response, responses={200: {"content": {files.MEDIA: {}}}})
async def export_configuration(
    platform: PlatformDep, principal: Principal = permit(READ)
) -> Response:
    """The configuration as a JSON file, with references by name, to be kept or carried on."""

    def work(tx: Tx) -> str:
        document = parts.current(tx, principal.tenant_id)
        return files.written(people.shown(tx, principal.tenant_id, document))

    name = {"Content-Disposition": 'attachment; filename="trunkline.json"'}
    return Response(await platform.db.read(work), headers=name, media_type=files.MEDIA)


@router.post("/import", responses=problem(409))
async def import_configuration(
    platform: PlatformDep,
    body: FileIn,
    dry_run: bool = False,
    principal: Principal = permit(WRITE),
) -> AppliedOut:
    """Make the configuration what a file says, or with `dry_run` say what that would change.

    All or nothing: with a problem nothing is written.
    """
    document = files.read(body.text)

    def changes(tx: Tx) -> tuple[changing.Changes, list[str]]:
        read, left_out = people.read_in(tx, principal.tenant_id, document)
        now = parts.current(tx, principal.tenant_id)
        return changing.asked(changing.there(read), now, remove=body.remove), left_out

    doing = Doing("imported", "file", body.note, changes, dry_run)
    return await _apply(platform, principal, doing)


@router.get("/tables/{table}", response_class=Response, responses={200: {"content": {CSV: {}}}})
async def export_table(
    platform: PlatformDep, table: TableName, principal: Principal = permit(READ)
) -> Response:
    """One kind of things as a CSV file: a line a thing, or a line for each part of one."""
    found = TABLES[table]
    text = await platform.db.read(lambda tx: mass.exported(tx, principal.tenant_id, found))
    name = {"Content-Disposition": f'attachment; filename="{table}.csv"'}
    return Response(text, headers=name, media_type=sheets.MEDIA)


@router.post("/tables/{table}", responses=problem(409))
async def import_table(
    platform: PlatformDep,
    table: TableName,
    body: LinesIn,
    dry_run: bool = False,
    principal: Principal = permit(WRITE),
) -> LinesOut:
    """Add and change what the lines of a CSV file say, or with `dry_run` say what each would do.

    With one line refused nothing is written, else all of it is one version. What the file does not
    name stays.
    """
    found = TABLES[table]
    lines = mass.read(found, body.text)
    deed = Deed(principal.user_id, "configurations.imported", f"{table}.csv", body.note)
    by_many = await _of_many(platform, principal, lines) if table == parts.SKILLS else None
    if by_many:
        answers, written = await _write_many(platform, principal, by_many, deed, dry_run)
    else:
        answers, written = await _write_few(platform, principal, found, lines, deed, dry_run)
    version = await platform.db.read(lambda tx: service.number_now(tx, principal.tenant_id))
    return LinesOut(
        dry_run=dry_run,
        written=written,
        version=version,
        counts=mass.counted(answers),
        lines=[LineOut(**asdict(answer)) for answer in answers],
    )


async def _of_many(platform: Platform, principal: Principal, lines: list[Line]) -> many.Plan | None:
    """The plan of a file that is too much for one transaction."""
    plan = await platform.db.read(lambda tx: many.planned(tx, principal.tenant_id, lines))
    return plan if len(plan.wanted) > many.FEW else None


async def _write_many(
    platform: Platform, principal: Principal, plan: many.Plan, deed: Deed, dry_run: bool
) -> tuple[list[mass.Answer], bool]:
    if dry_run or plan.refused:
        return plan.answers, False
    await many.write(platform, principal, plan, deed)
    return plan.settled(), True


async def _write_few(
    platform: Platform,
    principal: Principal,
    table: Table,
    lines: list[Line],
    deed: Deed,
    dry_run: bool,
) -> tuple[list[mass.Answer], bool]:
    answers: list[mass.Answer] = []

    def work(on: Writing) -> str:
        answers[:] = mass.write(on, table, lines, deed, dry_run=dry_run)
        return deed.subject

    try:
        what = audit.Deed("configuration", "imported", READ, routes=True)
        await audit.perform(platform, principal, what, work)
    except mass.Unwritten as tried:
        return tried.answers, False
    return answers, True


@router.get("/versions", responses=problem(400))
async def list_versions(
    platform: PlatformDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[VersionOut]:
    """Versions, newest first."""
    before = int(decode_cursor(cursor, int)[0]) if cursor else None
    found = await platform.db.read(
        lambda tx: store.list_versions(tx, principal.tenant_id, before, limit + 1)
    )
    page, following = cut(found, limit, lambda row: (row.number,))
    return Page(items=[VersionOut.of(row) for row in page], next=following)


@router.get("/versions/{number}", responses=problem(404))
async def get_version(
    platform: PlatformDep, number: Number, principal: Principal = permit(READ)
) -> VersionShown:
    """A version, and what it changed of the one before."""

    def work(tx: Tx) -> VersionShown:
        row, found = service.step(tx, principal.tenant_id, number)
        named = people.name_changes(tx, principal.tenant_id, found)
        told = [ChangeOut.of(one) for one in named]
        return VersionShown(**dict(VersionOut.of(row)), changes=told)

    return await platform.db.read(work)


@router.post("/versions/{number}/restore", responses=problem(404, 409))
async def restore_version(
    platform: PlatformDep,
    number: Number,
    body: RestoreIn,
    dry_run: bool = False,
    principal: Principal = permit(WRITE),
) -> AppliedOut:
    """Roll back to a version, whole or some things of it; that makes a new version."""

    def changes(tx: Tx) -> tuple[changing.Changes, list[str]]:
        things = None
        if body.things is not None:
            asked = [(one.kind, one.name) for one in body.things]
            things = people.things_in(tx, principal.tenant_id, asked)
        return service.back_to(tx, principal.tenant_id, number, things), []

    doing = Doing("rolled_back", str(number), body.note, changes, dry_run)
    return await _apply(platform, principal, doing)


@router.get("/drafts")
async def list_drafts(platform: PlatformDep, principal: Principal = permit(READ)) -> DraftList:
    """Drafts that wait to be published."""
    rows = await platform.db.read(lambda tx: store.list_drafts(tx, principal.tenant_id))
    return DraftList(items=[DraftCard.of(row) for row in rows])


@router.post("/drafts", status_code=201)
async def make_draft(
    platform: PlatformDep, body: DraftNew, principal: Principal = permit(WRITE)
) -> DraftOut:
    """Begin a draft on the configuration as it is now."""

    def work(on: Writing) -> str:
        given, _ = people.read_in(on.tx, on.tenant_id, body.changes)
        row = store.DraftRow(
            tenant_id=on.tenant_id,
            id=on.ids.new("dft"),
            name=body.name,
            base=service.number_now(on.tx, on.tenant_id),
            changes=given,
            made_by=principal.user_id,
            changed_at=on.now,
        )
        service.check_room(on.tx, on.tenant_id)
        store.put_draft(on.tx, row)
        return row.id

    made = await audit.perform(platform, principal, _draft("created"), work)
    return await _told(platform, principal, made)


@router.get("/drafts/{draft_id}", responses=problem(404))
async def get_draft(
    platform: PlatformDep,
    draft_id: DraftId,
    response: Response,
    principal: Principal = permit(READ),
) -> DraftOut:
    """A draft, what it would do now, and what others changed meanwhile."""
    found = await _told(platform, principal, draft_id)
    response.headers["ETag"] = entity_tag(found.version)
    return found


@router.patch("/drafts/{draft_id}", responses=problem(404, 412, 428))
async def change_draft(
    platform: PlatformDep,
    draft_id: DraftId,
    body: DraftChange,
    if_match: IfMatch = None,
    principal: Principal = permit(WRITE),
) -> DraftOut:
    """Put things into a draft; a thing that it holds already is replaced."""

    def work(on: Writing) -> str:
        row = service.draft(on.tx, on.tenant_id, draft_id)
        require_match(if_match, row.version)
        more, _ = people.read_in(on.tx, on.tenant_id, body.changes)
        service.change_draft(on, replace(row, name=body.name or row.name), more)
        return row.id

    await audit.perform(platform, principal, _draft("updated"), work)
    return await _told(platform, principal, draft_id)


@router.delete("/drafts/{draft_id}/things/{kind}/{name}", responses=problem(404, 412, 428))
async def leave_out(
    platform: PlatformDep,
    draft_id: DraftId,
    kind: ThingKind,
    name: ThingName,
    if_match: IfMatch = None,
    principal: Principal = permit(WRITE),
) -> DraftOut:
    """Take a thing out of a draft: it stays as it is in force."""

    def work(on: Writing) -> str:
        row = service.draft(on.tx, on.tenant_id, draft_id)
        require_match(if_match, row.version)
        for one in people.things_in(on.tx, on.tenant_id, [(kind, name)]):
            service.leave_out(on, row, *one)
        return row.id

    await audit.perform(platform, principal, _draft("updated"), work)
    return await _told(platform, principal, draft_id)


@router.delete("/drafts/{draft_id}", status_code=204, responses=problem(404))
async def drop_draft(
    platform: PlatformDep, draft_id: DraftId, principal: Principal = permit(WRITE)
) -> None:
    """Throw a draft away."""

    def work(on: Writing) -> str:
        store.drop_draft(on.tx, on.tenant_id, service.draft(on.tx, on.tenant_id, draft_id).id)
        return draft_id

    await audit.perform(platform, principal, _draft("deleted"), work)


@router.post("/drafts/{draft_id}/publish", responses=problem(404, 409, 412, 428))
async def publish_draft(
    platform: PlatformDep,
    draft_id: DraftId,
    body: PublishIn,
    if_match: IfMatch = None,
    principal: Principal = permit(WRITE),
) -> AppliedOut:
    """Put a draft in force; it is refused when others changed the same things meanwhile."""

    def changes(tx: Tx) -> tuple[changing.Changes, list[str]]:
        row = service.draft(tx, principal.tenant_id, draft_id)
        require_match(if_match, row.version)
        changed = service.stale(tx, row)
        if changed and not body.overwrite:
            told = [{"kind": kind, "name": name} for kind, name in changed]
            detail = "Others changed the same things since the draft was begun."
            raise TrunklineError("configuration_changed", 409, detail, things=told)
        store.drop_draft(tx, principal.tenant_id, draft_id)
        return row.changes, []

    doing = Doing("published", draft_id, body.note, changes)
    return await _apply(platform, principal, doing)


def _draft(verb: str) -> audit.Deed:
    return audit.Deed("configuration_draft", verb, READ)


async def _apply(platform: Platform, principal: Principal, doing: Doing) -> AppliedOut:
    """Try changes, or make them in one transaction with their version; and tell what they are."""
    made: list[service.Trial] = []

    def work(on: Writing) -> str:
        given, left_out = doing.changes(on.tx)
        deed = Deed(principal.user_id, f"configurations.{doing.verb}", doing.subject, doing.note)
        trial = service.tried(on, given) if doing.dry_run else service.apply(on, given, deed)
        made.append(replace(trial, left_out=sorted({*trial.left_out, *left_out})))
        return doing.subject

    if doing.dry_run:
        await platform.db.write(lambda tx: work(audit.writing(platform, tx, principal.tenant_id)))
    else:
        what = audit.Deed("configuration", doing.verb, READ, routes=True)
        await audit.perform(platform, principal, what, work)

    def told(tx: Tx) -> AppliedOut:
        trial = people.name_trial(tx, principal.tenant_id, made[-1])
        number = service.number_now(tx, principal.tenant_id)
        return AppliedOut(**dict(TrialOut.of(trial)), dry_run=doing.dry_run, version=number)

    return await platform.db.read(told)


async def _told(platform: Platform, principal: Principal, draft_id: str) -> DraftOut:
    """A draft is tried to tell what it would do: that writes, and takes it back."""

    def work(tx: Tx) -> DraftOut:
        on = audit.writing(platform, tx, principal.tenant_id)
        row = service.draft(tx, principal.tenant_id, draft_id)
        trial = people.name_trial(tx, principal.tenant_id, service.tried(on, row.changes))
        stale = people.name_things(tx, principal.tenant_id, service.stale(tx, row))
        return DraftOut(
            **dict(DraftCard.of(row)),
            trial=TrialOut.of(trial),
            stale=[ThingRef(kind=kind, name=name) for kind, name in stale],
        )

    return await platform.db.write(work)
