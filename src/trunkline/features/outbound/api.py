"""Outward calls over HTTP: what was dialled or refused, and the rules for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from trunkline.features import audit
from trunkline.features.outbound import lists, store
from trunkline.features.outbound.packs import COUNTRIES, rules_of
from trunkline.features.outbound.schemas import (
    CountryRulesList,
    CountryRulesOut,
    OutwardCallOut,
    OutwardRulesChange,
    OutwardRulesOut,
)
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    entity_tag,
    permit,
    problem,
    require_match,
)
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/outbound", tags=["outbound"], responses=problem(401, 403, 422))
READ, WRITE = "outbound.read", "outbound.write"
Cursor = Annotated[str | None, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


@router.get("/calls", responses=problem(400))
async def list_outward_calls(
    platform: PlatformDep,
    refused: bool | None = None,
    interaction: Annotated[str | None, Query(min_length=1, max_length=80)] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[OutwardCallOut]:
    """Outward calls of the last 90 days, last first; the refused name their rule."""
    before = place(cursor)

    def work(tx: Tx) -> list[store.CallRow]:
        return store.page_calls(
            tx,
            principal.tenant_id,
            refused=refused,
            interaction_id=interaction,
            before=before,
            limit=limit + 1,
        )

    rows, following = cut(await platform.db.read(work), limit, lambda row: (row.at, row.id))
    return Page(items=[OutwardCallOut.of(row) for row in rows], next=following)


@router.get("/rules")
async def show_outward_rules(
    platform: PlatformDep, response: Response, principal: Principal = permit(READ)
) -> OutwardRulesOut:
    """What the tenant allows itself, with its version as ETag."""
    return await _told(platform, principal, response)


@router.patch("/rules", responses=problem(412, 428))
async def change_outward_rules(
    platform: PlatformDep,
    body: OutwardRulesChange,
    response: Response,
    if_match: IfMatch = None,
    principal: Principal = permit(WRITE),
) -> OutwardRulesOut:
    """Change what is given; it holds for the next call."""

    def work(on: Writing) -> str:
        version, _ = store.chosen(on.tx, on.tenant_id)
        require_match(if_match, version)
        given = body.model_dump(exclude_unset=True)
        if "countries" in given:
            given["countries"] = tuple(sorted(set(given["countries"])))
        return lists.choose(on, given)

    deed = audit.Deed("outward_rule", "updated", READ, routes=True)
    await audit.perform(platform, principal, deed, work)
    return await _told(platform, principal, response)


@router.get("/countries")
async def list_countries(_: Principal = permit(READ)) -> CountryRulesList:
    """The rules for calls to each country that we know; other countries have the strictest."""
    return CountryRulesList(items=[CountryRulesOut.of(rules_of(code)) for code in COUNTRIES])


def place(cursor: str | None) -> tuple[int, str] | None:
    """Where a page begins, out of its cursor."""
    if cursor is None:
        return None
    at, row_id = decode_cursor(cursor, int, str)
    return int(at), str(row_id)


async def _told(platform: Platform, principal: Principal, response: Response) -> OutwardRulesOut:
    version, chosen = await platform.db.read(lambda tx: store.chosen(tx, principal.tenant_id))
    response.headers["ETag"] = entity_tag(version)
    return OutwardRulesOut.of(chosen)
