"""Tickets opened for those who may see them: texts unsealed, people named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trunkline.core.sla.priority import TicketPriority
from trunkline.core.sla.status import TicketStatus
from trunkline.features import customers, identity
from trunkline.features.tenancy import instant, instant_or_none
from trunkline.features.tickets import store
from trunkline.features.tickets.schemas import Named, NoteOut, TicketCard, TicketItem, TicketOut
from trunkline.features.tickets.texts import Texts, description_of, note_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trunkline.features.tenancy import Principal
    from trunkline.features.tickets.store import NoteRow, TicketRow
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

_NUMBER = re.compile(r"\s*(?:T-?)?([1-9][0-9]{0,17})\s*", re.IGNORECASE | re.ASCII)


def spoken_number(number: int) -> str:
    """A number as people say it."""
    return f"T-{number}"


def read_number(text: str) -> int | None:
    """The number that somebody looks for, with or without `T-`; None when it is none."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def cards(tx: Tx, keys: KeyRing, tenant_id: str, rows: Sequence[TicketRow]) -> list[TicketCard]:
    """Tickets as cards, in their order."""
    texts = Texts.of(tx, keys, tenant_id, (row.customer_id for row in rows))
    return [TicketCard(**_card(row, texts)) for row in rows]


def items(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[TicketRow]
) -> list[TicketItem]:
    """Tickets as a list's items, in their order."""
    texts = Texts.of(tx, keys, principal.tenant_id, (row.customer_id for row in rows))
    people = _People(tx, keys, principal, rows)
    linked = store.interactions_of(tx, principal.tenant_id, [row.id for row in rows])
    return [TicketItem(**_item(row, texts, people, linked[row.id])) for row in rows]


def whole(tx: Tx, keys: KeyRing, principal: Principal, row: TicketRow) -> TicketOut:
    """One ticket with its description and notes."""
    texts = Texts.of(tx, keys, row.tenant_id, [row.customer_id])
    notes = store.notes_of(tx, row.tenant_id, row.id)
    people = _People(tx, keys, principal, [row], (note.author_id for note in notes))
    linked = store.interactions_of(tx, row.tenant_id, [row.id])[row.id]
    place = description_of(row.id)
    return TicketOut(
        **_item(row, texts, people, linked),
        description=texts.unseal(row.customer_id, place, row.sealed_description),
        notes=[_note(row, note, texts, people) for note in notes],
    )


class _People:
    """The names that some tickets need, as far as the principal may see them."""

    def __init__(
        self,
        tx: Tx,
        keys: KeyRing,
        principal: Principal,
        rows: Sequence[TicketRow],
        authors: Iterable[str] = (),
    ) -> None:
        tenant_id = principal.tenant_id
        ids = {row.customer_id for row in rows if row.customer_id}
        found = customers.several(tx, keys, tenant_id, ids)
        self._customers = {
            one.id: one.name
            for one in found.values()
            if principal.reaches("customers.read", one.team_id)
        }
        users = {row.assignee_id for row in rows if row.assignee_id} | set(authors)
        self._users = identity.display_names(tx, tenant_id, users)

    def customer(self, customer_id: str | None) -> Named | None:
        """A customer, perhaps without his name."""
        if customer_id is None:
            return None
        return Named(id=customer_id, name=self._customers.get(customer_id))

    def user(self, user_id: str) -> Named:
        """A user, perhaps without his name."""
        return Named(id=user_id, name=self._users.get(user_id))


def _card(row: TicketRow, texts: Texts) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": spoken_number(row.number),
        "title": texts.unseal(row.customer_id, title_of(row.id), row.sealed_title),
        "status": TicketStatus(row.status),
        "priority": TicketPriority(row.priority),
        "updated_at": instant(row.updated_at),
    }


def _item(row: TicketRow, texts: Texts, people: _People, linked: list[str]) -> dict[str, Any]:
    return {
        **_card(row, texts),
        "class": row.kind,
        "impact": row.impact,
        "urgency": row.urgency,
        "customer": people.customer(row.customer_id),
        "assignee": people.user(row.assignee_id) if row.assignee_id else None,
        "team_id": row.team_id,
        "created_at": instant(row.created_at),
        "closed_at": instant_or_none(row.closed_at),
        "solved_in_call": row.solved_in_call,
        "interactions": linked,
        "version": row.version,
    }


def _note(row: TicketRow, note: NoteRow, texts: Texts, people: _People) -> NoteOut:
    return NoteOut(
        id=note.id,
        text=texts.unseal(row.customer_id, note_of(note.id), note.sealed),
        author=people.user(note.author_id),
        at=instant(note.at),
    )
