"""Customers: made, found, changed and erased. What is personal is sealed before it is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.words import Level
from trunkline.features import identity
from trunkline.features.customers import callers_store, store
from trunkline.features.customers.factors import pin_mark
from trunkline.features.customers.identify import phone_mark
from trunkline.features.customers.names import folded, pairs
from trunkline.features.customers.phones import masked, normalised
from trunkline.features.customers.sealing import CustomerKey, new_key, opened
from trunkline.kit.config import is_mailbox
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import cut, decode_cursor

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from trunkline.features.customers.orders import OrderState
    from trunkline.features.tenancy import Writing
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

MOST_IDENTITIES: Final = 20
ERASED_JOB: Final = "customers.erased"
"""Does away with what others keep of an erased customer under keys of their own."""
PHONE: Final = "phone"
EMAIL: Final = "email"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number by which a customer is known, in the clear."""

    id: str
    number: str

    @property
    def masked(self) -> str:
        """What may be shown without the right to personal data."""
        return masked(self.number)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox by which a customer is written to, in the clear."""

    id: str
    address: str

    @property
    def masked(self) -> str:
        """What may be shown without the right to personal data."""
        name, _, host = self.address.rpartition("@")
        return f"{name[:1]}•••@{host}"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, opened. `team_id` owns the customer's organisation; None is the whole tenant.

    `manager_id` is the agent who looks after the customer; with `contract` the organisation has an
    enterprise contract. Both are for routing.
    """

    id: str
    name: str
    level: Level
    language: str
    organisation: str | None = None
    note: str | None = None
    opted_out_survey: bool = False
    team_id: str | None = None
    manager_id: str | None = None
    contract: bool = False
    phones: tuple[Phone, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new customer is made of."""

    name: str
    level: Level = Level.REGULAR
    language: str = "zh"
    organisation: str | None = None
    note: str | None = None
    phones: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    pin: str | None = None
    opted_out_survey: bool = False
    team_id: str | None = None
    manager_id: str | None = None
    contract: bool = False


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """What a new order is made of."""

    number: str
    placed_on: date
    state: OrderState
    amount_minor: int
    currency: str = "CNY"


def create(on: Writing, draft: Draft) -> str:
    """Make a customer with a key of its own; returns the id.

    Raises 422 `team_unknown` or `manager_unknown`.
    """
    _check_team(on, draft.team_id)
    _check_manager(on, draft.manager_id)
    customer_id = on.ids.new("cus")
    key, wrapped = new_key(on.keys, on.tenant_id, customer_id)
    mark = pin_mark(on.keys, on.tenant_id, customer_id, draft.pin) if draft.pin else None
    row = store.CustomerRow(
        tenant_id=on.tenant_id,
        id=customer_id,
        team_id=draft.team_id,
        level=draft.level.value,
        language=draft.language,
        opted_out_survey=draft.opted_out_survey,
        manager_id=draft.manager_id,
        contract=draft.contract,
        surveyed_at=None,
        wrapped_key=wrapped,
        sealed=_sealed(key, draft.name, draft.organisation, draft.note),
        pin_mark=mark,
        erased_at=None,
        created_at=on.now,
        updated_at=on.now,
    )
    store.add(on.tx, row)
    _index_name(on, customer_id, draft.name, draft.organisation)
    for number in draft.phones:
        add_phone(on, customer_id, number)
    for address in draft.mailboxes:
        add_mailbox(on, customer_id, address)
    return customer_id


def change(on: Writing, customer_id: str, **changes: Any) -> None:
    """Change fields of `Draft` by name, phones apart.

    Raises `customer_unknown`, 422 `team_unknown` or `manager_unknown`.
    """
    _check_team(on, changes.get("team_id"))
    _check_manager(on, changes.get("manager_id"))
    row = _required(on.tx, on.tenant_id, customer_id)
    plain = set(changes) & _PLAIN
    columns: dict[str, Any] = {name: changes[name] for name in plain}
    if changes.get("pin") is not None:
        columns["pin_mark"] = pin_mark(on.keys, on.tenant_id, customer_id, changes["pin"])
    personal = {name: changes[name] for name in _PERSONAL if name in changes}
    if personal:
        key = _key(on.keys, row)
        told = _told(key, row) | personal
        columns["sealed"] = _sealed(key, told["name"], told["organisation"], told["note"])
        _index_name(on, customer_id, told["name"], told["organisation"])
    store.change(on.tx, on.tenant_id, customer_id, **columns, updated_at=on.now)


def add_phone(on: Writing, customer_id: str, raw: str) -> None:
    """Save a number as this customer's; raises `number_invalid` for one that says nothing."""
    number = normalised(raw)
    if number is None:
        raise TrunklineError("number_invalid", 422, "This is not a telephone number.")
    _add_identity(on, customer_id, PHONE, number, phone_mark(on.keys, on.tenant_id, number))


def add_mailbox(on: Writing, customer_id: str, raw: str) -> None:
    """Save a mailbox as this customer's; raises `mailbox_invalid` for what is none."""
    address = raw.strip()
    if not is_mailbox(address):
        raise TrunklineError("mailbox_invalid", 422, "This is not a mailbox.")
    mark = on.keys.blind_index(on.tenant_id, f"email:{address.casefold()}")
    _add_identity(on, customer_id, EMAIL, address, mark)


def add_order(on: Writing, customer_id: str, draft: OrderDraft) -> str:
    """Write an order of this customer; returns its id."""
    row = _required(on.tx, on.tenant_id, customer_id)
    order_id = on.ids.new("ord")
    sealed = _key(on.keys, row).seal(f"order:{order_id}", draft.number)
    order = store.OrderRow(
        tenant_id=on.tenant_id,
        id=order_id,
        customer_id=customer_id,
        sealed_number=sealed,
        placed_on=draft.placed_on,
        status=draft.state.value,
        amount_minor=draft.amount_minor,
        currency=draft.currency,
        created_at=on.now,
    )
    store.add_order(on.tx, order)
    return order_id


def erase(tx: Tx, tenant_id: str, customer_id: str, now: int) -> None:
    """Destroy a customer's key and marks for good; raises `customer_unknown`."""
    _required(tx, tenant_id, customer_id)
    callers_store.drop(tx, tenant_id, store.marks_of(tx, tenant_id, customer_id))
    store.erase(tx, tenant_id, customer_id, now)


def get(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str) -> Customer:
    """One customer, opened; raises `customer_unknown`."""
    _required(tx, tenant_id, customer_id)
    return several(tx, keys, tenant_id, [customer_id])[customer_id]


def several(tx: Tx, keys: KeyRing, tenant_id: str, ids: Collection[str]) -> dict[str, Customer]:
    """These customers by id, opened; those that are gone are left out."""
    rows = store.several(tx, tenant_id, ids)
    return {customer.id: customer for customer in _all_opened(tx, keys, tenant_id, rows)}


def page(
    tx: Tx,
    keys: KeyRing,
    tenant_id: str,
    *,
    q: str = "",
    teams: frozenset[str] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Customer], str | None]:
    """Customers newest first; `q` is a number, or part of a name or organisation.

    Pairs of characters find a little too much; what does not hold the words is left out here, so
    a page may be shorter than asked.
    """
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    wanted = _filter(keys, tenant_id, q, teams, before)
    rows, after = cut(store.page(tx, tenant_id, wanted, limit + 1), limit, lambda row: (row.id,))
    found = _all_opened(tx, keys, tenant_id, rows)
    return [customer for customer in found if _holds(customer, q)], after


def surveyed(tx: Tx, tenant_id: str, customer_id: str, at: int) -> None:
    """Remember when the customer was last asked for a mark."""
    store.change(tx, tenant_id, customer_id, surveyed_at=at)


_PLAIN: Final = {"level", "language", "opted_out_survey", "team_id", "manager_id", "contract"}
_PERSONAL: Final = ("name", "organisation", "note")


def _add_identity(on: Writing, customer_id: str, kind: str, told: str, mark: str) -> None:
    row = _required(on.tx, on.tenant_id, customer_id)
    if len(store.identities_of(on.tx, on.tenant_id, [customer_id])) >= MOST_IDENTITIES:
        raise TrunklineError("too_many_identities", 409, "This customer is known by too much.")
    identity_id = on.ids.new("idn")
    sealed = _key(on.keys, row).seal(f"identity:{identity_id}", told)
    known = store.IdentityRow(on.tenant_id, identity_id, customer_id, kind, mark, sealed, on.now)
    store.add_identity(on.tx, known)


def _filter(
    keys: KeyRing, tenant_id: str, q: str, teams: frozenset[str] | None, before: str | None
) -> store.Filter:
    if not q.strip():
        return store.Filter(teams, before=before)
    number = normalised(q)
    marks = frozenset(_word_mark(keys, tenant_id, pair) for pair in pairs(q))
    mark = phone_mark(keys, tenant_id, number) if number else None
    return store.Filter(teams, marks, mark, before)


def _holds(customer: Customer, q: str) -> bool:
    told = folded(f"{customer.name} {customer.organisation or ''}")
    if all(word in told for word in folded(q).split()):
        return True
    return normalised(q) in {phone.number for phone in customer.phones}


def _index_name(on: Writing, customer_id: str, name: str, organisation: str | None) -> None:
    found = pairs(f"{name} {organisation or ''}")
    marks = (_word_mark(on.keys, on.tenant_id, pair) for pair in found)
    store.set_words(on.tx, on.tenant_id, customer_id, marks)


def _word_mark(keys: KeyRing, tenant_id: str, pair: str) -> str:
    return keys.blind_index(tenant_id, f"name:{pair}")


def _required(tx: Tx, tenant_id: str, customer_id: str) -> store.CustomerRow:
    row = store.get(tx, tenant_id, customer_id)
    if row is None:
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    return row


def _all_opened(
    tx: Tx, keys: KeyRing, tenant_id: str, rows: list[store.CustomerRow]
) -> list[Customer]:
    known: dict[str, list[store.IdentityRow]] = {row.id: [] for row in rows}
    for one in store.identities_of(tx, tenant_id, list(known)):
        known[one.customer_id].append(one)
    return [_opened(keys, row, known[row.id]) for row in rows]


def _opened(keys: KeyRing, row: store.CustomerRow, known: list[store.IdentityRow]) -> Customer:
    key = _key(keys, row)
    bare = Customer(
        id=row.id,
        level=Level(row.level),
        language=row.language,
        opted_out_survey=row.opted_out_survey,
        team_id=row.team_id,
        manager_id=row.manager_id,
        contract=row.contract,
        created_at=row.created_at,
        **_told(key, row),
    )
    told = [(one.kind, one.id, key.unseal(f"identity:{one.id}", one.sealed)) for one in known]
    return replace(
        bare,
        phones=tuple(Phone(name, number) for kind, name, number in told if kind == PHONE),
        mailboxes=tuple(Mailbox(name, address) for kind, name, address in told if kind == EMAIL),
    )


def _key(keys: KeyRing, row: store.CustomerRow) -> CustomerKey:
    if row.wrapped_key is None:
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")
    return opened(keys, row.tenant_id, row.id, row.wrapped_key)


def _check_team(on: Writing, team_id: str | None) -> None:
    if team_id is not None and team_id not in identity.team_tree(on.tx, on.tenant_id):
        raise TrunklineError("team_unknown", 422, "There is no such team.")


def _check_manager(on: Writing, user_id: str | None) -> None:
    user = identity.user(on.tx, on.tenant_id, user_id) if user_id is not None else None
    if user_id is not None and (user is None or not user.active):
        raise TrunklineError("manager_unknown", 422, "There is no such user.")


def _sealed(key: CustomerKey, name: str, organisation: str | None, note: str | None) -> bytes:
    told = {"name": name, "organisation": organisation, "note": note}
    return key.seal("customer", json.dumps(told, ensure_ascii=False))


def _told(key: CustomerKey, row: store.CustomerRow) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(key.unseal("customer", row.sealed or b""))
    return told
