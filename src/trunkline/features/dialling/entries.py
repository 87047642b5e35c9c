"""Entries of a list: read from a file, sealed, opened for those who may see them, and erased."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from trunkline.features import customers, outbound
from trunkline.features.dialling import store
from trunkline.features.dialling.store import EntryRow, EntryState
from trunkline.kit import sheets
from trunkline.kit.crypto import CannotOpen, KeyRing, seal, unseal
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.tenancy import Writing
    from trunkline.kit.sheets import Line
    from trunkline.ports.database import Tx

MOST_ENTRIES: Final = 100_000
"""Of one list."""

MOST_FIELDS: Final = 20
LONGEST_FIELD: Final = 200
NUMBER, CUSTOMER, ZONE = "number", "customer", "zone"
OWN: Final = (NUMBER, CUSTOMER, ZONE)
_PURPOSE: Final = "dialling"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be called, in the clear."""

    number: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A line of a file as it was understood; `wrong` is the code of what keeps it out."""

    line: int
    number: str
    mark: str = ""
    customer_id: str | None = None
    country: str = ""
    zones: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    wrong: str | None = None


def read(text: str) -> list[Line]:
    """The lines of a file; all columns but number, customer and zone are fields for the agent.

    Raises 422 `table_unreadable`.
    """
    columns = _columns(text)
    more = [name for name in columns if name not in OWN]
    if len(more) > MOST_FIELDS:
        raise sheets.unreadable(1, f"there are at most {MOST_FIELDS} columns of your own")
    return sheets.read(text, (*OWN, *more), (NUMBER,))


def understood(on: Writing, list_id: str, lines: Sequence[Line]) -> list[Read]:
    """What each line means; the second of one number, and one that is there already, stay out."""
    home = outbound.home_of(on.tx, on.tenant_id)
    found = [_one(on, line, home) for line in lines]
    taken: set[str] = set()
    for portion in range(0, len(found), 500):
        marks = [one.mark for one in found[portion : portion + 500] if one.mark]
        taken |= store.marks_of(on.tx, on.tenant_id, list_id, marks)
    told = []
    for one in found:
        again = not one.wrong and one.mark in taken
        told.append(replace(one, wrong="number_listed") if again else one)
        taken.add(one.mark)
    return told


def rows(on: Writing, list_id: str, good: Sequence[Read]) -> list[EntryRow]:
    """New entries, sealed; due at once."""
    known = {one.customer_id for one in good if one.customer_id}
    keys = customers.sealing_keys(on.tx, on.keys, on.tenant_id, known)
    return [_row(on, list_id, one, keys) for one in good]


def opened(tx: Tx, keys: KeyRing, row: EntryRow) -> Person | None:
    """Who it is; None when the customer was erased meanwhile."""
    place = f"entry:{row.id}"
    try:
        if row.customer_id is None:
            key = keys.tenant_key(row.tenant_id, _PURPOSE)
            text = unseal(key, row.sealed, place.encode()).decode()
        else:
            lent = customers.sealing_keys(tx, keys, row.tenant_id, [row.customer_id])
            text = lent[row.customer_id].unseal(place, row.sealed)
    except (CannotOpen, KeyError):
        return None
    kept = json.loads(text)
    return Person(kept["number"], kept["fields"])


def find(tx: Tx, tenant_id: str, list_id: str, entry_id: str) -> EntryRow:
    """One entry; raises 404 `entry_unknown`."""
    row = store.get_entry(tx, tenant_id, entry_id)
    if row is None or row.list_id != list_id:
        raise TrunklineError("entry_unknown", 404, "There is no such entry.")
    return row


def _columns(text: str) -> list[str]:
    head = text.removeprefix(sheets.MARK).split("\n", 1)[0]
    delimiter = max(sheets.DELIMITERS, key=head.count)
    return [cell.strip() for cell in next(csv.reader(io.StringIO(head), delimiter=delimiter), [])]


def _one(on: Writing, line: Line, home: str) -> Read:
    cells = line.cells
    known = customers.normalised(cells[NUMBER], home)
    kind = customers.phone_kind(known, region=home)
    if known is None or not kind.country or not customers.phone_zones(known):
        return Read(line.number, cells[NUMBER], wrong="number_invalid")
    zone = cells.get(ZONE, "")
    if zone and zone not in available_timezones():
        return Read(line.number, known, wrong="zone_unknown")
    fields = tuple((name, text) for name, text in cells.items() if name not in OWN and text)
    if any(len(text) > LONGEST_FIELD for _, text in fields):
        return Read(line.number, known, wrong="field_too_long")
    customer = cells.get(CUSTOMER, "") or _identified(on, known)
    if customer and not customers.sealing_keys(on.tx, on.keys, on.tenant_id, [customer]):
        return Read(line.number, known, wrong="customer_unknown")
    return Read(
        line.number,
        known,
        customers.phone_mark(on.keys, on.tenant_id, known),
        customer or None,
        kind.country,
        (zone,) if zone else customers.phone_zones(known),
        fields,
    )


def _identified(on: Writing, known: str) -> str | None:
    """The one customer of a number; of several nobody is meant."""
    matches = customers.identify(on.tx, on.keys, on.tenant_id, known).matches
    return matches[0].id if len(matches) == 1 else None


def _row(on: Writing, list_id: str, one: Read, keys: dict[str, customers.CustomerKey]) -> EntryRow:
    entry_id = on.ids.new("ent")
    return EntryRow(
        tenant_id=on.tenant_id,
        id=entry_id,
        list_id=list_id,
        mark=one.mark,
        sealed=_sealed(on, entry_id, one, keys),
        customer_id=one.customer_id,
        country=one.country,
        zones=",".join(one.zones)[:200],
        state=EntryState.WAITING,
        due_at=on.now,
        tries=0,
        outcome=None,
        rule=None,
        detail="",
        disposition=None,
        settled=False,
        callback_id=None,
        interaction_id=None,
        agent_id=None,
        changed_at=on.now,
    )


def _sealed(on: Writing, entry_id: str, one: Read, keys: dict[str, customers.CustomerKey]) -> bytes:
    text = json.dumps({"number": one.number, "fields": dict(one.fields)})
    if one.customer_id is not None:
        return keys[one.customer_id].seal(f"entry:{entry_id}", text)
    key = on.keys.tenant_key(on.tenant_id, _PURPOSE)
    return seal(key, text.encode(), f"entry:{entry_id}".encode())
