"""Customers over HTTP: find, make, change, link numbers and orders, erase."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features import audit
from trunkline.features.customers import service
from trunkline.features.customers.orders import orders
from trunkline.features.customers.schemas import (
    CustomerChange,
    CustomerNew,
    CustomerOut,
    IdentityNew,
    OrderList,
    OrderNew,
    OrderOut,
)
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/customers", tags=["customers"], responses=problem(401, 403, 422))
PII = "customers.read_pii"
PATIENCE = 12
"""Tries of what follows an erasure; with back-off that is hours."""


@router.get("", responses=problem(400))
async def list_customers(
    platform: PlatformDep,
    q: Annotated[str, Query(max_length=80, description="A number, or part of a name.")] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit("customers.read"),
) -> Page[CustomerOut]:
    """Customers, newest first."""

    def work(tx: Tx) -> tuple[list[service.Customer], str | None]:
        return service.page(
            tx,
            platform.keys,
            principal.tenant_id,
            q=q,
            teams=principal.visible_teams("customers.read"),
            cursor=cursor,
            limit=limit,
        )

    found, following = await platform.db.read(work)
    items = [CustomerOut.of(one, in_full=principal.may(PII)) for one in found]
    return Page(items=items, next=following)


@router.post("", status_code=201, responses=problem(409))
async def create_customer(
    platform: PlatformDep, body: CustomerNew, principal: Principal = permit("customers.write")
) -> CustomerOut:
    """Make a customer."""

    def work(on: Writing) -> str:
        _owned(principal, body.team_id)
        return service.create(on, body.draft())

    customer_id = await audit.perform(platform, principal, _deed("created"), work)
    return await _told(platform, principal, customer_id)


@router.get("/{customer_id}", responses=problem(404))
async def get_customer(
    platform: PlatformDep, customer_id: str, principal: Principal = permit("customers.read")
) -> CustomerOut:
    """One customer."""
    return await _told(platform, principal, customer_id)


@router.patch("/{customer_id}", responses=problem(404))
async def change_customer(
    platform: PlatformDep,
    customer_id: str,
    body: CustomerChange,
    principal: Principal = permit("customers.write"),
) -> CustomerOut:
    """Change what is given."""

    def work(on: Writing) -> str:
        _visible(on.tx, platform, principal, customer_id)
        _owned(principal, body.team_id)
        service.change(on, customer_id, **body.model_dump(exclude_unset=True))
        return customer_id

    await audit.perform(platform, principal, _deed("updated"), work)
    return await _told(platform, principal, customer_id)


@router.delete("/{customer_id}", status_code=204, responses=problem(404))
async def erase_customer(
    platform: PlatformDep, customer_id: str, principal: Principal = permit("customers.erase")
) -> None:
    """Erase a customer for good: the key is destroyed, so backups cannot be read either.

    The recordings of the customer's interactions are destroyed soon after.
    """

    def work(on: Writing) -> str:
        _visible(on.tx, platform, principal, customer_id)
        service.erase(on.tx, on.tenant_id, customer_id, on.now)
        gone = {"customer_id": customer_id}
        platform.jobs.enqueue(on.tx, on.tenant_id, service.ERASED_JOB, gone, max_attempts=PATIENCE)
        return customer_id

    await audit.perform(platform, principal, _deed("erased"), work)


@router.post("/{customer_id}/identities", status_code=201, responses=problem(404, 409))
async def add_identity(
    platform: PlatformDep,
    customer_id: str,
    body: IdentityNew,
    principal: Principal = permit("customers.write"),
) -> CustomerOut:
    """Save a number or a mailbox as this customer's; several customers may share one."""

    def work(on: Writing) -> str:
        _visible(on.tx, platform, principal, customer_id)
        add = service.add_phone if body.kind == "phone" else service.add_mailbox
        add(on, customer_id, body.value)
        return customer_id

    await audit.perform(platform, principal, _deed("updated"), work)
    return await _told(platform, principal, customer_id)


@router.get("/{customer_id}/orders", responses=problem(404))
async def list_orders(
    platform: PlatformDep, customer_id: str, principal: Principal = permit("customers.read")
) -> OrderList:
    """The orders of a customer, newest first."""

    def work(tx: Tx) -> OrderList:
        _visible(tx, platform, principal, customer_id)
        found = orders(tx, platform.keys, principal.tenant_id, customer_id)
        return OrderList(items=[OrderOut.of(one, in_full=principal.may(PII)) for one in found])

    return await platform.db.read(work)


@router.post("/{customer_id}/orders", status_code=201, responses=problem(404))
async def create_order(
    platform: PlatformDep,
    customer_id: str,
    body: OrderNew,
    principal: Principal = permit("customers.write"),
) -> OrderOut:
    """Write an order of a customer."""

    def work(on: Writing) -> str:
        _visible(on.tx, platform, principal, customer_id)
        created.append(service.add_order(on, customer_id, body.draft()))
        return customer_id

    created: list[str] = []  # the last one counts: a unit of work may run again
    await audit.perform(platform, principal, _deed("updated"), work)
    every = await list_orders(platform, customer_id, principal)
    return next(order for order in every.items if order.id == created[-1])


def _deed(verb: str) -> audit.Deed:
    return audit.Deed("customer", verb, "customers.read")


async def _told(platform: Platform, principal: Principal, customer_id: str) -> CustomerOut:
    found = await platform.db.read(lambda tx: _visible(tx, platform, principal, customer_id))
    return CustomerOut.of(found, in_full=principal.may(PII))


def _visible(
    tx: Tx, platform: Platform, principal: Principal, customer_id: str
) -> service.Customer:
    """The customer, if the principal's teams reach it: what one may not see is not there."""
    found = service.get(tx, platform.keys, principal.tenant_id, customer_id)
    if not principal.reaches(_reach(principal), found.team_id):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    return found


def _owned(principal: Principal, team_id: str | None) -> None:
    """A customer is given only to a team that one reaches, or to all."""
    if not principal.reaches("customers.write", team_id):
        raise TrunklineError("forbidden", 403, "This customer would be of another team.")


def _reach(principal: Principal) -> str:
    return "customers.read" if principal.may("customers.read") else "customers.write"
